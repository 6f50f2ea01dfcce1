"""One trial: the smallest failure, in time, also where the target is not to be relied on."""

from __future__ import annotations

import time
from itertools import count

import pytest
from hypothesis import strategies as st
from rulebound.contract_tests.properties.failure import NO_ANSWER, UNSTEADY, Violated
from rulebound.contract_tests.properties.trial import Plan, Trial
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import TargetFault


def _trial(seconds: float = 20, examples: int = 50) -> Trial:
    return Trial(Plan(1, examples, time.monotonic() + seconds), "http://host", "search")


def test_the_failure_is_the_smallest() -> None:
    """Examples are made smaller until nothing smaller fails."""

    def below_a_hundred(data: st.DataObject) -> None:
        number = data.draw(st.integers(0, 100_000))
        if number >= 100:
            raise Violated("small", "search", f"{number} is too much")

    failure = _trial().of(below_a_hundred)
    assert failure is not None
    assert (failure.relation, failure.what) == ("small", "100 is too much")


def test_what_holds_has_no_failure() -> None:
    """A property that holds is tried as often as wished."""
    turns = count()
    assert _trial(examples=30).of(lambda data: _drawn(data, next(turns))) is None
    assert next(turns) >= 30


def _drawn(data: st.DataObject, _: int) -> None:
    data.draw(st.integers())


def test_no_answer_is_a_failure() -> None:
    """A target that gives no answer breaks every property, and is not asked again and again."""
    asked = count()

    def silent(data: st.DataObject) -> None:
        next(asked)
        raise TargetFault("no answer within 10 s")

    failure = _trial().of(silent)
    assert failure is not None
    assert (failure.relation, failure.operation) == (NO_ANSWER, "search")
    assert next(asked) < 5


def test_a_target_out_of_reach_fails_nothing() -> None:
    """What cannot be tried here is no failure."""

    def unreachable(data: st.DataObject) -> None:
        raise NotReached("no clock")

    assert _trial().of(unreachable) is None


def test_the_time_is_kept() -> None:
    """A slow property ends with its time, without a failure."""

    def slow(data: st.DataObject) -> None:
        data.draw(st.integers())
        time.sleep(0.05)

    started = time.monotonic()
    assert _trial(seconds=0.5, examples=1000).of(slow) is None
    assert time.monotonic() - started < 2


def test_an_inconsistent_target_is_told() -> None:
    """When the same example cannot be had twice, that is the failure."""
    turns = count()

    def inconsistent(data: st.DataObject) -> None:
        for _ in range(1 + next(turns) % 3):
            data.draw(st.sampled_from(range(2 + next(turns) % 5)))

    failure = _trial().of(inconsistent)
    assert failure is not None
    assert failure.relation == UNSTEADY


def test_mistakes_of_a_property_are_not_hidden() -> None:
    """An exception of the kit's own is raised, not told as a failure of the target."""

    def mistaken(data: st.DataObject) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _trial().of(mistaken)
