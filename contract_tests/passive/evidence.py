"""One exchange as rules see it: what it tells, and stand-ins for what it does not."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from rulebound.contract_tests.passive.matching import Exchange
from rulebound.contract_tests.passive.standing import (
    ACTOR,
    BODY,
    HEADERS,
    RECORDS,
    SETTINGS,
    STATE,
    TIME,
)
from rulebound.contract_tests.passive.untold import (
    Untold,
    UntoldNames,
    UntoldRecords,
    UntoldTime,
    watched,
)
from rulebound.contract_tests.reading import Situation
from rulebound.fixtures.lookups import LOOKUPS
from rulebound.openapi.facts import Facts
from rulebound.openapi.judge import Judge
from rulebound.openapi.judgement import Case
from rulebound.openapi.model import ElementRow
from rulebound.openapi.names import Names, request_names
from rulebound.openapi.request import NO_BODY


class Evidence:
    """An exchange at a time (None where it is not known); `made` is what a promise sees."""

    def __init__(
        self,
        exchange: Exchange,
        judge: Judge,
        rows: Mapping[str, tuple[ElementRow, ...]],
        now: datetime | None,
        made: Mapping[str, Any] | None = None,
    ) -> None:
        self.exchange = exchange
        self.seen: list[str] = []
        self._judge, self._rows = judge, rows
        self._now: Any = now or UntoldTime(TIME)
        self._made = Untold(STATE) if made is None else made

    @cached_property
    def case(self) -> Case:
        """The request as conditions are judged over it."""
        judge = self._judge
        request = self.exchange.request
        return Case(judge.operation, self._rows, judge.schema_breaks, request, None, self.names)

    @cached_property
    def names(self) -> Names:
        """The names of a condition; those not told raise NotTold when a condition names them."""
        operation, request = self.exchange.operation, self.exchange.request
        actor, settings = Untold(ACTOR), Untold(SETTINGS)
        untold = {"actor": ACTOR, "settings": SETTINGS, "before": STATE, **self._parts}
        if isinstance(self._now, UntoldTime):
            untold["now"] = TIME
        if self._parts:
            untold |= {fact.name: next(iter(self._parts.values())) for fact in operation.facts}
        known = {
            **request_names(operation, request, actor, settings, self._now),
            "made": self._made,
        }
        view = UntoldRecords(RECORDS)
        facts = Facts(operation, view, request, actor, settings, self._now, LOOKUPS)
        told = {name: value for name, value in known.items() if name not in untold}
        return Names(told, UntoldNames(facts, untold))

    @cached_property
    def situation(self) -> Situation:
        """The request as a reading sees it; what it looks at goes into `seen`."""
        exchange, request = self.exchange, self.exchange.request
        query: dict[str, str] = {}
        for name, value in request.query:
            if name not in exchange.operation.credential_names:
                query.setdefault(name, value)
        body = None if request.body is NO_BODY else request.body
        headers = dict(reversed(request.headers))
        records = UntoldRecords(RECORDS)
        return Situation(
            query=watched(query, self.seen),
            headers=Untold(HEADERS) if HEADERS in self._reasons else watched(headers, self.seen),
            body=Untold(BODY) if BODY in self._reasons else watched(body, self.seen),
            actor=Untold(ACTOR),
            settings=Untold(SETTINGS),
            now=self._now,
            tables=records.get,
            path=dict(request.path_parameters),
        )

    @property
    def _reasons(self) -> frozenset[str]:
        return frozenset(self._parts.values())

    @cached_property
    def _parts(self) -> dict[str, str]:
        """The parts of the request that the recording left out, with the reason to tell."""
        recorded = self.exchange.recorded
        left_out = {"headers": HEADERS} if recorded.headers is None else {}
        return left_out if recorded.body.told else {**left_out, "body": BODY}
