"""What a part of a document is by where it stands: data, a map of names, or a map of keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rulebound.openapi.pointers import escape

# Keys whose value is data: a `$ref` in it is an example, not a reference.
DATA = frozenset(("example", "examples", "default", "const", "enum", "value", "sample", "with"))
# Keys whose value maps names chosen by the author: there `example` is just a name.
NAMES = frozenset(
    (
        "properties",
        "patternProperties",
        "$defs",
        "dependentSchemas",
        "schemas",
        "responses",
        "parameters",
        "headers",
        "requestBodies",
        "securitySchemes",
        "pathItems",
        "paths",
        "content",
        "x-rules",
        "x-facts",
    )
)


def maps(value: Any, pointer: str = "", *, names: bool = False) -> Iterator[tuple[str, Any]]:
    """Every map of keys in a bundle, with its pointer; data and maps of names are passed by."""
    if isinstance(value, dict):
        if not names:
            yield pointer, value
        for key, inner in value.items():
            if names or key not in DATA:
                below = f"{pointer}/{escape(key)}"
                yield from maps(inner, below, names=not names and key in NAMES)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from maps(inner, f"{pointer}/{index}")
