"""How much all journals of a stub may keep to explain requests, together."""

from __future__ import annotations

from collections.abc import Hashable, MutableMapping
from threading import RLock
from typing import Any

MOST_TOGETHER = 32 * 1024 * 1024
"""Bytes, about."""


class Budget:
    """Shared by journals, as is its `lock`: what was kept first goes first, whosever it is.

    The methods are called by who holds the lock.
    """

    def __init__(self, most: int = MOST_TOGETHER) -> None:
        self.lock = RLock()
        self.taken = 0
        self._most = most
        # The shelf itself is kept beside its id, so that the id stays that of no other.
        self._line: dict[tuple[int, Hashable], tuple[MutableMapping[Any, Any], int]] = {}

    def put(self, shelf: MutableMapping[Any, Any], key: Hashable, value: Any, size: int) -> None:
        """Put a value of this size on a shelf; the oldest on any shelf make room for it."""
        shelf[key] = value
        self._line[id(shelf), key] = (shelf, size)
        self.taken += size
        while self._line and self.taken > self._most:
            (_, oldest), (other, _) = next(iter(self._line.items()))
            self.drop(other, oldest)

    def drop(self, shelf: MutableMapping[Any, Any], key: Hashable) -> int:
        """Take a value off its shelf. Gives the bytes that are free again."""
        del shelf[key]
        _, size = self._line.pop((id(shelf), key))
        self.taken -= size
        return size
