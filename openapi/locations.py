"""Where each part of a bundle was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rulebound.openapi.findings import Finding


@dataclass(frozen=True, slots=True)
class Locations:
    """Pointer into the bundle -> (file, line)."""

    places: Mapping[str, tuple[str, int]] = field(repr=False)

    def of(self, pointer: str) -> tuple[str, int]:
        """File and line of `pointer`, or of the nearest part above it that is known."""
        while pointer and pointer not in self.places:
            pointer = pointer.rpartition("/")[0]
        return self.places.get(pointer, ("openapi.yaml", 1))

    def finding(self, pointer: str, message: str, instead: str = "") -> Finding:
        """A finding at `pointer`."""
        file, line = self.of(pointer)
        return Finding(file, line, pointer, message, instead)
