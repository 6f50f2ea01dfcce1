"""Judges effects as far as an answer shows them: its status, media type, address and body."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rulebound.contract_tests.judging.answers import UnreadableBody, value_of
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.passive.evidence import Evidence
from rulebound.contract_tests.passive.finding import Finding
from rulebound.contract_tests.passive.matching import Exchange
from rulebound.contract_tests.passive.standing import ANSWER, STATE
from rulebound.contract_tests.passive.standings import Standings
from rulebound.contract_tests.passive.untold import NotTold
from rulebound.openapi.conditions import Ensure
from rulebound.openapi.expressions import EvaluationError
from rulebound.openapi.model import Rule

_MADE = re.compile(r"\bmade\.(\w+)")
SHOWN = "the answer shows it"


class _Made(Mapping[str, Any]):
    """What an operation made, as far as its answer shows it; `seen` is what was looked at."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        find = _SHOWN.get(name)
        if find is None:
            raise NotTold(STATE)
        value = find(self._exchange)
        self.seen.add(name)
        return value

    def __contains__(self, name: object) -> bool:
        return self[str(name)] is not None

    def __iter__(self) -> Iterator[str]:
        raise NotTold(STATE)

    def __len__(self) -> int:
        raise NotTold(STATE)


def _status(exchange: Exchange) -> int:
    return exchange.answer.status


def _media(exchange: Exchange) -> str:
    if not exchange.answer.body or exchange.answer.media_type is None:
        raise NotTold(ANSWER)
    return exchange.answer.media_type


def _location(exchange: Exchange) -> str:
    found = exchange.answer.header("location")
    if found is None:
        raise NotTold(STATE)
    return found


def _body(exchange: Exchange) -> Any:
    try:
        return value_of(exchange.answer, exchange.operation)
    except UnreadableBody as error:
        raise NotTold(ANSWER) from error


_SHOWN: Mapping[str, Any] = {
    "status": _status,
    "media": _media,
    "location": _location,
    "answer": _body,
}


def kept_promises(
    exchange: Exchange, standings: Standings
) -> Iterator[tuple[Rule, Finding | None, str]]:
    """Each effect rule of an accepted exchange: what it shows, or None and why it shows nothing."""
    operation = exchange.operation
    for rule in operation.of_kind("effect"):
        made = _Made(exchange)
        try:
            holds = _holds(rule, exchange, standings, made)
        except NotTold as reason:
            yield rule, None, str(reason)
            continue
        # Held by something else than what it promises (nothing was found, say), it shows nothing.
        if holds and not _promised(rule) <= made.seen:
            yield rule, None, STATE
            continue
        verdict = Verdict.KEPT if holds else Verdict.BROKEN
        says = SHOWN if holds else f"the answer is {exchange.answer.status}, against the rule"
        yield rule, Finding(rule.id, verdict, says, rule.says, exchange), ""


def _promised(rule: Rule) -> set[str]:
    """What of the effect a promise speaks of."""
    condition = rule.condition
    return set(_MADE.findall(condition.ensure.text)) if isinstance(condition, Ensure) else set()


def _holds(rule: Rule, exchange: Exchange, standings: Standings, made: _Made) -> bool:
    """Whether a promise holds. Raises NotTold where the exchange does not show it."""
    effect = exchange.operation.effect
    # Of a plain effect (create, read ..) `made` is the record, whose fields may be called so.
    if effect is None or effect.steps is None or not isinstance(rule.condition, Ensure):
        raise NotTold(STATE)
    now = exchange.recorded.started
    view = Evidence(exchange, standings.judge, standings.rows, now, made)
    try:
        return rule.condition.ensure(view.names) is True
    except EvaluationError:
        raise NotTold(STATE) from None
