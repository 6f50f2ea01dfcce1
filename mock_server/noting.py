"""Writes a request and its answer into the journal of the world it met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from time import perf_counter
from types import MappingProxyType
from typing import Any, NamedTuple

from rulebound.fixtures import World
from rulebound.mock_server.answers import Answer
from rulebound.mock_server.depths import Change, Depth, headers_size
from rulebound.mock_server.exchange import Exchange
from rulebound.mock_server.journal import Entry
from rulebound.openapi.conditions import Requirement
from rulebound.openapi.trace import Outcome, Trace

_MOST_BODY = 4096
_MOST_TEXT = 2000
"""Characters of an entry's path and query; what explains it has them whole."""
_TOO_LONG = "(too long to keep)"
_MOST_HEADERS = 64 * 1024
"""About twice what a request may have; those of a larger one were not looked at either."""
_LISTS = (list, tuple)
_MOST_ITEMS = 1000
"""Of a fact; a longer one is not kept, as many of them would fill the memory."""


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Findings(NamedTuple):
    """What was found out about a request on the way to its answer, and the moment it was judged
    at, if it was."""

    trace: Trace | None = None
    problem: str | None = None
    actor: Mapping[str, Any] | None = None
    path: Mapping[str, Any] = NOTHING
    settings: Mapping[str, Any] = NOTHING
    facts: Mapping[str, Any] = NOTHING
    changes: tuple[Change, ...] = ()
    replaced: Mapping[str, Requirement] = NOTHING
    at: datetime | None = None


def note(  # noqa: PLR0913, PLR0917 - what an entry is made of
    exchange: Exchange,
    world: World,
    api: str,
    operation: str | None,
    credentials: frozenset[str],
    answer: Answer,
    found: Findings,
) -> None:
    """Write it down, and put its number on the exchange; nothing for a silent one."""
    if exchange.silent:
        return
    journal = exchange.served.journal
    entry = Entry(
        number=journal.next_number(),
        at=found.at or world.clock.now(),
        method=exchange.method,
        path=exchange.path[:_MOST_TEXT],
        query=exchange.query[:_MOST_TEXT],
        body=exchange.body[:_MOST_BODY],
        status=answer.status,
        api=api,
        operation=operation,
        actor=found.actor,
        rule=answer.rule,
        trace=_light(found.trace),
        problem=found.problem and found.problem[:_MOST_TEXT],
        injected=exchange.injected,
        scratch=exchange.scratch,
        credentials=credentials,
        seconds=perf_counter() - exchange.began,
    )
    exchange.number = journal.add(entry, *_depth(exchange, answer, found))


def _light(trace: Trace | None) -> Trace | None:
    """A trace without large values: it is kept far longer than what explains a request."""
    if trace is None or trace.deciding is None:
        return Trace(trace.outcomes) if trace is not None and trace.unclaimed else trace
    broken = trace.broken
    if not trace.unclaimed and not any(_is_large(each.details) for each in broken):
        return trace
    light = {id(each): _light_outcome(each) for each in broken}
    outcomes = tuple(light.get(id(each), each) for each in trace.outcomes)
    return Trace(outcomes, light[id(trace.deciding)], alike=trace.alike)


def _light_outcome(outcome: Outcome) -> Outcome:
    return replace(outcome, details={name: _cut(each) for name, each in outcome.details.items()})


def _is_large(details: Mapping[str, Any]) -> bool:
    long = [each for each in details.values() if type(each) is not str or len(each) > _MOST_TEXT]
    return any(_cut(each) is not each for each in long)


def _cut(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        return value[:_MOST_TEXT]
    if isinstance(value, (Mapping, list, tuple)) and len(str(value)) > _MOST_TEXT:
        return _TOO_LONG
    return value


def _depth(exchange: Exchange, answer: Answer, found: Findings) -> tuple[Depth, int]:
    """What explains an entry, and its size."""
    facts = found.facts
    headers, size = exchange.headers, headers_size(exchange.headers)
    if size > _MOST_HEADERS:
        headers, size = (), 0
    for each in facts.values():
        if each and type(each) in _LISTS and len(each) > _MOST_ITEMS:
            facts = _short(facts)
            break
    depth = Depth(
        headers,
        exchange.body,
        exchange.root,
        answer,
        found.path,
        found.settings,
        facts,
        found.changes,
        exchange.path,
        exchange.query,
        found.replaced,
    )
    return depth, depth.sized(size)


def _short(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: value
        for name, value in facts.items()
        if type(value) not in _LISTS or len(value) <= _MOST_ITEMS
    }
