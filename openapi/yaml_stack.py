"""The maps and lists of a YAML file that are being filled while it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rulebound.openapi.pointers import join


@dataclass(slots=True)
class Open:
    """A mapping or sequence still being filled; `part` is its place in the one around it."""

    part: str | int
    value: dict[str, Any] | list[Any]
    entries: dict[str, int] | list[int]
    anchor: str | None
    key: str | None = None

    @property
    def wants_key(self) -> bool:
        """Whether a key has to come next."""
        return self.key is None and type(self.value) is dict

    @property
    def next(self) -> str | int:
        """The key or index of what comes next."""
        return self.key or "" if isinstance(self.value, dict) else len(self.value)


def inside(stack: Sequence[Open]) -> str:
    """The pointer of the innermost one, which is the last."""
    return join("", *(each.part for each in stack[1:]))


def here(stack: Sequence[Open]) -> str:
    """The pointer of what comes next in it."""
    return join(inside(stack), stack[-1].next) if stack else ""
