"""Whether a path can lead anywhere in what a schema describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rulebound.openapi.schema_codec.shapes import shape, views


def member(schema: Any, name: str) -> Any:
    """The schema of a member (`[]`: of an item); None where the schema leaves no room for it.

    True stands for anything.
    """
    if schema is True or schema is None or schema == {}:
        return True
    if schema is False:
        return None
    found = shape(schema)
    if name == "[]":
        return found.items if found.type in ("array", None) else None
    if name in found.properties:
        inner = found.properties[name].schema
        return None if inner is False else inner
    if found.type not in ("object", None):
        return None
    if any(view.get("additionalProperties") is False for view in views(schema)):
        return None
    return found.further


def lead(schema: Any, parts: Iterable[str]) -> tuple[str, ...] | None:
    """The part of the path after which nothing can be there; None when all of it can."""
    gone: list[str] = []
    for part in parts:
        gone.append(part)
        schema = member(schema, part)
        if schema is None:
            return tuple(gone)
    return None


def at(schema: Any, parts: Iterable[str]) -> Any:
    """The schema that a path leads to; True where that is not known."""
    for part in parts:
        schema = member(schema, part)
        if schema is None:
            return True
    return schema
