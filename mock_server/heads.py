"""The headers of a request taken apart; those of a client are mostly the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

# Headers that HTTP lets stand more than once; their values are one list.
_LISTS = frozenset(
    (
        *("accept", "accept-language", "accept-encoding", "cache-control", "connection", "cookie"),
        *("forwarded", "pragma", "prefer", "tracestate", "via", "warning", "x-forwarded-for"),
    )
)
_MOST = 512
_LARGEST = 2048
"""Bytes of headers that are remembered."""
_MOST_HEADERS = 64
"""So many at most are remembered together: each takes far more than its bytes."""


class Head(NamedTuple):
    """Lower-case names with their values, the same as pairs, the bytes of them, and what is wrong
    with a name that stands twice."""

    values: dict[str, str]
    pairs: tuple[tuple[str, str], ...]
    size: int
    doubled: str | None


class Heads:
    """Takes headers apart. What the journal keeps of requests alike in them is one object, so that
    thousands of requests do not fill the processor's caches with their copies."""

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[bytes, bytes], ...], Head] = {}

    def of(self, raw: Sequence[tuple[bytes, bytes]]) -> Head:
        """The head of headers as they came; not to be changed."""
        key = tuple(raw)
        known = self._known.get(key)
        if known is None:
            known = _read(key)
            if known.size <= _LARGEST and len(key) <= _MOST_HEADERS:
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[key] = known
        return known


def _read(raw: tuple[tuple[bytes, bytes], ...]) -> Head:
    found: dict[str, str] = {}
    size, doubled = 0, None
    for name_bytes, value_bytes in raw:
        size += len(name_bytes) + len(value_bytes)
        name, value = name_bytes.decode("latin-1"), value_bytes.decode("latin-1")
        if name not in found:
            found[name] = value
        elif name in _LISTS:
            found[name] += f"; {value}" if name == "cookie" else f", {value}"
        elif doubled is None:
            doubled = f"the header {name[:60]} is given more than once"
    return Head(found, tuple(found.items()), size, doubled)
