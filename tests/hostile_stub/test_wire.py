"""Nothing that comes over the wire hurts the stub."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hostile_stub import bodies, control, framing, targets
from hostile_stub.case import Case, pick
from hostile_stub.stub import Stub
from hostile_stub.verdict import wrong

CASES = (*framing.CASES, *bodies.CASES, *targets.CASES, *control.CASES)
MOST_COMPUTED = 1.0
MOST_GROWN = 64.0


def test_every_case_has_its_own_name_and_promise() -> None:
    """The catalogue holds at least 150 inputs, each with a sentence of its own."""
    assert len(CASES) >= 150
    assert [name for name, count in Counter(each.name for each in CASES).items() if count > 1] == []
    assert all(each.promise.endswith(".") for each in CASES)


@pytest.fixture(scope="module")
def before(stub: Stub) -> float:
    """MiB before the first case, everything having been used once."""
    for _ in range(20):
        stub.found()
    return stub.resident()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_input_does_no_harm(case: Case, stub: Stub, before: float) -> None:
    """The answer is the one promised, soon; the world is as it was, and the next is served."""
    computed = stub.computed()

    met = stub.meet(case.sent)

    computed = stub.computed() - computed
    changed = stub.digest() != stub.world
    if changed:
        stub.stand_still()
    assert wrong(case, met) == []
    assert computed <= MOST_COMPUTED
    assert not changed or case.changes, "the world has changed"
    assert stub.found() == stub.normal


def test_a_condition_from_a_caller_cannot_hold_the_stub(stub: Stub) -> None:
    """A pattern that backtracks is refused, or takes no more than its text is long."""
    slow = {"require": "body.a.matches('(a+)+$')"}
    wished = stub.call("PUT", "/worlds/default/rules/pick.at-least-one", slow)
    computed = stub.computed()

    met = stub.meet(pick(body=json.dumps({"activity": [], "a": "a" * 26 + "!"}).encode()), 20)

    assert wished.status in (200, 400)
    assert [each.status for each in met.answers] == [400]
    assert stub.computed() - computed <= MOST_COMPUTED
    stub.stand_still()


def test_memory_and_log_stay_small(stub: Stub, before: float) -> None:
    """After all of them the stub has grown by at most 64 MiB, and has told nothing to its log."""
    assert stub.resident() - before <= MOST_GROWN
    assert "".join(stub.served.printed[1:]) == ""
