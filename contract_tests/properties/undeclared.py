"""Names in an answer that its schema does not know, though the schema leaves them open."""

from collections.abc import Iterator, Mapping
from typing import Any

_BRANCHES = ("allOf", "anyOf", "oneOf")
_CHOICES = ("if", "then", "else")


def undeclared(value: Any, schema: Any, at: str = "") -> Iterator[str]:
    """The places of properties that no part of the schema declares.

    Where a schema says additionalProperties itself, whatever it lets in is declared.
    """
    parts = list(_parts(schema))
    if isinstance(value, list):
        items = {"anyOf": [part["items"] for part in parts if "items" in part]}
        if items["anyOf"]:
            for index, item in enumerate(value):
                yield from undeclared(item, items, f"{at}/{index}")
    if not isinstance(value, Mapping) or not any("properties" in part for part in parts):
        further = [p["additionalProperties"] for p in parts if "additionalProperties" in p]
        if isinstance(value, Mapping) and further:
            for name, item in value.items():
                yield from undeclared(item, {"anyOf": further}, f"{at}/{name}")
        return
    for name, item in value.items():
        known = [p["properties"][name] for p in parts if name in p.get("properties", {})]
        further = [p["additionalProperties"] for p in parts if "additionalProperties" in p]
        if known or any(further):
            yield from undeclared(item, {"anyOf": known or further}, f"{at}/{name}")
        else:
            yield f"{at}/{name}"


def _parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """A schema and every schema that applies, or may apply, to the same value."""
    if not isinstance(schema, Mapping):
        return
    yield schema
    for word in _BRANCHES:
        for branch in schema.get(word, ()):
            yield from _parts(branch)
    for word in _CHOICES:
        yield from _parts(schema.get(word))
