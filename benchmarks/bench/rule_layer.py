"""What the facts and all rules cost for one accepted request, in process, beside bare Starlette.

    python rule_layer.py [rounds]

Prints JSON: the ratios of the rounds, their median without the check of the schema, how many rules
were judged, microseconds of both. The rule layer is what the step does between the parsed request
and the effect: facts looked up, to the last one, and the judgement with its trace.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from layers import Driver, bare_app
from rulebound.fixtures import LOOKUPS
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from rulebound.openapi.facts import Facts
from rulebound.openapi.judge import Judge
from typical_calls import CALLS

TURNS = 400
SEED = "egain"


async def asked_of_the_judge() -> tuple[Any, Judge, tuple[Any, ...]]:
    """The stub, the judge of create task, and what it is asked for an accepted request."""
    stub = build(Settings(quiet=True))
    await stub.start()
    heard: list[tuple[Judge, tuple[Any, ...]]] = []
    known = Judge.judge

    def hear(self: Judge, *about: Any) -> Any:
        heard.append((self, about))
        return known(self, *about)

    Judge.judge = hear  # type: ignore[method-assign]
    driver = Driver(stub.app, CALLS["accepted"])
    await driver.turn()
    Judge.judge = known  # type: ignore[method-assign]
    assert driver.status == 201, driver.status
    return stub, *heard[-1]


async def main(rounds: int) -> None:
    """Measure in turns, and print."""
    stub, judge, (request, actor, _, settings, now, *switches) = await asked_of_the_judge()
    world = stub.worlds.get("default").worlds[SEED]
    bare = Driver(bare_app(), CALLS["accepted"])
    found: list[tuple[float, float, float]] = []
    judged = 0
    with world.transaction() as transaction:
        for _ in range(rounds + 1):
            began = process_time()
            for _ in range(TURNS):
                await bare.turn()
            half = process_time()
            for _ in range(TURNS):
                # What a request object remembers is not known of the next one.
                asked = replace(request)
                facts = Facts(judge.operation, transaction, asked, actor, settings, now, LOOKUPS)
                trace = judge.judge(asked, actor, facts, settings, now, *switches)
                dict(facts)
            whole = process_time()
            for _ in range(TURNS):
                judge.schema_breaks(replace(request))
            found.append((half - began, whole - half, process_time() - whole))
        judged = sum(each.result != "not reached" for each in trace.outcomes)
    kept = found[1:]
    told = {
        "ratios": [rules / plain for plain, rules, _ in kept],
        "without_schema": median((rules - schema) / plain for plain, rules, schema in kept),
        "rules": judged,
        "bare": median(plain for plain, _, _ in kept) / TURNS * 1e6,
        "layer": median(rules for _, rules, _ in kept) / TURNS * 1e6,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
