"""How much Python a request runs: calls are counted, as time is no promise on any machine.

A call is an event `call` or `c_call` of sys.setprofile: builtins count, types and operators do not.
`benchmarks/layers.py` tells which they are.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from bench.calls import SEARCH
from layers import Driver, calls_of
from rulebound.mock_server.effects import representation
from rulebound.mock_server.effects.displaying import Displays
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
MOST_OF_A_FIRST_PAGE = 2_700
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


def test_a_page_shown_first_runs_so_many_calls_at_most(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """25 records of which none was shown before: what each shows, its promises and its schema."""
    page = replace(CALLS["search"], target=f"{SEARCH}?status=open")
    asyncio.run(_once(stub, page))
    monkeypatch.setattr(representation, "_DISPLAYS", Displays())

    first, _, again = (asyncio.run(_once(stub, page)) for _ in range(3))

    assert again + 25 * 25 < first <= MOST_OF_A_FIRST_PAGE


async def _once(stub: Stub, call: Call) -> int:
    """A pick can be made only once: what it runs without warming up."""
    driver = Driver(stub.app, call)
    counted = await calls_of(driver, warmed=0)
    assert driver.status == call.status
    return sum(counted.values())
