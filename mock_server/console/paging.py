"""A long list, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Item]):
    """One page of a list: `number` counts from 1, `first` and `last` are places in the list."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int
    first: int

    @property
    def last(self) -> int:
        """The place of the last item, counted from 1; 0 on an empty page."""
        return self.first + len(self.items) - 1 if self.items else 0


def sheet(items: Sequence[Item], number: int, size: int) -> Sheet[Item]:
    """The page of this number; the last one where there are not as many."""
    pages = max(1, -(-len(items) // size))
    number = min(number, pages)
    start = (number - 1) * size
    found = items[start : start + size]
    return Sheet(found, number, pages, len(items), start + 1 if found else 0)
