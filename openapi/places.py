"""Readable places: where a schema keyword stands inside an operation, as rules name it.

`/parameters/unpin`, `/requestBody/activity/items/id`: names of properties, `items` for the items
of a list, and the names of applicators (`then`, `anyOf/0`). The word `properties` is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulebound.openapi.pointers import escape

ROOTS = {
    "query": "/parameters",
    "headers": "/parameters",
    "path": "/parameters",
    "body": "/requestBody",
}
"""Part of the instance that is validated -> start of the place."""


def of_schema_path(path: Sequence[str | int]) -> tuple[str, str]:
    """The place and keyword of a path into the compiled schema of an operation.

    `path` starts with `properties`, then query, headers, path or body.
    """
    place = ROOTS[str(path[1])]
    rest = list(path[2:])
    keyword = str(rest.pop()) if rest else ""
    index = 0
    while index < len(rest):
        part = rest[index]
        if part == "properties" and index + 1 < len(rest):
            index += 1
            place += f"/{escape(rest[index])}"
        elif part == "properties":
            # `properties: {x: false}`: what is forbidden is the property itself.
            return f"{place}/{escape(keyword)}", "false"
        else:
            place += f"/{escape(part)}"
            if part == "patternProperties" and index + 1 < len(rest):
                index += 1
                place += f"/{escape(rest[index])}"
        index += 1
    return place, keyword


def of_instance_path(path: Sequence[str | int]) -> str:
    """A path into the request in words of a message: `activity[0].id`, `unpin`."""
    words = ""
    for part in path[1:]:
        words += f"[{part}]" if isinstance(part, int) else f".{part}" if words else str(part)
    return words


def covers(pattern: str, place: str) -> bool:
    """Whether a place as written in a rule covers `place`; `/**` at the end covers all below."""
    if pattern.endswith("/**"):
        top = pattern[:-3]
        return place == top or place.startswith(top + "/")
    return pattern == place
