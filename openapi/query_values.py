"""Parameter values, which arrive as text, as the simple types their schemas declare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from rulebound.openapi.checks import known_query
from rulebound.openapi.conditions import ProtocolCheck
from rulebound.openapi.model import Operation, Parameter
from rulebound.openapi.request import Request

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,299})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,299})(?:\.[0-9]{1,300})?(?:[eE][-+]?[0-9]{1,3})?")
PROTOCOL_HEADERS = frozenset(("accept", "content-type", "accept-language", "authorization"))
"""Headers that checks judge, and never a schema."""


def query_patterns(operation: Operation) -> tuple[str, ...]:
    """The patterns of names that the operation's `query-known` check lets in."""
    for rule in operation.rules:
        condition = rule.condition
        if isinstance(condition, ProtocolCheck) and condition.name == "query-known":
            return tuple(condition.arguments.get("patterns", ()))
    return ()


def query_map(operation: Operation, request: Request) -> dict[str, str]:
    """Name -> first value, of the parameters declared or let in by a pattern."""
    declared = operation.query_names
    values: dict[str, str] = {}
    for name, value in request.query:
        if name not in values and (
            name in declared or known_query(name, (), query_patterns(operation))
        ):
            values[name] = value
    return values


def judged_headers(operation: Operation) -> tuple[Parameter, ...]:
    """The header parameters that schemas judge."""
    return tuple(p for p in operation.where("header") if p.name.lower() not in PROTOCOL_HEADERS)


class TypedParts:
    """The parameters of an operation's requests, each as its schema's simple type where it reads
    so."""

    def __init__(self, operation: Operation) -> None:
        self._query = [(each.name, _reader(each.schema)) for each in operation.where("query")]
        self._headers = [
            (each.name.lower(), each.name, _reader(each.schema))
            for each in judged_headers(operation)
        ]
        self._path = {each.name: _reader(each.schema) for each in operation.where("path")}

    def of(self, request: Request, query: Mapping[str, str]) -> dict[str, Any]:
        """The instance that the schemas judge, without the body: the declared parameters of
        `query`, the declared headers but for those that checks judge, and the path."""
        typed_query = {
            name: query[name] if read is None else read(query[name])
            for name, read in self._query
            if name in query
        }
        headers: dict[str, Any] = {}
        if self._headers:
            sent = request.header_map
            for name, declared, read in self._headers:
                if name in sent:
                    value = sent[name].strip()
                    headers[declared] = value if read is None else read(value)
        path: dict[str, Any] = {}
        if request.path_parameters:
            for name, value in request.path_parameters.items():
                read = self._path.get(name)
                path[name] = value if read is None else read(value)
        return {"query": typed_query, "headers": headers, "path": path}


def _reader(schema: Any) -> Callable[[str], Any] | None:
    """What reads a text as the type in `schema`; None for a schema that takes it as it is."""
    kinds = schema.get("type") if isinstance(schema, dict) else None
    plain = {"string", "null", "object"}
    if {kinds} <= plain if isinstance(kinds, str) else set(kinds or ()) <= plain:
        return None
    return lambda text: typed(text, schema)


def typed(text: str, schema: Any) -> Any:
    """`text` as the type in `schema`; the text itself where it does not read so."""
    kinds = schema.get("type") if isinstance(schema, dict) else None
    for kind in (kinds,) if isinstance(kinds, str) else kinds or ():
        if kind == "integer" and _INTEGER.fullmatch(text):
            return int(text)
        if kind == "number" and _NUMBER.fullmatch(text) and isfinite(float(text)):
            return float(text)
        if kind == "boolean" and text in ("true", "false"):
            return text == "true"
        if kind == "array":
            items = schema.get("items", True)
            return [typed(part, items) for part in text.split(",")] if text else []
    return text
