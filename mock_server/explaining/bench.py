"""Judges requests in one state of a world as the stub does, without sending them.

The search asks it about many candidates; what it lets pass is then tried on the stub itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any

from rulebound.fixtures import LOOKUPS
from rulebound.fixtures.records import View
from rulebound.mock_server.explaining.draft import Draft
from rulebound.mock_server.unruled import Unruled
from rulebound.openapi.conditions import Requirement
from rulebound.openapi.expressions import EvaluationError
from rulebound.openapi.facts import Facts
from rulebound.openapi.findings import JudgeError
from rulebound.openapi.judge import Judge
from rulebound.openapi.model import Operation
from rulebound.openapi.names import Names, request_names
from rulebound.openapi.request_schema import Break
from rulebound.openapi.trace import Outcome, Switches, Trace

Rank = tuple[int, int, int]
"""How far a request is from passing; the smaller, the nearer."""
_UNJUDGED: Rank = (1000, 0, 0)


class Judging:
    """The judge of one operation, and what is checked beside its rules."""

    def __init__(self, operation: Operation) -> None:
        self.judge = Judge(operation)
        self.unruled = Unruled(operation, self.judge)
        phases = list(dict.fromkeys(rule.phase for rule in operation.of_kind("reject")))
        self.phases: Mapping[str | None, int] = {name: n for n, name in enumerate(phases)}


@dataclass(frozen=True)
class Verdict:
    """What a request comes to: the broken rules, the deciding one first, or a `fault` that no rule
    speaks of. `names` is what conditions saw.

    A rule among `broken` has the condition that it was judged by, be it its own or another one.
    """

    names: Names
    broken: tuple[Outcome, ...] = ()
    fault: str | None = None
    rank: Rank = (0, 0, 0)

    @property
    def passes(self) -> bool:
        """Whether nothing is against it."""
        return not self.broken and self.fault is None


@dataclass(frozen=True)
class Bench:
    """One state of a world, one caller. After the moment `until` nothing more is judged."""

    judging: Judging
    view: View
    actor: Mapping[str, Any] | None
    settings: Mapping[str, Any]
    now: datetime
    switches: Switches
    until: float

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return monotonic() > self.until

    def judge(self, draft: Draft) -> Verdict:
        """What a request comes to here. Never raises for what a request may hold."""
        if self.late:
            return Verdict(Names({}, {}), fault="the time is up", rank=_UNJUDGED)
        request, operation = draft.request, draft.operation
        about = (request, self.actor, self.settings, self.now)
        facts = Facts(operation, self.view, *about, LOOKUPS)
        names = Names(request_names(operation, *about), facts)
        try:
            trace = self.judging.judge.judge(
                request, self.actor, facts, self.settings, self.now, self.switches
            )
            fault = None if trace.deciding else self.judging.unruled.fault(request, trace)
        except (JudgeError, UnicodeError) as error:  # a text may hold half a surrogate pair
            return Verdict(names, fault=str(error), rank=_UNJUDGED)
        if fault is not None:
            return Verdict(names, fault=fault, rank=(1, 1, len(trace.unclaimed)))
        if trace.deciding is None:
            return Verdict(names)
        return Verdict(names, self._broken(trace), None, self._rank(trace))

    def breaks(self, draft: Draft, rule: str | None) -> list[Break]:
        """The schema breaks that a rule answers for, or with None those that no rule does."""
        if self.late:
            return []
        return self.judging.judge.schema_breaks(draft.request).get(rule, [])

    def _broken(self, trace: Trace) -> tuple[Outcome, ...]:
        """The broken rules, each with the condition it was judged by here."""
        replaced = self.switches.replaced
        return tuple(
            replace(each, rule=replace(each.rule, condition=replaced[each.rule.id]))
            if each.rule.id in replaced
            else each
            for each in trace.broken
        )

    def _rank(self, trace: Trace) -> Rank:
        broken = trace.broken
        stage = len(self.judging.phases) - self.judging.phases[broken[0].rule.phase]
        return (1 + stage, len(broken), sum(map(_weight, broken)))


def _weight(outcome: Outcome) -> int:
    """How many things an outcome names."""
    names = outcome.details.get("names") or outcome.details.get("paths") or ""
    return 1 + str(names).count(",")


def holds(condition: Requirement, names: Names) -> bool:
    """Whether a condition holds over names; one that cannot be judged does not."""
    try:
        if condition.when is not None and condition.when(names) is not True:
            return True
        return condition.require(names) is True
    except EvaluationError:
        return False
