"""A fault as it is asked for: frozen data, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.openapi.model import Operation

KINDS: Mapping[str, tuple[str, ...]] = {
    "latency": ("milliseconds",),
    "429": ("seconds",),
    "500": (),
    "status": ("status", "seconds"),
    "drop": (),
    "stale": (),
}
"""Kind -> what a fault of it has besides operation and calls."""

_READING = frozenset(("read", "search"))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to go wrong: of one operation or (None) of all, `calls` times or until taken off.

    `milliseconds` belong to latency, `status` to the kind status; `seconds` are what Retry-After
    says, with None for no such header.
    """

    kind: str
    operation: str | None = None
    calls: int | None = None
    milliseconds: int = 0
    seconds: int | None = None
    status: int = 0

    @property
    def number(self) -> int:
        """The status it answers with; 0 for a kind that is no answer of its own."""
        return int(self.kind) if self.kind.isdecimal() else self.status

    def concerns(self, operation: Operation) -> bool:
        """Whether calls of this operation meet it."""
        if self.operation not in (None, operation.id):
            return False
        return self.kind != "stale" or only_reads(operation)

    def words(self) -> str:
        """What it does, in words."""
        if self.kind == "latency":
            return f"latency of {self.milliseconds} ms"
        named = {"drop": "connection dropped", "stale": "stale read"}
        return named.get(self.kind) or str(self.number)

    def as_json(self) -> dict[str, Any]:
        """As it is written to the control plane."""
        about = {name: getattr(self, name) for name in KINDS[self.kind]}
        return {"operation": self.operation, "kind": self.kind, **about, "calls": self.calls}


def only_reads(operation: Operation) -> bool:
    """Whether an operation changes nothing, so that its answer can be an old one."""
    does = operation.effect.do if operation.effect else None
    return operation.method.upper() in ("GET", "HEAD") if does is None else does in _READING
