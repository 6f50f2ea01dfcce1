"""One rule judged over one request: an answer per form of condition.

An answer is that of a check: None for kept, NOT_CONCERNED, or the details of a broken rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rulebound.openapi.checks import CHECKS, NOT_CONCERNED, Answer
from rulebound.openapi.conditions import (
    Condition,
    ElementsClaim,
    Ensure,
    ProtocolCheck,
    Requirement,
    SchemaClaim,
)
from rulebound.openapi.elements import offenders
from rulebound.openapi.expressions import Compiled, EvaluationError
from rulebound.openapi.model import ElementRow, Operation, Rule
from rulebound.openapi.names import Names
from rulebound.openapi.request import Request
from rulebound.openapi.request_schema import Break

Breaks = Mapping[str | None, list[Break]]
_NO_DETAILS: Mapping[str, Any] = {}


class Case:
    """A request being judged; `ask` answers which rule is broken by which schema breaks."""

    __slots__ = ("_ask", "_breaks", "actor", "names", "operation", "request", "rows")

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        operation: Operation,
        rows: Mapping[str, tuple[ElementRow, ...]],
        ask: Callable[[Request], Breaks],
        request: Request,
        actor: Mapping[str, Any] | None,
        names: Names,
    ) -> None:
        self.operation = operation
        self.rows = rows
        self.request = request
        self.actor = actor
        self.names = names
        self._ask = ask
        self._breaks: Breaks | None = None

    @property
    def breaks(self) -> Breaks:
        """Rule id -> the schema breaks it answers for, asked once and only when a rule needs it."""
        if self._breaks is None:
            self._breaks = self._ask(self.request)
        return self._breaks

    @property
    def unclaimed(self) -> tuple[Break, ...]:
        """The schema breaks nobody answers for, if the schemas were asked."""
        return tuple(self._breaks.get(None, ())) if self._breaks else ()


def judged(case: Case, rule: Rule, condition: Condition | None) -> Answer:
    """The answer of `rule` under `condition`. Raises EvaluationError."""
    return _FORMS[type(condition)](case, rule, condition)


def _schema(case: Case, rule: Rule, _: SchemaClaim) -> Answer:
    found = case.breaks.get(rule.id)
    return _details(found) if found else None


def _check(case: Case, _: Rule, check: ProtocolCheck) -> Answer:
    return CHECKS[check.name].run(case.request, case.operation, case.actor, check.arguments)


def _elements(case: Case, rule: Rule, claim: ElementsClaim) -> Answer:
    paths = offenders(case.rows[rule.id], claim.cell, case.request, case.actor)
    if paths is None:
        return NOT_CONCERNED
    return {"path": paths[0], "name": paths[0], "paths": ",".join(paths)} if paths else None


def _requirement(case: Case, _: Rule, condition: Requirement) -> Answer:
    if condition.when is not None and not _holds(case, condition.when):
        return NOT_CONCERNED
    return None if _holds(case, condition.require) else _NO_DETAILS


def _ensure(case: Case, _: Rule, condition: Ensure) -> Answer:
    return None if _holds(case, condition.ensure) else _NO_DETAILS


def _holds(case: Case, expression: Compiled) -> bool:
    value = expression(case.names)
    if value is not True and value is not False:
        raise EvaluationError("a condition has to be true or false")
    return value


_FORMS: Mapping[type, Callable[[Case, Rule, Any], Answer]] = {
    SchemaClaim: _schema,
    ProtocolCheck: _check,
    ElementsClaim: _elements,
    Requirement: _requirement,
    Ensure: _ensure,
}


def _details(breaks: list[Break]) -> dict[str, Any]:
    """What a message may say of the first break, and in `names` of all."""
    first = breaks[0]
    name = first.names[0] if first.names else first.at.rpartition(".")[2].partition("[")[0]
    return {
        "at": first.at,
        "name": name,
        "names": ",".join(first.names or dict.fromkeys(one.at for one in breaks)),
        "path": first.at,
        "value": first.value,
        "limit": first.limit,
        "keyword": first.keyword,
    }
