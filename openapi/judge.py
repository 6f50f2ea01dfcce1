"""The judge: a request, an actor, facts, settings and the time -> which rules are kept or broken.

Pure: it reads what it is handed and changes nothing. Phases are guards: a phase is judged only
when nothing is broken in those before it, and then all of its rules are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from rulebound.openapi.checks import NOT_CONCERNED
from rulebound.openapi.claims import Claims
from rulebound.openapi.elements import rows_of
from rulebound.openapi.expressions import EvaluationError
from rulebound.openapi.findings import JudgeError
from rulebound.openapi.judgement import Case, judged
from rulebound.openapi.messages import details_of
from rulebound.openapi.model import Operation, Rule
from rulebound.openapi.names import Names, request_names
from rulebound.openapi.request import Request
from rulebound.openapi.request_schema import Break, RequestSchema
from rulebound.openapi.trace import Outcome, Switches, Trace

_ALL_ON = Switches()


class Judge:
    """Judges requests of one operation; compiled once, free of state."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self._schema = RequestSchema(operation)
        self._claims = Claims(operation)
        self._rows = {rule.id: rows_of(operation, rule) for rule in operation.rules}
        rules = operation.of_kind("reject")
        self._phases = [tuple(group) for _, group in groupby(rules, key=lambda rule: rule.phase)]
        self._promises = operation.of_kind("effect")
        # Most outcomes have no details; they are the same objects in every trace.
        self._kept = {rule.id: Outcome(rule, "kept") for rule in operation.rules}
        self._aside = {rule.id: Outcome(rule, "not concerned") for rule in operation.rules}
        self._unreached = {rule.id: Outcome(rule, "not reached") for rule in operation.rules}

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
        known = request_names(self.operation, request, actor, settings, now)
        case = self._case(request, actor, Names(known, facts))
        outcomes: list[Outcome] = []
        deciding: Outcome | None = None
        for rules in self._phases:
            if deciding is not None:
                outcomes.extend(self._unreached[rule.id] for rule in rules)
                continue
            found = [self._outcome(case, rule, switches) for rule in rules]
            outcomes.extend(found)
            deciding = next((one for one in found if one.result == "broken"), None)
        return Trace(tuple(outcomes), deciding, case.unclaimed)

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
        known = request_names(self.operation, request, actor, settings, now)
        names = Names({**known, "made": made, "before": before or {}}, facts)
        case = self._case(request, actor, names)
        found = [self._outcome(case, rule, switches) for rule in self._promises]
        return tuple(outcome for outcome in found if outcome.result == "broken")

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
            return self._kept[rule.id]
        if answer is NOT_CONCERNED:
            return self._aside[rule.id]
        return Outcome(rule, "broken", details_of(rule.error, answer, case.names))
