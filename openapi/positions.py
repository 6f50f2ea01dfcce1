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


def maps(bundle: Any) -> Iterator[tuple[str, Any]]:
    """Every map of keys in a bundle, with its pointer; data and maps of names are passed by.

    One that several references name is given once, with its first pointer, or twice: as a part of
    an answer, and of anything else.
    """
    seen: set[tuple[int, bool, bool]] = set()
    left: list[tuple[str, Any, bool]] = [("", bundle, False)]
    while left:
        pointer, value, names = left.pop()
        known = (id(value), names, "/responses/" in pointer)
        if known in seen:
            continue
        seen.add(known)
        if not names and isinstance(value, dict):
            yield pointer, value
        items: Any = value.items() if isinstance(value, dict) else enumerate(value)
        left += [
            (f"{pointer}/{escape(key)}", inner, key in NAMES and not names)
            for key, inner in items
            if isinstance(inner, (dict, list)) and (names or key not in DATA)
        ][::-1]
