"""What a schema says about the shape of a value: its type, properties, items and XML names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_BRANCHES = ("allOf", "anyOf", "oneOf")
_SINGLE = ("then", "else")


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


def type_of(schema: Any) -> str | None:
    """The first type that is not null; object or array also where only their keywords stand."""
    for view in views(schema):
        kinds = view.get("type")
        for kind in (kinds,) if isinstance(kinds, str) else kinds or ():
            if kind != "null":
                return str(kind)
    for view in views(schema):
        if "properties" in view:
            return "object"
        if "items" in view:
            return "array"
    return None


def properties(schema: Any) -> dict[str, Any]:
    """The properties of the schema and its branches, the first one of each name."""
    found: dict[str, Any] = {}
    for view in views(schema):
        for name, value in view.get("properties", {}).items():
            found.setdefault(name, value)
    return found


def further(schema: Any) -> Any:
    """The schema of properties that are not named."""
    for view in views(schema):
        if isinstance(view.get("additionalProperties"), Mapping):
            return view["additionalProperties"]
    return True


def items(schema: Any) -> Any:
    """The schema of the items of a list."""
    for view in views(schema):
        if "items" in view:
            return view["items"]
    return True


def xml(schema: Any) -> Mapping[str, Any]:
    """The XML Object of a schema: name, namespace, attribute, wrapped."""
    for view in views(schema):
        if isinstance(view.get("xml"), Mapping):
            found: Mapping[str, Any] = view["xml"]
            return found
    return {}


def element_name(key: str, schema: Any) -> str:
    """The name of the element or attribute that carries the property `key`."""
    if type_of(schema) == "array" and not xml(schema).get("wrapped"):
        inner = xml(items(schema)).get("name")
        if inner:
            return str(inner)
    return str(xml(schema).get("name", key))
