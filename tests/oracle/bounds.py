"""What the schemas of an operation's requests set limits to, for draws to stand close to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.openapi.model import Operation


@dataclass(frozen=True)
class Bounds:
    """Names of the body and the query; values and words of enumerations; lengths of texts, sizes
    of lists and numbers, each just on, below and above its limit."""

    names: tuple[str, ...]
    query: tuple[str, ...]
    values: tuple[Any, ...]
    lengths: tuple[int, ...]
    sizes: tuple[int, ...]
    numbers: tuple[int, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The values that are texts."""
        return tuple(each for each in self.values if isinstance(each, str))


def bounds_of_request(operation: Operation) -> Bounds:
    """The bounds of an operation's requests."""
    media = list(operation.body.media.values()) if operation.body else []
    query = operation.where("query")
    return _bounds([*media, *(each.schema for each in query)], tuple(each.name for each in query))


def bounds_of_answers(operation: Operation) -> Bounds:
    """The bounds of its answers' bodies."""
    contents = [each.get("content", {}) for each in operation.responses.values()]
    return _bounds([part.get("schema") for each in contents for part in each.values()], ())


def _bounds(wholes: list[Any], query: tuple[str, ...]) -> Bounds:
    schemas = [part for whole in wholes for part in _all(whole)]
    return Bounds(
        names=tuple(sorted({name for each in schemas for name in each.get("properties", ())})),
        query=query,
        values=tuple(dict.fromkeys(value for each in schemas for value in _values(each))),
        lengths=_around(schemas, "maxLength", "minLength"),
        sizes=_around(schemas, "maxItems", "minItems"),
        numbers=_around(schemas, "maximum", "minimum"),
    )


def _values(schema: Mapping[str, Any]) -> Iterator[Any]:
    yield from schema.get("enum", ())
    yield from schema.get("examples", ()) if "properties" not in schema else ()
    if "const" in schema:
        yield schema["const"]


def _around(schemas: list[Mapping[str, Any]], *keywords: str) -> tuple[int, ...]:
    limits = {schema[keyword] for schema in schemas for keyword in keywords if keyword in schema}
    return tuple(sorted({max(limit + by, 0) for limit in limits for by in (-1, 0, 1)}))


def _all(schema: Any) -> Iterator[Mapping[str, Any]]:
    """A schema and every one below it."""
    if isinstance(schema, dict):
        yield schema
    parts = schema.values() if isinstance(schema, dict) else schema
    for part in parts if isinstance(parts, list) or not isinstance(parts, (str, int)) else ():
        if isinstance(part, (dict, list)):
            yield from _all(part)
