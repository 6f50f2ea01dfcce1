"""Judges a recorded request by the rules that can be judged from it alone.

The second reading speaks where there is one; the document's own schemas, checks and conditions do
where there is none. Both are shown a world of which nothing is known: a rule that looks at it is
open. As in the judge, phases are guards.
"""

from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby

from rulebound.contract_tests.apis import Api
from rulebound.contract_tests.passive.evidence import Evidence
from rulebound.contract_tests.passive.matching import Exchange
from rulebound.contract_tests.passive.presence import speaks_of
from rulebound.contract_tests.passive.standing import (
    ACTOR,
    ASIDE,
    BODY,
    CREDENTIALS,
    EARLIER,
    HEADERS,
    MOMENT,
    UNCLEAR,
    Stand,
    Standing,
)
from rulebound.contract_tests.passive.untold import NotTold
from rulebound.contract_tests.reading import Predicate
from rulebound.openapi.checks import NOT_CONCERNED
from rulebound.openapi.conditions import (
    Condition,
    ElementsClaim,
    ProtocolCheck,
    Requirement,
    SchemaClaim,
)
from rulebound.openapi.elements import offenders, rows_of
from rulebound.openapi.expressions import EvaluationError
from rulebound.openapi.judge import Judge
from rulebound.openapi.judgement import judged
from rulebound.openapi.model import Operation, Rule
from rulebound.openapi.query_values import judged_headers
from rulebound.openapi.request import NO_BODY

SKEW = timedelta(minutes=5)
"""How far the recorder's clock may be from the server's."""

_BY_TYPE = frozenset(("content-type", "content-type-given", "body-well-formed"))
_BY_HEADERS = _BY_TYPE | {"header-given", "language", "accept-given", "accept"}
_BY_BODY = _BY_TYPE | {"body-given"}
_BY_QUERY = frozenset(("query-known", "query-once", "query-not-empty"))


class Standings:
    """Where the requests of one operation stand with each of its refusing rules."""

    def __init__(self, api: Api, operation: Operation, readings: Mapping[str, Predicate]) -> None:
        self.judge = Judge(operation)
        self.rows = {rule.id: rows_of(operation, rule) for rule in operation.rules}
        self._operation, self._readings = operation, readings
        rules = operation.of_kind("reject")
        self._phases = [tuple(group) for _, group in groupby(rules, key=lambda rule: rule.phase)]
        schemes = [name for each in operation.security for name in each]
        kinds = [api.document.actors[name] for name in schemes if name in api.document.actors]
        self._kinds = tuple(dict.fromkeys(kinds))

    def of(self, exchange: Exchange) -> tuple[Stand, ...]:
        """Where the request stands with each rule, in their order."""
        started = exchange.recorded.started
        times = [None] if started is None else [started - SKEW, started + SKEW]
        views = [Evidence(exchange, self.judge, self.rows, time) for time in times]
        found: list[Stand] = []
        is_over = False
        for rules in self._phases:
            if is_over:
                found += [Stand(rule, Standing.OPEN, EARLIER) for rule in rules]
                continue
            found += [self._stand(views, rule) for rule in rules]
            is_over = any(each.standing is Standing.BROKEN for each in found)
        return tuple(found)

    def _stand(self, views: list[Evidence], rule: Rule) -> Stand:
        missing = self._missing(views[0].exchange, rule)
        if missing is not None:
            return Stand(rule, Standing.OPEN, missing)
        try:
            found = [self._judged(view, rule) for view in views]
        except NotTold as reason:
            return Stand(rule, Standing.OPEN, str(reason))
        if len({each.standing for each in found}) > 1:
            return Stand(rule, Standing.OPEN, MOMENT)
        return found[0]

    def _missing(self, exchange: Exchange, rule: Rule) -> str | None:
        """Why a rule cannot be judged at all: a part of the request was not recorded."""
        condition = rule.condition
        headers = body = False
        match condition:
            case ProtocolCheck(name):
                if name == "credentials":
                    return CREDENTIALS
                headers, body = name in _BY_HEADERS, name in _BY_BODY
            case SchemaClaim(at):
                body = any(place.startswith("/requestBody") for place in at)
                headers = any(self._is_header(place) for place in at)
            case ElementsClaim():
                body = True
        if headers and exchange.recorded.headers is None:
            return HEADERS
        return BODY if body and not exchange.recorded.body.told else None

    def _is_header(self, place: str) -> bool:
        names = {parameter.name for parameter in judged_headers(self._operation)}
        name = place.removeprefix("/parameters/").partition("/")[0]
        return place.startswith("/parameters") and (name in names or ("*" in name and bool(names)))

    def _judged(self, view: Evidence, rule: Rule) -> Stand:
        """By the reading, or else by the document. Raises NotTold."""
        reading = self._readings.get(rule.id)
        if reading is not None:
            return _read(view, rule, reading)
        condition = rule.condition
        if isinstance(condition, ElementsClaim):
            return self._elements(view, rule, condition)
        try:
            answer = judged(view.case, rule, condition)
        except EvaluationError:
            return Stand(rule, Standing.OPEN, UNCLEAR)
        if answer is not None and answer is not NOT_CONCERNED:
            return Stand(rule, Standing.BROKEN)
        is_shown = answer is None and _has_subject(view.exchange, condition)
        return Stand(rule, Standing.HOLDS) if is_shown else Stand(rule, Standing.ASIDE, ASIDE)

    def _elements(self, view: Evidence, rule: Rule, claim: ElementsClaim) -> Stand:
        """Judged where it comes to the same for every kind of actor that is let in."""
        rows, request = self.rows[rule.id], view.exchange.request
        if request.body is NO_BODY:
            return Stand(rule, Standing.OPEN, UNCLEAR)
        found = [offenders(rows, claim.cell, request, {"kind": kind}) for kind in self._kinds]
        if found and all(found):
            return Stand(rule, Standing.BROKEN)
        if any(found):
            raise NotTold(ACTOR)
        if found and all(each is not None for each in found):
            return Stand(rule, Standing.HOLDS)
        return Stand(rule, Standing.ASIDE, ACTOR)


def _read(view: Evidence, rule: Rule, reading: Predicate) -> Stand:
    view.seen.clear()
    try:
        holds = reading(view.situation)
    except (LookupError, TypeError, ValueError, AttributeError):
        # It relies on something that an earlier rule asks for and nobody could judge.
        return Stand(rule, Standing.OPEN, UNCLEAR)
    if not holds:
        return Stand(rule, Standing.BROKEN)
    condition, is_concerned = rule.condition, bool(view.seen)
    if isinstance(condition, Requirement) and condition.when is not None:
        try:
            is_concerned = condition.when(view.names) is True
        except NotTold as reason:
            return Stand(rule, Standing.ASIDE, str(reason))
        except EvaluationError:
            return Stand(rule, Standing.ASIDE, UNCLEAR)
    return Stand(rule, Standing.HOLDS) if is_concerned else Stand(rule, Standing.ASIDE, ASIDE)


def _has_subject(exchange: Exchange, condition: Condition | None) -> bool:
    """Whether the request holds what a rule that it keeps speaks of."""
    if isinstance(condition, SchemaClaim):
        return speaks_of(condition, exchange.request)
    if isinstance(condition, ProtocolCheck) and condition.name in _BY_QUERY:
        return bool(exchange.request.query)
    return True
