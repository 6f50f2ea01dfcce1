"""The lines of a YAML file: of every map and list, and of each entry in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rulebound.openapi.pointers import escape, follow, split


class Mark(NamedTuple):
    """The line a map or list is named on, and the line of each entry, by key or index."""

    line: int
    entries: dict[str, int] | list[int]

    def of(self, key: str | int) -> int | None:
        """The line of an entry; None for one that is not there."""
        if isinstance(self.entries, dict):
            return self.entries.get(str(key))
        index = int(key)
        return self.entries[index] if index < len(self.entries) else None


class Lines(Mapping[str, int]):
    """JSON pointer into a file -> line. Looked up when asked for: pointers are many and long."""

    def __init__(self, value: Any, line: int, marks: Mapping[int, Mark]) -> None:
        """`marks` are those of the containers in `value`, by their identity."""
        self._value = value
        self._line = line
        self._marks = marks

    def __getitem__(self, pointer: str) -> int:
        try:
            parts = split(pointer)
            inside = follow(self._value, parts[:-1])
            follow(inside, parts[-1:])
        except (ValueError, LookupError):
            raise KeyError(pointer) from None
        if not parts:
            return self._line
        line = self._marks[id(inside)].of(parts[-1])
        if line is None:
            raise KeyError(pointer)
        return line

    def __iter__(self) -> Iterator[str]:
        left = [("", self._value)]
        while left:
            pointer, value = left.pop()
            yield pointer
            items: Any = value.items() if isinstance(value, dict) else ()
            items = enumerate(value) if isinstance(value, list) else items
            left.extend((f"{pointer}/{escape(key)}", inner) for key, inner in items)

    def __len__(self) -> int:
        return sum(1 for _ in self)
