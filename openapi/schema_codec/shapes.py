"""What a schema says about the shape of a value: its type, properties, items and XML names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_BRANCHES = ("allOf", "anyOf", "oneOf")
_SINGLE = ("then", "else")


@dataclass(frozen=True, slots=True)
class Property:
    """A property: its key, the name of its element or attribute, and its schema."""

    key: str
    name: str
    schema: Any


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema, with its branches, as far as XML needs it.

    `type` is the first one that is not null; `further` the schema of properties not named.
    """

    type: str | None
    properties: Mapping[str, Property]
    by_name: Mapping[str, Property]
    further: Any
    items: Any
    xml: Mapping[str, Any]

    @property
    def bare_list(self) -> bool:
        """Whether the items stand without an element around them."""
        return self.type == "array" and not self.xml.get("wrapped")


class _Same:
    """A schema as a key: equal only to itself, and kept alive by it."""

    __slots__ = ("schema",)

    def __init__(self, schema: Any) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.schema is other.schema


def shape(schema: Any) -> Shape:
    """The shape of a schema; worked out once for each schema object."""
    return _shape(_Same(schema))


@lru_cache(maxsize=4096)
def _shape(key: _Same) -> Shape:
    found = list(views(key.schema))
    known: dict[str, Property] = {}
    for view in found:
        for name, schema in view.get("properties", {}).items():
            if name not in known:
                known[name] = Property(name, _element_name(name, schema), schema)
    return Shape(
        type=_type(found),
        properties=known,
        by_name={one.name: one for one in known.values()},
        further=_first(found, "additionalProperties", Mapping, True),
        items=_first(found, "items", (Mapping, bool), True),
        xml=_first(found, "xml", Mapping, {}),
    )


def views(schema: Any) -> Iterator[Mapping[str, Any]]:
    """The schema and, after it, the schemas of its branches."""
    if not isinstance(schema, Mapping):
        return
    yield schema
    for keyword in _BRANCHES:
        for branch in schema.get(keyword, ()):
            yield from views(branch)
    for keyword in _SINGLE:
        yield from views(schema.get(keyword))


def _type(found: list[Mapping[str, Any]]) -> str | None:
    for view in found:
        kinds = view.get("type")
        for kind in (kinds,) if isinstance(kinds, str) else kinds or ():
            if kind != "null":
                return str(kind)
    for view in found:
        if "properties" in view:
            return "object"
        if "items" in view:
            return "array"
    return None


def _first(found: list[Mapping[str, Any]], keyword: str, kind: Any, otherwise: Any) -> Any:
    values = (view[keyword] for view in found if isinstance(view.get(keyword), kind))
    return next(values, otherwise)


def _element_name(key: str, schema: Any) -> str:
    found = shape(schema)
    if found.bare_list:
        inner = shape(found.items).xml.get("name")
        if inner:
            return str(inner)
    return str(found.xml.get("name", key))
