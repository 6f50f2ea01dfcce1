"""How much Python a request runs: calls are counted, as time is no promise on any machine.

A call is an event `call` or `c_call` of sys.setprofile: builtins count, types and operators do not.
`benchmarks/layers.py` tells which they are.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from layers import Driver, calls_of
from rulebound.mock_server.stub import Stub
from typical_calls import CALLS, Call, full_stub, pick

MOST = {
    "accepted": 555,
    "rule": 371,
    "schema": 476,
    "401": 328,
    "404": 190,
    "405": 179,
    "search": 750,
}
MOST_OF_A_PICK = {1: 466, 75: 6250}
"""About four in a hundred more than were counted when they were set; the lower the better."""


@pytest.fixture(scope="module")
def stub() -> Stub:
    """A stub with some activities more than its seed has."""
    made = full_stub(120)
    asyncio.run(made.start())
    return made


def _calls(stub: Stub, call: Call) -> int:
    driver = Driver(stub.app, call)
    counted = asyncio.run(calls_of(driver))
    assert driver.status == call.status
    return sum(counted.values())


@pytest.mark.parametrize("name", MOST)
def test_a_request_runs_so_many_calls_at_most(stub: Stub, name: str) -> None:
    """With all rules, facts, promises, the journal and the check of the answer."""
    assert _calls(stub, CALLS[name]) <= MOST[name]


@pytest.mark.parametrize("activities", MOST_OF_A_PICK)
def test_a_pick_runs_so_many_calls_at_most(stub: Stub, activities: int) -> None:
    """What comes with each activity more is little."""
    asyncio.run(_once(stub, pick(stub, 1)))  # what is made by the first of them
    assert asyncio.run(_once(stub, pick(stub, activities))) <= MOST_OF_A_PICK[activities]


async def _once(stub: Stub, call: Call) -> int:
    """A pick can be made only once: what it runs without warming up."""
    driver = Driver(stub.app, call)
    counted = await calls_of(driver, warmed=0)
    assert driver.status == call.status
    return sum(counted.values())
