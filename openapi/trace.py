"""What a judgement found: an outcome per rule, in order, and the one that decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rulebound.openapi.conditions import Requirement
from rulebound.openapi.expressions import compile_expression
from rulebound.openapi.model import Operation, Rule
from rulebound.openapi.request_schema import Break

Result = Literal["kept", "broken", "not concerned", "not reached", "off"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rule; `details` fill the placeholders of its message."""

    rule: Rule
    result: Result
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """The outcomes of all rules that can refuse, in order of phase and document.

    `deciding` is the first broken one. `unclaimed` holds schema breaks no rule answers for (a
    defect of the document that lint reports), when the schemas were reached. Traces of one
    operation that are equal in `alike` have the same results.
    """

    outcomes: tuple[Outcome, ...]
    deciding: Outcome | None = None
    unclaimed: tuple[Break, ...] = ()
    alike: tuple[tuple[int, ...], ...] | None = field(default=None, repr=False, compare=False)

    @property
    def broken(self) -> tuple[Outcome, ...]:
        """Every broken outcome, in order."""
        return tuple([outcome for outcome in self.outcomes if outcome.result == "broken"])


@dataclass(frozen=True, slots=True)
class Switches:
    """Rules switched off, and rules judged by another requirement."""

    off: frozenset[str] = frozenset()
    replaced: Mapping[str, Requirement] = field(default_factory=dict)


def replacement(operation: Operation, when: str | None, require: str) -> Requirement:
    """A requirement to judge a rule of `operation` by. Raises ExpressionError."""
    names = operation.names
    return Requirement(
        compile_expression(require, names), compile_expression(when, names) if when else None
    )
