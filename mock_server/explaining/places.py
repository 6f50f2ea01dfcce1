"""Places in a request, and what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rulebound.mock_server.explaining.asked import Headers, text_of
from rulebound.openapi.request import NO_BODY

Place = tuple[str | int, ...]
"""`("query", name)`, `("headers", name)`, `("path", name)`, or `("body", ..)` down into it."""


class Gone:
    """The type of GONE: what stands at a place where nothing is."""

    def __repr__(self) -> str:
        return "GONE"


GONE = Gone()


def in_words(place: Place) -> str:
    """A place as people read it: `body.activity[0].id`."""
    words = str(place[0])
    for part in place[1:]:
        words += f"[{part}]" if isinstance(part, int) else f".{part}"
    return words


def size_of(before: Any, after: Any) -> int:
    """How much text a change from one value to another touches."""
    old, new = _text(before), _text(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return max(len(old), len(new)) - start - end


def leaves(value: Any, at: Place = ("body",)) -> Iterator[tuple[Place, Any]]:
    """Every place in a value that holds something plain or something empty."""
    inner: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    empty = True
    for key, each in inner:
        empty = False
        yield from leaves(each, (*at, key))
    if empty and value is not NO_BODY:
        yield at, value


def _text(value: Any) -> str:
    return "" if isinstance(value, Gone) else text_of(value)


def within(value: Any, path: Place) -> Any:
    """What a path leads to in a value; GONE where it leads nowhere."""
    for part in path:
        if isinstance(part, int):
            if not isinstance(value, list) or not 0 <= part < len(value):
                return GONE
        elif not isinstance(value, Mapping) or part not in value:
            return GONE
        value = value[part]
    return value


def in_pairs(pairs: Headers, name: str, value: Any) -> Headers:
    """The pairs with one of this name in the place of the first, or behind all others; with none
    for GONE."""
    new = () if value is GONE else ((name, str(value)),)
    first = next((n for n, pair in enumerate(pairs) if pair[0] == name), len(pairs))
    kept = tuple(pair for pair in pairs[first:] if pair[0] != name)
    return (*pairs[:first], *new, *kept)


def put(value: Any, path: Place, new: Any) -> Any:
    """A copy of a value with something else at a path; ways that are missing are made.

    Raises ValueError for an item behind the end of its list.
    """
    if not path:
        return new
    part, rest = path[0], path[1:]
    if isinstance(part, int):
        items = list(value) if isinstance(value, list) else []
        if part > len(items):
            raise ValueError(f"there is no item {part}")
        inner = put(items[part] if part < len(items) else None, rest, new)
        items[part : part + 1] = [] if inner is GONE else [inner]
        return items
    members = dict(value) if isinstance(value, Mapping) else {}
    inner = put(members.get(part), rest, new)
    if inner is GONE:
        members.pop(part, None)
    else:
        members[part] = inner
    return members
