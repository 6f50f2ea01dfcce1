"""The smallest change in worlds made otherwise: rules judged by another condition, faults that
stand, times at the end of the calendar."""

from __future__ import annotations

import json
from dataclasses import replace
from http.client import HTTPException

import pytest
from rulebound.mock_server.explaining.asked import Asked
from rulebound.mock_server.explaining.bases import accepted
from rulebound.mock_server.explaining.draft import draft_of
from stub_calls import AN_EMAIL, EMAIL, PICK, PICKED, Running, as_user
from test_smallest import Desk, told


@pytest.fixture
def desk(running: Running) -> Desk:
    """A desk at the stub of the kit's own APIs."""
    return Desk(running)


def test_a_rule_is_minded_by_the_condition_it_is_judged_by(desk: Desk) -> None:
    """A rule about the caller that reads the request in this world can be kept by a request."""
    other = {"require": "body.subject == 'Hello'"}
    desk.call.control("PUT", f"/worlds/{desk.world}/rules/email.privilege", other)

    change = desk("POST", EMAIL, AN_EMAIL, as_user())

    assert told(change) == [("body.subject", "It stays dark", "Hello")]
    assert (change.kind, desk.sent(change)) == ("request", 201)


def test_what_was_never_answered_is_no_request_that_passed(desk: Desk) -> None:
    """A request whose connection was dropped is not taken for one that was accepted."""
    stub = desk.running.stub
    operation = next(o for api in stub.apis for o in api.document.operations
                     if o.id == "pickActivities")  # fmt: skip
    desk.call.control("POST", f"/worlds/{desk.world}/faults", {"kind": "drop"})
    with pytest.raises((OSError, HTTPException)):
        desk.call("PATCH", PICK, PICKED, as_user())
    journal = stub.worlds.get(desk.world).journal
    entry = journal.last(1)[0]
    draft = draft_of(operation, Asked("PATCH", PICK, "", (), b""), "", {})

    assert entry.status == 0
    assert list(accepted(draft, journal, entry.actor)) == []


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_the_calendar_may_end(desk: Desk, at: str) -> None:
    """Where a day more or less is no date any longer, the rest is tried all the same."""
    desk.call.control("PUT", f"/worlds/{desk.world}/clock", {"freeze": at})
    stale = {"activity": [{"id": "40001", "lastModified": "2020-01-01T00:00:00.000Z"}]}

    changed = desk("PATCH", PICK, {**stale, "comment": "x"}, as_user())
    unheard = desk("PATCH", PICK, PICKED, as_user("nobody"))

    assert changed.kind in {"request", "none"}
    assert unheard.kind in {"actor", "none"}


def _fault(desk: Desk, **fault: object) -> None:
    assert desk.call.control("POST", f"/worlds/{desk.world}/faults", fault).status == 201


def test_a_fault_that_stands_is_to_be_taken_off(desk: Desk) -> None:
    """A request that only the fault desk refuses does not pass as long as the fault stands."""
    _fault(desk, kind="429", operation="pickActivities")
    _fault(desk, kind="500", operation="loginUser")

    change = desk("PATCH", PICK, PICKED, as_user())

    assert (change.kind, change.faults) == ("world", (1,))
    assert told(change) == [("faults", "429, until it is taken off", None)]
    assert "take that off first. Then it passes (204) as it is." in change.says
    assert desk.sent(change) == 429
    desk.call.control("DELETE", f"/worlds/{desk.world}/faults/1")
    assert desk.sent(change) == 204


def test_a_fault_is_told_before_what_else_is_in_the_way(desk: Desk) -> None:
    """A request that is wrong as well has to be changed, and the fault taken off."""
    _fault(desk, kind="status", status=503, calls=3)

    change = desk("PATCH", PICK, {**PICKED, "comment": "x"}, as_user())

    assert (change.kind, change.faults) == ("request", (1,))
    places = [("faults", "503, for the next 2 calls", None), ("body.comment", "x", None)]
    assert told(change) == places
    assert "take that off first. Then: Passes (204) with body.comment left out." in change.says


def test_a_late_answer_is_in_nobodys_way(desk: Desk) -> None:
    """What comes late passes all the same."""
    _fault(desk, kind="latency", milliseconds=1)

    change = desk("PATCH", PICK, {**PICKED, "comment": "x"}, as_user())

    assert (told(change), change.faults) == ([("body.comment", "x", None)], ())


def test_a_fault_that_was_used_up_is_told(desk: Desk) -> None:
    """A request that met one is told to pass, and what it met."""
    asked = Asked("PATCH", PICK, "", tuple(as_user().items()), b"", "fault desk: 429")
    body = json.dumps(PICKED).encode()
    headers = tuple((name.lower(), value) for name, value in as_user().items())

    change = desk.advisor.change(replace(asked, headers=headers, body=body), desk.world)

    assert (change.kind, change.edits, change.status) == ("request", (), 204)
    assert change.says.endswith("it met the fault desk: 429.")
