"""A step, the run it works on, and an effect: an ordered tuple of steps.

Each step carries out the one effect rule it names; a world in which that rule is switched off skips
it. So that a missing step is always seen, what a run holds before a step is never what it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rulebound.fixtures import Transaction, look_up
from rulebound.mock_server.pieces import Pieces
from rulebound.openapi.model import Operation
from rulebound.openapi.request import NO_BODY, Request

Record = Mapping[str, Any]


class _Parts(dict[str, tuple[str, ...]]):
    """Dotted path -> its parts; paths are written in steps, not sent, so they are few."""

    def __missing__(self, path: str) -> tuple[str, ...]:
        parts = self[path] = tuple(path.split("."))
        return parts


_PARTS = _Parts()


@dataclass(slots=True)
class AnswerDraft:
    """The answer as the steps build it. `media` overrules what was negotiated; `pieces` are the
    items of a list in the body, when they are known from before."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = NO_BODY
    media: str | None = None
    pieces: Pieces | None = None


@dataclass(slots=True)
class Run:
    """One accepted request being carried out inside its transaction.

    `query` maps names to single values; `stamp` is `now` in the API's date format; `base` stands
    before a path in links (the API's path), `root` before that (the context root used). `made`
    is what the promises see; `draft` holds what the steps of one effect pass on to each other.
    """

    operation: Operation
    transaction: Transaction
    request: Request
    query: Mapping[str, str]
    actor: Mapping[str, Any]
    facts: Mapping[str, Any]
    settings: Mapping[str, Any]
    now: datetime
    write_date: Callable[[datetime], str]
    language: str
    media: str
    base: str = ""
    root: str = ""
    made: dict[str, Any] = field(default_factory=dict)
    draft: dict[str, Any] = field(default_factory=dict)
    answer: AnswerDraft = field(default_factory=AnswerDraft)
    _stamp: str = ""

    @property
    def stamp(self) -> str:
        """The present moment in the API's date format."""
        if not self._stamp:
            self._stamp = self.write_date(self.now)
        return self._stamp

    def sent(self, path: str) -> Any:
        """What the body holds at a dotted path, or None."""
        value = self.request.body
        for name in _PARTS[path]:
            if type(value) is not dict or name not in value:
                return None
            value = value[name]
        return value

    def looked_up(self, lookup: str) -> Any:
        """What the registered look-up finds: the operation's fact where there is one."""
        known = self.operation.fact_of_lookup
        if lookup in known:
            return self.facts[known[lookup]]
        asked = (self.request, self.actor, self.facts, self.settings, self.now)
        return look_up(lookup, self.transaction, *asked)


@dataclass(frozen=True, slots=True)
class Step:
    """The rule a function carries out."""

    rule: str
    carry_out: Callable[[Run], None]


@dataclass(frozen=True, slots=True)
class Effect:
    """An ordered tuple of steps; `begin` lays out the draft they work on, `end` writes what they
    left there, and neither binds a rule.
    """

    steps: tuple[Step, ...]
    begin: Callable[[Run], None] | None = None
    end: Callable[[Run], None] | None = None

    def carry_out(self, run: Run, off: frozenset[str]) -> None:
        """Run every step whose rule is not switched off."""
        if self.begin is not None:
            self.begin(run)
        for step in self.steps if not off else [s for s in self.steps if s.rule not in off]:
            step.carry_out(run)
        if self.end is not None:
            self.end(run)
