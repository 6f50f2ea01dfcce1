"""The judge: a request, an actor, facts, settings and the time -> which rules are kept or broken.

Pure: it reads what it is handed and changes nothing. Phases are guards: a phase is judged only
when nothing is broken in those before it, and then all of its rules are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from rulebound.openapi.check_codes import CheckCodes
from rulebound.openapi.checks import NOT_CONCERNED
from rulebound.openapi.claims import Claims
from rulebound.openapi.elements import rows_of
from rulebound.openapi.expressions import EvaluationError
from rulebound.openapi.facts import names_of
from rulebound.openapi.findings import JudgeError
from rulebound.openapi.judgement import Case, judged
from rulebound.openapi.messages import details_of
from rulebound.openapi.model import Operation, Rule
from rulebound.openapi.names import Names
from rulebound.openapi.outlines import Outlines, outcomes_of
from rulebound.openapi.phases import ASIDE, BROKEN, KEPT, Codes, Phase
from rulebound.openapi.promises import Promises
from rulebound.openapi.request import Request
from rulebound.openapi.request_schema import Break, RequestSchema
from rulebound.openapi.trace import Outcome, Switches, Trace

_ALL_ON = Switches()
_MOST_TRACES = 512
"""Kept of each operation; requests that fare alike share one."""


class Judge:
    """Judges requests of one operation; compiled once. What it remembers changes no judgement.

    A request is judged by one function for each phase. When rules are switched off or replaced,
    or that function meets what it cannot judge, each rule is judged by itself instead.
    """

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self._schema = RequestSchema(operation)
        self._claims = Claims(operation)
        self._rows = {rule.id: rows_of(operation, rule) for rule in operation.rules}
        rules = operation.of_kind("reject")
        self._phases = [
            Phase(tuple(group), self._rows)
            for _, group in groupby(rules, key=lambda rule: rule.phase)
        ]
        self._promises = Promises(operation.of_kind("effect"), self._rows)
        self._checks = CheckCodes(operation)
        self._ids = frozenset(rule.id for rule in operation.rules)
        # Most outcomes have no details; they are the same objects in every trace.
        self._plain = {
            rule.id: outcomes
            for phase in (*self._phases, self._promises)
            for rule, outcomes in zip(phase.rules, phase.outcomes, strict=True)
        }
        self._outlines = Outlines(self._phases)
        self._traces: dict[tuple[Codes, ...], Trace] = {}

    def judge(  # noqa: PLR0913, PLR0917
        self,
        request: Request,
        actor: Mapping[str, Any] | None,
        facts: Mapping[str, Any],
        settings: Mapping[str, Any],
        now: datetime,
        switches: Switches = _ALL_ON,
    ) -> Trace:
        """The trace of a request.

        Raises JudgeError when a condition cannot be judged over what it met.
        """
        names = names_of(self.operation, request, actor, facts, settings, now)
        case = self._case(request, actor, names)
        if self._concerned(switches):
            return self._one_by_one(case, switches)
        try:
            return self._at_once(case)
        except Exception:
            # Whatever it was: judged by itself, the rule that met it says so.
            return self._one_by_one(case, switches)

    def promises(  # noqa: PLR0913, PLR0917
        self,
        request: Request,
        actor: Mapping[str, Any] | None,
        facts: Mapping[str, Any],
        settings: Mapping[str, Any],
        now: datetime,
        made: Mapping[str, Any],
        before: Mapping[str, Any] | None = None,
        switches: Switches = _ALL_ON,
    ) -> tuple[Outcome, ...]:
        """The effect rules that what was `made` breaks; empty when every promise is kept.

        Raises JudgeError when a promise cannot be judged over what it met.
        """
        names = names_of(self.operation, request, actor, facts, settings, now)
        names |= {"made": made, "before": before or {}}
        if not self._concerned(switches):
            try:
                if self._promises.keep(names):
                    return ()
            except Exception:
                pass
        case = self._case(request, actor, names)
        found = [self._outcome(case, rule, switches) for rule in self._promises.rules]
        return tuple(outcome for outcome in found if outcome.result == "broken")

    def _concerned(self, switches: Switches) -> bool:
        """Whether a rule of this operation is switched off or replaced."""
        if not switches.off and not switches.replaced:
            return False
        return not self._ids.isdisjoint(switches.off | switches.replaced.keys())

    def _at_once(self, case: Case) -> Trace:
        found: list[Codes] = []
        checks = self._checks.of(case)
        for phase in self._phases:
            breaks = case.breaks if phase.schemas else None
            codes = phase.run(case.names, breaks, checks)
            found.append(codes)
            if BROKEN in codes:
                # Where nothing is said of the request, those that fared alike share a trace.
                key = tuple(found)
                return self._traces.get(key) or self._refused(case, key)
        if case.unclaimed:
            return Trace(outcomes_of(self._phases, found), None, case.unclaimed)
        key = tuple(found)
        known = self._traces.get(key)
        return known or self._remember(Trace(outcomes_of(self._phases, found), alike=key))

    def _refused(self, case: Case, found: tuple[Codes, ...]) -> Trace:
        """The trace of a request that the last of the phases judged refuses."""
        before, plain, after, places = self._outlines.of(found)
        judged = list(plain)
        for place, rule in places:
            judged[place] = self._outcome(case, rule, _ALL_ON)
        broken = [judged[place] for place, _ in places if judged[place].result == "broken"]
        trace = Trace((*before, *judged, *after), broken[0], case.unclaimed, found)
        if not case.unclaimed and not any(one.details or _says_more(one) for one in broken):
            self._remember(trace)
        return trace

    def _remember(self, trace: Trace) -> Trace:
        if len(self._traces) >= _MOST_TRACES:
            self._traces.clear()
        if trace.alike is not None:
            self._traces[trace.alike] = trace
        return trace

    def _one_by_one(self, case: Case, switches: Switches) -> Trace:
        outcomes: list[Outcome] = []
        deciding: Outcome | None = None
        for number, phase in enumerate(self._phases):
            if deciding is not None:
                outcomes.extend(self._outlines.unreached(number))
                continue
            found = [self._outcome(case, rule, switches) for rule in phase.rules]
            outcomes.extend(found)
            deciding = next((one for one in found if one.result == "broken"), None)
        return Trace(tuple(outcomes), deciding, case.unclaimed)

    def schema_breaks(self, request: Request) -> dict[str | None, list[Break]]:
        """Rule id -> the schema breaks it answers for; None -> those no rule does."""
        found: dict[str | None, list[Break]] = {}
        for broken in self._schema.breaks(request):
            found.setdefault(self._claims.of_break(broken), []).append(broken)
        return found

    def _case(self, request: Request, actor: Mapping[str, Any] | None, names: Names) -> Case:
        return Case(self.operation, self._rows, self.schema_breaks, request, actor, names)

    def _outcome(self, case: Case, rule: Rule, switches: Switches) -> Outcome:
        if rule.id in switches.off:
            return Outcome(rule, "off")
        condition = switches.replaced.get(rule.id, rule.condition)
        try:
            answer = judged(case, rule, condition)
        except EvaluationError as error:
            raise JudgeError(rule.id, str(error)) from error
        if answer is None:
            return self._plain[rule.id][KEPT]
        if answer is NOT_CONCERNED:
            return self._plain[rule.id][ASIDE]
        return Outcome(rule, "broken", details_of(rule.error, answer, case.names))


def _says_more(outcome: Outcome) -> bool:
    """Whether the message of a broken rule may say something of the request."""
    return bool(outcome.rule.error and outcome.rule.error.values)
