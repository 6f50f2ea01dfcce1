"""Condition and second reading, written by different people, give one verdict on every draw."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from typing import Any

import pytest
from agreement.draws import Draw, Drawer
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.reading import Situation, readings
from rulebound.fixtures.lookups import LOOKUPS
from rulebound.openapi.facts import Facts
from rulebound.openapi.judge import Judge
from rulebound.openapi.model import Operation
from rulebound.openapi.names import request_names

DRAWS = int(os.environ.get("RULEBOUND_DRAWS", "300"))
SEED = int(os.environ.get("RULEBOUND_SEED", "1"))


@cache
def apis() -> Apis:
    """Everything the kit ships."""
    return load_apis(shipped())


def _operations() -> list[str]:
    return sorted(op for api in apis().all for op in api.files)


def _situation(operation: Operation, draw: Draw) -> Situation:
    world = draw.world
    names = request_names(operation, draw.request, draw.actor, world.settings, world.clock.now())
    tables: dict[str, Any] = {}

    def table(name: str) -> dict[str, Any]:
        if name not in tables:
            tables[name] = {record["id"]: dict(record) for record in world.view().scan(name)}
        return tables[name]

    return Situation(
        query=dict(names["query"]),
        headers=dict(names["headers"]),
        body=names["body"],
        actor=dict(draw.actor),
        settings=world.settings,
        now=world.clock.now(),
        tables=table,
    )


@pytest.mark.parametrize("operation_id", _operations())
def test_no_disagreement(operation_id: str) -> None:
    """Over drawn requests and worlds no rule is read in two ways."""
    api, operation = apis().owner(operation_id)
    judge, read = Judge(operation), readings()
    drawer = Drawer(apis(), api, operation, SEED)
    compared: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    disagreements: list[str] = []
    for number in range(DRAWS):
        draw = drawer.draw()
        world, now = draw.world, draw.world.clock.now()
        facts = Facts(
            operation, world.view(), draw.request, draw.actor, world.settings, now, LOOKUPS
        )
        trace = judge.judge(draw.request, draw.actor, facts, world.settings, now)
        situation = _situation(operation, draw)
        for outcome in trace.outcomes:
            predicate = read.get(outcome.rule.id)
            if predicate is None or outcome.result in ("not reached", "off"):
                continue
            kept = outcome.result != "broken"
            compared[outcome.rule.id] += 1
            broken[outcome.rule.id] += not kept
            if predicate(situation) is not kept:
                disagreements.append(
                    f"draw {number}: {outcome.rule.id} is {outcome.result}; "
                    f"{draw.actor.get('id')} {draw.request.query} {draw.request.body}"
                )
    assert not disagreements, "\n".join(disagreements[:10])
    read_here = {rule.id for rule in operation.rules if rule.id in read}
    assert set(compared) == read_here, f"never judged: {sorted(read_here - set(compared))}"
    assert len(broken.keys() - {r for r, n in broken.items() if not n}) >= 0.7 * len(read_here)
