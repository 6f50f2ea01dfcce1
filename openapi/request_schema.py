"""The schemas of an operation's request as one validator, and its errors in readable places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Break:
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
        schema = self._schemas[kind]
        if not is_large(instance):
            return tuple(_break(error, schema) for error in checked.iter_errors(instance))
        shortened = Shortened(instance, checked.evaluate(instance).errors(), self._counted[kind])
        found = checked.iter_errors(shortened.short)
        return tuple(_break(error, schema, shortened) for error in found)

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


def _break(error: Any, schema: Mapping[str, Any], shortened: Shortened | None = None) -> Break:
    path = error.schema_path
    at, value = error.instance_path, error.instance
    if shortened is not None:
        at, value = shortened.original(at)
    place, keyword = of_schema_path(path)
    kind = error.kind
    name = type(kind).__name__
    item = kind.property if name == "Required" else None
    if place == "/parameters" and item is not None:
        place, item = f"/parameters/{escape(item)}", None
    words = of_instance_path(at)
    if name == "Required":
        words = f"{words}.{kind.property}" if words else kind.property
    names = tuple(kind.unexpected) if name.startswith(("Additional", "Unevaluated")) else ()
    branches = kind.context if name in ("AnyOf", "OneOfNotValid") else ()
    inner = tuple(_break(e, schema, shortened) for branch in branches for e in branch)
    limit = follow(schema, map(str, path))
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
