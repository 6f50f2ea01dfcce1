"""The smallest change in worlds made otherwise: rules judged by another condition, faults that
stand, times at the end of the calendar."""

from __future__ import annotations

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
