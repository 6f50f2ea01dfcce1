"""Where each part of a bundle was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rulebound.openapi.findings import Finding
from rulebound.openapi.pointers import follow, split
from rulebound.openapi.yaml_lines import Mark


class Origin(NamedTuple):
    """The file that a map or list was written in, and its lines there."""

    file: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Locations:
    """Pointer into the bundle -> (file, line), found by going along the pointer.

    `origins` holds those of the bundle's maps and lists, by identity, since one that several
    references name stands in the bundle once. `elsewhere`: the (file, line) of single entries that
    were written apart from the map or list they stand in, by its identity and their key.
    """

    value: Any = field(repr=False)
    origins: Mapping[int, Origin] = field(repr=False)
    elsewhere: Mapping[tuple[int, str | int], tuple[str, int]] = field(repr=False)

    def of(self, pointer: str) -> tuple[str, int]:
        """File and line of `pointer`, or of the nearest part above it that is known."""
        inside, found = self.value, ("openapi.yaml", 1)
        for part in split(pointer) if pointer.startswith("/") else ():
            try:
                inner = follow(inside, (part,))
            except LookupError:
                break
            found = self._entry(inside, part, inner) or found
            inside = inner
        return found

    def finding(self, pointer: str, message: str, instead: str = "") -> Finding:
        """A finding at `pointer`."""
        file, line = self.of(pointer)
        return Finding(file, line, pointer, message, instead)

    def _entry(self, inside: Any, part: str, inner: Any) -> tuple[str, int] | None:
        key = int(part) if isinstance(inside, list) else part
        known = self.elsewhere.get((id(inside), key))
        if known is not None:
            return known
        if isinstance(inner, (dict, list)) and id(inner) in self.origins:
            origin = self.origins[id(inner)]
            return origin.file, origin.mark.line
        around = self.origins.get(id(inside))
        line = around.mark.of(key) if around is not None else None
        return (around.file, line) if around is not None and line is not None else None
