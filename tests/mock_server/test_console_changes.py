"""The console's pages of one request: what came of it, what the fault desk did, and the smallest
change, which is sent as it was shown or not at all."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from rulebound.mock_server.explaining import smallest
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import PICK, PICKED, SEARCH, Caller, Running, Told, as_user, in_console

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WRONG = {**PICKED, "comment": "x"}


def _page(call: Caller, path: str, **headers: str) -> Told:
    return call("GET", f"/_rulebound/console/{call.world}/requests/{path}", None, headers)


def _again(call: Caller, number: str, **fields: str) -> Told:
    address = f"/_rulebound/console/{call.world}/requests/{number}/again"
    return call("POST", address, urlencode(fields), FORM)


def _mark(told: Told) -> str:
    found = re.search(rb'name="shown" value="(\w+)"', told.content)
    assert found is not None, told.content
    return found[1].decode()


def _statuses(call: Caller) -> list[int]:
    entries = call.control("GET", f"/worlds/{call.world}/journal").json["entries"]
    return [each["status"] for each in entries]


def _fault(call: Caller, **fault: object) -> None:
    assert call.control("POST", f"/worlds/{call.world}/faults", fault).status == 201


def test_what_is_sent_is_what_was_shown(call: Caller) -> None:
    """A mark that is not known, or of another request, sends nothing: the change is shown anew."""
    call("PATCH", PICK, WRONG, as_user())
    call("PATCH", PICK, {"activity": []}, as_user())
    mark = _mark(_page(call, "1/change"))

    for number, fields in (("1", {}), ("1", {"shown": "0" * 64}), ("2", {"shown": mark})):
        anew = _again(call, number, what="changed", **fields)
        assert anew.status == 409
        assert b"Nothing was sent" in anew.content
        assert _mark(anew)
    assert _statuses(call) == [400, 400]

    assert _again(call, "1", what="changed", shown=mark).status == 303
    assert _statuses(call) == [400, 400, 204]


def test_the_newest_request_may_be_named_last(call: Caller) -> None:
    """Its change is shown and sent by that name as well."""
    call("PATCH", PICK, WRONG, as_user())
    mark = _mark(_page(call, "last/change"))

    assert _again(call, "last", what="changed", shown=mark).status == 303
    assert _statuses(call) == [400, 204]


@pytest.mark.parametrize("number", ["1" * 5000, "9" * 12, "\u0663"])
@pytest.mark.parametrize("what", ["changed", "same"])
def test_a_number_of_no_request_is_refused(call: Caller, number: str, what: str) -> None:
    """However long it is."""
    quoted = number if number.isascii() else "%D9%A3"
    assert _again(call, quoted, what=what).status == 404


def test_a_fault_is_offered_to_be_taken_off(call: Caller) -> None:
    """The page of the change says what the fault desk does, and has a button against it."""
    _fault(call, kind="429")
    call("PATCH", PICK, PICKED, as_user())

    shown = _page(call, "1/change").content.decode()

    assert "The fault desk is in the way" in shown
    assert "Send it changed" not in shown
    address = f"/_rulebound/console/{call.world}/faults/take-off"
    assert f'action="{address}"' in shown
    assert call("POST", address, "number=1", FORM).status == 303
    assert call("PATCH", PICK, PICKED, as_user()).status == 204


def test_a_request_that_came_late_has_passed(call: Caller) -> None:
    """The verdict is that of the status; what the fault desk did stands beside it."""
    _fault(call, kind="latency", milliseconds=1)
    assert call("PATCH", PICK, PICKED, as_user()).status == 204
    assert call("GET", f"{SEARCH}?customer=1080&x=1", None, in_console()).status == 400

    passed, refused = _page(call, "1").content.decode(), _page(call, "2").content.decode()

    assert "Passed every rule it met" in passed
    assert "No rule decided" not in passed
    assert "Refused by" in refused
    for shown in (passed, refused):
        assert "Fault desk: latency of 1 ms, until it is taken off." in shown


def test_an_answer_of_the_fault_desk_is_told_to_be_one(call: Caller) -> None:
    """No rule refused it, and none was judged."""
    _fault(call, kind="500", calls=1)
    assert call("PATCH", PICK, PICKED, as_user()).status == 500

    shown = _page(call, "1").content.decode()

    assert "The fault desk decided" in shown
    assert "Fault desk: 500, for this call and no more." in shown
    assert "Passed every rule" not in shown
    told = _page(call, "1/change").content.decode()
    assert "it met the fault desk: 500, for this call and no more." in told


def test_pages_of_other_sites_have_no_change_looked_for(call: Caller) -> None:
    """It takes long; the console itself and people who type the address may."""
    call("PATCH", PICK, WRONG, as_user())
    address = f"/_rulebound/worlds/{call.world}/journal/1/change"
    other = {"Sec-Fetch-Site": "cross-site"}

    assert _page(call, "1/change", **other).status == 403
    refused = call("POST", address, None, {**other, "Origin": "http://localhost:3000"})
    assert (refused.status, sorted(refused.json)) == (403, ["error", "instead"])
    for own in ("same-origin", "none"):
        assert _page(call, "1/change", **{"Sec-Fetch-Site": own}).status == 200
        assert call("POST", address, None, {"Sec-Fetch-Site": own}).status == 200


def test_who_finds_no_turn_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where so many look for changes that none more may, page and call answer 503 in words."""
    monkeypatch.setattr(smallest, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(smallest, "PATIENCE", 0.01)
    served = Running(build(Settings()))
    try:
        call = served.caller.in_new_world()
        call("PATCH", PICK, WRONG, as_user())
        shown = _page(call, "1/change")
        told = call.control("POST", f"/worlds/{call.world}/journal/1/change")
    finally:
        served.stop()

    assert (shown.status, b"ry again in a moment" in shown.content) == (503, True)
    assert (told.status, told.json["instead"]) == (503, "try again in a moment")
