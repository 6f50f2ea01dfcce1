"""Callers that take their time keep nobody from being served, and are not waited for long."""

from __future__ import annotations

import json
import time

import pytest
from hostile_stub.case import search
from hostile_stub.slow import HALF_BODIES, SlowCaller, slow_callers
from hostile_stub.stub import Stub
from hostile_stub.wire import split

CALLERS = 300
HEAD_WITHIN, BODY_WITHIN = 10.0, 30.0
"""Seconds in which a head, and from then on its body, has to come."""
SLACK = 10.0
"""For a machine that is busy."""


@pytest.fixture(scope="module")
def waited(stub: Stub) -> list[SlowCaller]:
    """Three hundred of them after the deadline; all the while a normal caller is served."""
    resident = stub.resident()
    callers = slow_callers(stub.address, CALLERS)
    until = time.monotonic() + HEAD_WITHIN + BODY_WITHIN + SLACK
    while time.monotonic() < until and not all(each.ended for each in callers):
        for each in callers:
            each.second()
        assert stub.found() == stub.normal
        time.sleep(1)
    for each in callers:
        each.leave()
    assert stub.resident() - resident < 64
    return callers


def test_who_is_slow_is_given_up_on(waited: list[SlowCaller]) -> None:
    """Every connection whose request does not come in time is ended by the stub."""
    left = {each.first for each in waited if not each.ended}
    assert left == set()


def test_who_is_slow_is_told_so(waited: list[SlowCaller]) -> None:
    """A body that does not come is refused in the form of the API it was for, never with a 5xx."""
    for caller in waited:
        answers, rest = split(caller.heard)
        assert not rest
        assert all(each.status in (400, 408) for each in answers)
        if caller.first in HALF_BODIES:
            (answer,) = answers
            keys = set(json.loads(answer.body))
            assert keys & {"developerMessage", "ExceptionMessage", "error"}


def test_nothing_of_what_was_begun_is_done(waited: list[SlowCaller], stub: Stub) -> None:
    """The world is as it was, and the stub has no trouble to tell of."""
    assert stub.digest() == stub.world
    assert stub.found() == stub.normal
    assert "".join(stub.served.printed[1:]) == ""


def test_an_idle_connection_is_answered_when_it_speaks(stub: Stub) -> None:
    """Who connects, waits some seconds and then sends a request is answered."""
    (answer,) = stub.meet((2.0, *search("customer=1080"))).answers

    assert answer.status == 200


def test_who_says_nothing_gives_way(stub: Stub) -> None:
    """Seven hundred connections that say nothing, or half a line, leave a normal caller served."""
    callers = [SlowCaller(stub.address, (b"", b"GET /")[number % 2]) for number in range(700)]

    assert all(stub.found() == stub.normal for _ in range(20))

    for caller in callers:
        caller.leave()
