"""The schemas of an operation's request as one validator, and its errors in readable places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema_rs
from rulebound.openapi.findings import Finding
from rulebound.openapi.locations import Locations
from rulebound.openapi.model import Operation, Parameter
from rulebound.openapi.places import of_instance_path, of_schema_path
from rulebound.openapi.pointers import escape, follow, join
from rulebound.openapi.query_values import (
    TypedParts,
    judged_headers,
    query_map,
)
from rulebound.openapi.request import NO_BODY, Request
from rulebound.openapi.shortening import Shortened, is_large, most_counted

_MOST_KNOWN = 512
"""Broken keywords of a schema whose places are remembered."""
_NAMING = ("Additional", "Unevaluated")
_BRANCHING = ("AnyOf", "OneOfNotValid")


class Break(NamedTuple):
    """One place where a request breaks a keyword.

    `place` and `keyword` as rules name them, `item` the missing name of a `required` list; `at`
    where in the request; `value` what stands there, `limit` what the keyword says. `inner`: what
    broke inside the branches of an anyOf or oneOf.
    """

    place: str
    keyword: str
    item: str | None
    at: str
    value: Any
    limit: Any
    names: tuple[str, ...] = ()
    inner: tuple[Break, ...] = ()


def validator(schema: Any) -> jsonschema_rs.Draft202012Validator:
    """A validator with formats, without the network, and with patterns in linear time.

    Raises jsonschema_rs.ValidationError for what is no schema.
    """
    return jsonschema_rs.Draft202012Validator(
        schema,
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    )


class RequestSchema:
    """The compiled schemas of one operation; one validator per media type of the body."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._parts = TypedParts(operation)
        media = operation.body.media if operation.body else {}
        self._first = next(iter(media), None)
        self._names = {name.lower(): name for name in media}
        kinds: dict[str | None, Any] = {None: True}
        kinds.update(media.items())
        self._schemas = {name: _whole(operation, body) for name, body in kinds.items()}
        self._validators = {name: validator(schema) for name, schema in self._schemas.items()}
        self._keywords = {name: Keywords(schema) for name, schema in self._schemas.items()}
        self._counted = {name: most_counted(schema) for name, schema in self._schemas.items()}

    def breaks(self, request: Request) -> tuple[Break, ...]:
        """Everything in which the request breaks the schemas; empty when it fits.

        Of a large request each thing that is wrong is told once, where it is found first.
        """
        instance = self._instance(request)
        kind = None
        if "body" in instance:
            kind = self._names.get(request.media_type or "", self._first)
        checked = self._validators[kind]
        if checked.is_valid(instance):
            return ()
        keywords = self._keywords[kind]
        if not is_large(instance):
            return tuple([_break(error, keywords) for error in checked.iter_errors(instance)])
        shortened = Shortened(instance, checked.evaluate(instance).errors(), self._counted[kind])
        found = checked.iter_errors(shortened.short)
        return tuple([_break(error, keywords, shortened) for error in found])

    def _instance(self, request: Request) -> dict[str, Any]:
        operation = self._operation
        instance = self._parts.of(request, query_map(operation, request))
        if operation.body is not None and request.body is not NO_BODY:
            instance["body"] = request.body
        return instance


def _whole(operation: Operation, body: Any) -> dict[str, Any]:
    parts = {
        "query": _parameters(operation.where("query")),
        "headers": _parameters(judged_headers(operation)),
        "path": _parameters(operation.where("path")),
        "body": body,
    }
    return {"type": "object", "properties": parts}


def _parameters(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    required = [p.name for p in parameters if p.required]
    schema: dict[str, Any] = {"properties": {p.name: p.schema for p in parameters}}
    return {**schema, "required": required} if required else schema


class Keywords:
    """The keywords of a schema by their paths: each one that was broken is looked up once."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._known: dict[tuple[str | int, ...], tuple[str, str, Any]] = {}

    def at(self, path: list[str | int]) -> tuple[str, str, Any]:
        """The place of a keyword, its name, and what the schema says there."""
        key = tuple(path)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = (*of_schema_path(path), follow(self._schema, map(str, path)))
            self._known[key] = known
        return known


def _break(error: Any, keywords: Keywords, shortened: Shortened | None = None) -> Break:
    at, value = error.instance_path, error.instance
    if shortened is not None:
        at, value = shortened.original(at)
    place, keyword, limit = keywords.at(error.schema_path)
    words = of_instance_path(at)
    kind = error.kind
    name = type(kind).__name__
    item: str | None = None
    names: tuple[str, ...] = ()
    inner: tuple[Break, ...] = ()
    if name == "Required":
        item = kind.property
        words = f"{words}.{item}" if words else kind.property
        if place == "/parameters":
            place, item = f"/parameters/{escape(kind.property)}", None
    elif name.startswith(_NAMING):
        names = tuple(kind.unexpected)
    elif name in _BRANCHING:
        inner = tuple(_break(e, keywords, shortened) for branch in kind.context for e in branch)
    return Break(place, keyword, item, words, value, limit, names, inner)


def schema_findings(operation: Operation, locations: Locations) -> list[Finding]:
    """The schemas of the request that are none, each as a finding."""
    return list(_schema_findings(operation, locations))


def _schema_findings(operation: Operation, locations: Locations) -> Iterator[Finding]:
    places = [(join(p.pointer, "schema"), p.schema) for p in operation.parameters]
    if operation.body:
        for name, schema in operation.body.media.items():
            content = join(operation.pointer, "requestBody", "content", name, "schema")
            places.append((content, schema))
    for pointer, schema in places:
        try:
            validator(schema)
        except jsonschema_rs.ValidationError as error:
            yield locations.finding(
                join(pointer, *error.instance_path), *_schema_words(error.instance_path)
            )


def _schema_words(path: list[str | int]) -> tuple[str, str]:
    keyword = str(path[-1]) if path else "schema"
    if "pattern" in map(str, path) or "patternProperties" in map(str, path):
        instead = "write it without look-around, back-references and huge repetitions"
        return "the pattern cannot be used", instead
    return f"{keyword} is not written as JSON Schema asks", "see JSON Schema 2020-12"
