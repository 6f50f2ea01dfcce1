"""Parameter values, which arrive as text, as the simple types their schemas declare."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    declared = {parameter.name for parameter in operation.where("query")}
    patterns = query_patterns(operation)
    values: dict[str, str] = {}
    for name, value in request.query:
        if name not in values and known_query(name, declared, patterns):
            values[name] = value
    return values


def typed_query(operation: Operation, query: Mapping[str, str]) -> dict[str, Any]:
    """The declared parameters of `query`, each as its schema's simple type where it reads so."""
    return {
        p.name: typed(query[p.name], p.schema) for p in operation.where("query") if p.name in query
    }


def typed_headers(operation: Operation, request: Request) -> dict[str, Any]:
    """The declared headers that were sent, by declared name; those that checks judge left out."""
    values: dict[str, Any] = {}
    for parameter in judged_headers(operation):
        value = request.header(parameter.name)
        if value is not None:
            values[parameter.name] = typed(value.strip(), parameter.schema)
    return values


def judged_headers(operation: Operation) -> tuple[Parameter, ...]:
    """The header parameters that schemas judge."""
    return tuple(p for p in operation.where("header") if p.name.lower() not in PROTOCOL_HEADERS)


def typed_path(operation: Operation, request: Request) -> dict[str, Any]:
    """The path parameters, each as its schema's simple type where it reads so."""
    schemas = {parameter.name: parameter.schema for parameter in operation.where("path")}
    return {
        name: typed(value, schemas.get(name, True))
        for name, value in request.path_parameters.items()
    }


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
