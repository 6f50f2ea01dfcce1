"""Values of an appointment that JSON or the calendar writes in an unusual way."""

from __future__ import annotations

import pytest
from stub_calls import AN_APPOINTMENT, CREATE, KEYS, Caller

LAST = "9999-12-31 23:59:00"


@pytest.mark.parametrize("more", [{"DueDate": LAST}, {"EndDate": LAST}])
def test_the_last_year_of_the_calendar_is_refused(call: Caller, more: dict[str, str]) -> None:
    """What begins in it could not end: the rule on dates refuses it, nothing is stored."""
    before = call.digest()

    told = call("POST", CREATE, {**AN_APPOINTMENT, **more}, KEYS)

    assert (told.status, told.rule) == (400, "appointment.real-dates")
    assert call.digest() == before


def test_the_year_before_the_last_is_taken(call: Caller) -> None:
    """Its last minute is followed by an end in the next year."""
    told = call("POST", CREATE, {**AN_APPOINTMENT, "DueDate": "9998-12-31 23:59:59"}, KEYS)

    stored = call.records("task", "leadsquared", id=told.json["Message"]["Id"])[0]
    assert stored["endDate"].startswith("9999-01-01 ")


@pytest.mark.parametrize(
    ("sent", "kept"), [("1100.0", "1100"), ("1.1e3", "1100"), ("1000", "1000"), ('"1000"', "1000")]
)
def test_a_code_is_kept_however_it_is_written(call: Caller, sent: str, kept: str) -> None:
    """A number with a point is the same number, and the same code."""
    body = f'{{"Name": "Talk", "TaskType": {{"Name": "Meeting"}}, "NotifyBy": {sent}}}'

    told = call("POST", CREATE, body, {**KEYS, "Content-Type": "application/json"})

    assert told.status == 200
    stored = call.records("task", "leadsquared", id=told.json["Message"]["Id"])[0]
    assert stored["notifyBy"] == kept


def test_a_limit_beyond_a_day_is_no_setting(call: Caller) -> None:
    """It is refused when it is set, and calls are answered as before."""
    path = f"/worlds/{call.world}/leadsquared/settings"

    for patch in ({"rateLimitSeconds": 100_000_000_000_000}, {"rateLimitCalls": 10**12}):
        assert call.control("PATCH", path, patch).status == 400

    assert call("POST", CREATE, AN_APPOINTMENT, KEYS).status == 200
