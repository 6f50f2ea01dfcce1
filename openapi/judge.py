"""The judge: a request, an actor, facts, settings and the time -> which rules are kept or broken.

Pure: it reads what it is handed and changes nothing. Phases are guards: a phase is judged only
when nothing is broken in those before it, and then all of its rules are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from rulebound.openapi.checks import CHECKS, NOT_CONCERNED
from rulebound.openapi.claims import Claims
from rulebound.openapi.conditions import (
    Condition,
    ElementsClaim,
    Ensure,
    ProtocolCheck,
    Requirement,
    SchemaClaim,
)
from rulebound.openapi.elements import offenders, rows_of
from rulebound.openapi.expressions import Compiled, EvaluationError
from rulebound.openapi.findings import JudgeError
from rulebound.openapi.messages import details_of
from rulebound.openapi.model import Operation, Rule
from rulebound.openapi.names import Names, request_names
from rulebound.openapi.request import Request
from rulebound.openapi.request_schema import Break, RequestSchema
from rulebound.openapi.trace import Outcome, Result, Switches, Trace

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
        case = _Case(self, request, actor, Names(known, facts), switches)
        outcomes: list[Outcome] = []
        deciding: Outcome | None = None
        for rules in self._phases:
            if deciding is not None:
                outcomes.extend(Outcome(rule, "not reached") for rule in rules)
                continue
            judged = [case.outcome(rule) for rule in rules]
            outcomes.extend(judged)
            deciding = next((one for one in judged if one.result == "broken"), None)
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
        case = _Case(self, request, actor, names, switches)
        outcomes = [case.outcome(rule) for rule in self._promises]
        return tuple(outcome for outcome in outcomes if outcome.result == "broken")

    def schema_breaks(self, request: Request) -> tuple[tuple[Break, str | None], ...]:
        """Each schema break of a request, with the rule that answers for it."""
        return tuple((b, self._claims.of_break(b)) for b in self._schema.breaks(request))

    def rows(self, rule: Rule) -> Any:
        """The rows of x-elements that a rule answers for."""
        return self._rows[rule.id]


@dataclass
class _Case:
    """One request being judged; the schemas are asked once, and only when a rule needs them."""

    judge: Judge
    request: Request
    actor: Mapping[str, Any] | None
    names: Names
    switches: Switches

    @cached_property
    def breaks(self) -> dict[str | None, list[Break]]:
        """Rule id -> the schema breaks it answers for; None -> those nobody does."""
        found: dict[str | None, list[Break]] = {}
        for broken, rule in self.judge.schema_breaks(self.request):
            found.setdefault(rule, []).append(broken)
        return found

    @property
    def unclaimed(self) -> tuple[Break, ...]:
        """The schema breaks nobody answers for, if the schemas were asked."""
        asked = self.__dict__.get("breaks", {})
        return tuple(asked.get(None, ()))

    def outcome(self, rule: Rule) -> Outcome:
        """The outcome of one rule."""
        if rule.id in self.switches.off:
            return Outcome(rule, "off")
        condition = self.switches.replaced.get(rule.id, rule.condition)
        try:
            result, details = self._judged(rule, condition)
            if result == "broken":
                details = details_of(rule.error, details, self.names)
        except EvaluationError as error:
            raise JudgeError(rule.id, str(error)) from error
        return Outcome(rule, result, details)

    def _judged(self, rule: Rule, condition: Condition | None) -> tuple[Result, Mapping[str, Any]]:
        match condition:
            case SchemaClaim():
                found = self.breaks.get(rule.id)
                return ("broken", _details(found)) if found else ("kept", {})
            case ProtocolCheck(name, arguments):
                operation = self.judge.operation
                answer = CHECKS[name].run(self.request, operation, self.actor, arguments)
                if answer is NOT_CONCERNED:
                    return "not concerned", {}
                return ("kept", {}) if answer is None else ("broken", answer)
            case ElementsClaim(_, cell):
                paths = offenders(self.judge.rows(rule), cell, self.request, self.actor)
                if paths is None:
                    return "not concerned", {}
                if not paths:
                    return "kept", {}
                return "broken", {"path": paths[0], "name": paths[0], "paths": ",".join(paths)}
            case Requirement(require, when):
                if when is not None and not self._holds(when):
                    return "not concerned", {}
                return ("kept", {}) if self._holds(require) else ("broken", {})
            case Ensure(ensure):
                return ("kept", {}) if self._holds(ensure) else ("broken", {})
            case None:
                return "not concerned", {}

    def _holds(self, expression: Compiled) -> bool:
        value = expression(self.names)
        if value is not True and value is not False:
            raise EvaluationError("a condition has to be true or false")
        return value


def _details(breaks: list[Break]) -> dict[str, Any]:
    """What a message may say of the first break: `at`, `name`, `value`, `limit`, `names`."""
    first = breaks[0]
    name = first.names[0] if first.names else first.at.rpartition(".")[2].partition("[")[0]
    return {
        "at": first.at,
        "name": name,
        "names": ",".join(first.names) or ",".join(dict.fromkeys(_ats(breaks))),
        "path": first.at,
        "value": first.value,
        "limit": first.limit,
        "keyword": first.keyword,
    }


def _ats(breaks: list[Break]) -> Iterator[str]:
    return (one.at for one in breaks)
