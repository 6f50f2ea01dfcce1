"""The fault desk: what was set for a world happens to its calls, as often as asked for."""

from __future__ import annotations

import concurrent.futures
import socket
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any

import pytest
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from rulebound.mock_server.worlds import Worlds
from stub_calls import (
    A_TASK,
    AN_APPOINTMENT,
    CONSOLE,
    CREATE,
    GOOD,
    KEYS,
    LOGIN,
    PICK,
    PICKED,
    SEARCH,
    TASK,
    Caller,
    Running,
    Told,
    as_user,
    in_console,
)

CUSTOMER = f"{SEARCH}?customer=1080"


def _good(call: Caller, operation: str) -> Told:
    method, path, body, headers, _ = GOOD[operation]
    return call(method, path, body, headers)


def _set(call: Caller, **fault: Any) -> dict[str, Any]:
    told = call.control("POST", f"/worlds/{call.world}/faults", fault)
    assert told.status == 201, told
    found: dict[str, Any] = told.json
    return found


def _standing(call: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call.control("GET", f"/worlds/{call.world}/faults").json["faults"]
    return found


def _injected(call: Caller) -> list[str | None]:
    entries = call.control("GET", f"/worlds/{call.world}/journal").json["entries"]
    return [entry["injected"] for entry in entries]


def test_a_429_comes_as_often_as_asked_for(call: Caller) -> None:
    """Two calls are answered 429 with Retry-After, the third as if nothing had been."""
    _set(call, operation="pickActivities", kind="429", seconds=7, calls=2)

    told = [_good(call, "pickActivities") for _ in range(3)]

    assert [each.status for each in told] == [429, 429, 204]
    assert [each.headers.get("retry-after") for each in told] == ["7", "7", None]
    assert [each.headers.get("rulebound-fault") for each in told] == ["429", "429", None]
    assert told[0].json["code"] == "429"
    assert _standing(call) == []


def test_a_scratch_call_meets_a_fault_and_does_not_use_it_up(call: Caller) -> None:
    """What leaves nothing behind leaves the desk as it was, too."""
    _set(call, operation="pickActivities", kind="429", calls=1)
    method, path, body, headers, _ = GOOD["pickActivities"]

    scratch = call(method, path, body, {**headers, "Rulebound-Scratch": "yes"})

    assert (scratch.status, scratch.headers["rulebound-fault"]) == (429, "429")
    assert [each["calls"] for each in _standing(call)] == [1]
    assert [_good(call, "pickActivities").status for _ in range(2)] == [429, 204]


def test_a_refused_call_changes_nothing_and_is_in_the_journal(call: Caller) -> None:
    """The entry says which fault it met and for how many calls it still stands."""
    before = call.digest()
    _set(call, kind="500", calls=2)

    _good(call, "createTaskActivity"), _good(call, "createAppointment")

    assert call.digest() == before
    assert _injected(call) == [
        "fault desk: 500, for this call and 1 more",
        "fault desk: 500, for this call and no more",
    ]


@pytest.mark.parametrize("operation", GOOD)
@pytest.mark.parametrize(
    ("fault", "status"),
    [({"kind": "429"}, 429), ({"kind": 500}, 500), ({"kind": "status", "status": 503}, 503)],
    ids=str,
)
def test_every_operation_fails_in_its_vendors_form(
    call: Caller, operation: str, fault: dict[str, Any], status: int
) -> None:
    """The body has the members of any other refusal of that operation, and no rule is named."""
    _set(call, operation=operation, **fault)
    method, path, body, headers, _ = GOOD[operation]
    accepting = {**headers, "Accept": "application/json"}

    told = call(method, path, body, accepting)
    wrong = call(method, f"{path.partition('?')[0]}/nowhere", body, accepting)

    assert (told.status, told.rule) == (status, None)
    assert told.headers["rulebound-explain"].startswith("/_rulebound/console/")
    assert told.json.keys() == wrong.json.keys()
    assert told.headers["content-type"] == wrong.headers["content-type"]


def test_faults_of_other_statuses_have_words_of_their_own(call: Caller) -> None:
    """What a fault said before is not said by the next one of the same operation."""
    told = []
    for status in (503, 502):
        _set(call, operation="pickActivities", kind="status", status=status, calls=1)
        told.append(call("PATCH", PICK, PICKED, as_user()).json)

    assert told == [
        {"code": "503", "developerMessage": "Service Unavailable"},
        {"code": "502", "developerMessage": "Bad Gateway"},
    ]


def test_a_429_is_the_documents_own_where_it_has_one(call: Caller) -> None:
    """The vendor's code and text, filled as far as that needs no request."""
    _set(call, kind="429")

    told = call("POST", CREATE, AN_APPOINTMENT, KEYS)

    assert told.json == {
        "Status": "Error",
        "ExceptionType": "MXAPIRateLimitExceededException",
        "ExceptionMessage": "API calls exceeded the limit of 25 in 5 second(s)",
    }
    assert told.headers["retry-after"] == "1"


def test_a_fault_speaks_the_language_and_media_type_asked_for(call: Caller) -> None:
    """French, and XML, as for every other refusal; HEAD has the headers alone."""
    _set(call, kind="500")
    french = as_user(**{"Accept-Language": "fr-FR", "Accept": "application/xml"})

    told = call("POST", TASK, A_TASK, french)
    head = call("HEAD", CUSTOMER, None, in_console())

    assert told.headers["content-type"] == "application/xml"
    assert b"La requ" in told.content
    assert (head.status, head.content, head.headers["rulebound-fault"]) == (500, b"", "500")
    assert int(head.headers["content-length"]) > 0


def test_a_call_without_credentials_meets_the_fault_too(call: Caller) -> None:
    """An outage asks nobody who he is."""
    _set(call, kind="status", status=503, seconds=30)

    told = call("PATCH", PICK, PICKED, {"Content-Type": "application/json"})

    assert (told.status, told.headers["retry-after"]) == (503, "30")


def test_a_dropped_connection_has_no_answer(call: Caller) -> None:
    """Not a byte comes back, nothing was done, the journal has it, and the next call is fine."""
    _set(call, operation="pickActivities", kind="drop", calls=1)

    with pytest.raises(RemoteDisconnected):
        _good(call, "pickActivities")
    after = _good(call, "pickActivities")

    assert after.status == 204
    assert _injected(call)[0] == "fault desk: connection dropped, for this call and no more"


def test_a_dropped_connection_was_a_kept_one(call: Caller) -> None:
    """The connection that answered the call before is closed as well, and nothing else is."""
    one = HTTPConnection(call.host, call.port, timeout=10)
    headers = {**in_console(), "Rulebound-World": str(call.world)}
    one.request("GET", CUSTOMER, headers=headers)
    assert one.getresponse().read()
    kept = one.sock
    _set(call, kind="drop", calls=1)

    one.request("GET", CUSTOMER, headers=headers)
    with pytest.raises(RemoteDisconnected):
        one.getresponse()

    assert isinstance(kept, socket.socket)
    kept.close()
    assert _good(call, "searchActivities").status == 200


def test_of_requests_sent_in_one_go_those_behind_a_dropped_one_are_lost(call: Caller) -> None:
    """What came before is answered; then the connection is closed, and nothing else is done."""
    _set(call, operation="searchActivities", kind="drop", calls=1)
    lines = (
        "Host: localhost",
        f"Rulebound-World: {call.world}",
        f"X-egain-session: {CONSOLE}",
        "",
        "",
    )
    nowhere, search = (f"GET {path} HTTP/1.1" for path in (f"{SEARCH}/nowhere", CUSTOMER))

    told = call.raw(
        "\r\n".join((nowhere, *lines[:-1], search, *lines[:-1], search, *lines)).encode()
    )

    assert told.startswith(b"HTTP/1.1 404 ")
    assert told.count(b"HTTP/1.1") == 1
    assert len(_injected(call)) == 2


def test_a_stub_that_stops_lets_go_of_those_who_wait() -> None:
    """Whoever still waits for a late answer gets none, and the server ends."""
    served = Running(build(Settings()))
    call = served.caller.in_new_world()
    _set(call, kind="latency", milliseconds=60_000, calls=1)

    with concurrent.futures.ThreadPoolExecutor() as pool:
        late = pool.submit(_good, call, "searchActivities")
        while _standing(call) and not late.done():
            pass
        served.stop()
        with pytest.raises(RemoteDisconnected):
            late.result()


def test_a_late_answer_lets_others_pass(call: Caller) -> None:
    """While one call waits others are answered, and it is judged only once it has waited."""
    _set(call, operation="pickActivities", kind="latency", milliseconds=2500, calls=1)
    done: list[str] = []

    def ask(name: str) -> Told:
        told = _good(call, "pickActivities")
        done.append(name)
        return told

    with concurrent.futures.ThreadPoolExecutor() as pool:
        late = pool.submit(ask, "late")
        while _standing(call) and not late.done():
            pass
        prompt = ask("prompt")

    assert done == ["prompt", "late"]
    assert (prompt.status, late.result().status) == (204, 400)
    assert prompt.headers.get("rulebound-fault") is None
    assert late.result().headers["rulebound-fault"] == "latency"
    assert _injected(call)[1] == "fault desk: latency of 2500 ms, for this call and no more"
    told = call.control("GET", f"/worlds/{call.world}/journal?form=summary").json["entries"]
    assert [each["injected"] for each in told] == _injected(call)


def test_what_came_late_is_no_problem(call: Caller) -> None:
    """An accepted call that met a latency was accepted: the fault is told, and no problem."""
    _set(call, kind="latency", milliseconds=1, calls=1)

    assert _good(call, "pickActivities").status == 204
    told = call.control("GET", f"/worlds/{call.world}/journal/last").json
    assert told["injected"] == "fault desk: latency of 1 ms, for this call and no more"
    assert told["problem"] is None
    summary = call.control("GET", f"/worlds/{call.world}/journal?form=summary").json["entries"]
    assert summary[0]["injected"] == told["injected"]


def test_a_latency_and_another_fault_meet_one_call(call: Caller) -> None:
    """It is late and refused; of two faults of one sort the first has its turn first."""
    _set(call, kind="status", status=502, calls=1)
    _set(call, kind="500", calls=1)
    _set(call, kind="latency", milliseconds=1, calls=1)

    told = [_good(call, "searchActivities") for _ in range(3)]

    assert [each.status for each in told] == [502, 500, 200]
    kinds = [each.headers.get("rulebound-fault") for each in told]
    assert kinds == ["latency, status", "500", None]


def test_a_stale_search_does_not_see_what_was_made(call: Caller) -> None:
    """Reads answer from the state when the fault was set; what is changed is changed."""
    of_carol = f"{SEARCH}?customer=1050"
    before = call("GET", of_carol, None, in_console())
    _set(call, kind="stale", calls=2)

    made = _good(call, "createTaskActivity")
    told = [call("GET", of_carol, None, in_console()) for _ in range(3)]

    assert (made.status, made.headers.get("rulebound-fault")) == (201, None)
    assert [each.headers.get("rulebound-fault") for each in told] == ["stale", "stale", None]
    assert [each.content == before.content for each in told] == [True, True, False]
    assert made.headers["location"].rpartition("/")[2] == told[2].json["activity"][0]["id"]
    assert _injected(call)[-2] == "fault desk: stale read, for this call and no more"


def test_a_stale_read_knows_a_session_made_since(call: Caller) -> None:
    """Who asks is looked up in the present: only the answer is old."""
    _set(call, operation="searchActivities", kind="stale")
    made = call("POST", LOGIN, {"userName": "anna", "password": "anna-Pass-1"})
    session = made.headers["x-egain-session"]

    told = call("GET", CUSTOMER, None, {**in_console(), "X-egain-session": session})

    assert (told.status, told.headers["rulebound-fault"]) == (200, "stale")


def test_a_stale_read_is_told_what_time_it_is(call: Caller) -> None:
    """The state is old, the clock is not: the journal's moment is that of the world."""
    _set(call, kind="stale")
    call.control("PUT", f"/worlds/{call.world}/clock", {"advance": 60})

    _good(call, "searchActivities")

    entry = call.control("GET", f"/worlds/{call.world}/journal").json["entries"][0]
    assert entry["at"] == "2026-11-22T00:01:00+00:00"


def test_a_fault_is_for_one_operation_and_one_world(call: Caller) -> None:
    """Other operations, other worlds, forks and addresses without operation go on as they did."""
    _set(call, operation="pickActivities", kind="500")
    other, fork = call.in_new_world(), call.in_new_world(**{"from": call.world})
    _set(call, kind="drop", operation="searchActivities")

    assert _good(call, "createTaskActivity").status == 201
    assert [_good(each, "pickActivities").status for each in (call, other, fork)] == [500, 204, 204]
    assert call("GET", f"{PICK}/nowhere", None, as_user()).status == 404
    assert _standing(fork) == []


def test_a_reset_takes_faults_off(call: Caller) -> None:
    """So does DELETE, of all or of the one with a number."""
    first, second = _set(call, kind="500"), _set(call, kind="drop")
    faults = f"/worlds/{call.world}/faults"

    assert call.control("DELETE", f"{faults}/{first['number']}").status == 204
    assert _standing(call) == [second]
    assert call.control("DELETE", f"{faults}/{first['number']}").status == 404
    assert call.control("DELETE", faults).status == 204
    assert _standing(call) == []
    _set(call, kind="500")
    assert call.control("POST", f"/worlds/{call.world}/reset").status == 200
    assert _standing(call) == []
    assert _good(call, "pickActivities").status == 204


def test_all_faults_are_replaced_at_once(call: Caller) -> None:
    """What PUT sends is what there is; one that is wrong leaves those there were."""
    faults = f"/worlds/{call.world}/faults"
    _set(call, kind="drop")
    wanted: list[dict[str, Any]] = [
        {"kind": "latency", "milliseconds": 5, "operation": "pickActivities"},
        {"kind": "429", "calls": 3},
    ]

    told = call.control("PUT", faults, {"faults": wanted})
    wrong = call.control("PUT", faults, {"faults": [{"kind": "500"}, {"kind": "429", "calls": 0}]})

    assert told.status == 200
    first, second = told.json["faults"]
    assert first.items() >= {**wanted[0], "calls": None}.items()
    assert second.items() >= {"operation": None, "seconds": 1, **wanted[1]}.items()
    assert wrong.status == 400
    assert wrong.json["error"] == "fault 2: calls cannot be 0"
    assert _standing(call) == told.json["faults"]


@pytest.mark.parametrize(
    ("fault", "says", "instead"),
    [
        ({}, "has no kind", "429"),
        ({"kind": "flood"}, "no kind of fault 'flood'", "latency, 429"),
        ({"kind": True}, "no kind of fault True", "latency"),
        ({"kind": "latency"}, "latency has no milliseconds", "from 1 to 60000"),
        ({"kind": "latency", "milliseconds": 60_001}, "cannot be 60001", "from 1 to 60000"),
        ({"kind": "latency", "milliseconds": "5"}, "cannot be '5'", "whole number"),
        ({"kind": "429", "seconds": -1}, "seconds cannot be -1", "from 0"),
        ({"kind": "429", "calls": True}, "calls cannot be True", "whole number"),
        ({"kind": "status"}, "status has no status", "400 to 599"),
        ({"kind": "status", "status": 200}, "status cannot be 200", "400 to 599"),
        ({"kind": "drop", "seconds": 1}, "drop has no member 'seconds'", "operation, kind, calls"),
        ({"kind": "500", "operation": "fly"}, "no operation 'fly'", "pickActivities"),
        ({"kind": "500", "operation": ["fly"]}, "no operation ['fly']", "pickActivities"),
        (
            {"kind": "stale", "operation": "pickActivities"},
            "does not only read",
            "searchActivities",
        ),
        ([], "no JSON object", "kind"),
    ],
    ids=str,
)
def test_a_fault_that_cannot_be_is_refused(
    call: Caller, fault: Any, says: str, instead: str
) -> None:
    """With 400, what is wrong and what to write instead; nothing is set."""
    told = call.control("POST", f"/worlds/{call.world}/faults", fault)

    assert told.status == 400
    assert says in told.json["error"]
    assert instead in told.json["instead"]
    assert _standing(call) == []


@pytest.mark.parametrize(
    "body", [{}, {"faults": {}}, {"faults": [1]}, {"faults": [{"kind": "500"}] * 51}], ids=str
)
def test_a_list_of_faults_that_cannot_be_is_refused(call: Caller, body: Any) -> None:
    """Without a list, with what is no fault in it, or with too many."""
    told = call.control("PUT", f"/worlds/{call.world}/faults", body)

    assert (told.status, {"error", "instead"}) == (400, told.json.keys())
    assert _standing(call) == []


def test_a_world_that_is_not_there_has_no_faults(call: Caller) -> None:
    """Every call of the desk answers 404 for it."""
    calls = [
        call.control(method, "/worlds/nowhere/faults", {"kind": "500"})
        for method in ("GET", "PUT", "POST", "DELETE")
    ]

    assert [told.status for told in calls] == [404] * 4


def test_faults_are_no_trouble_for_many_callers(call: Caller) -> None:
    """Of twenty calls at once exactly as many fail as were asked to."""
    _set(call, operation="searchActivities", kind="500", calls=7)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: _good(call, "searchActivities").status, range(20)))

    assert sorted(told) == [200] * 13 + [500] * 7


def test_the_desk_is_at_hand_in_the_process(running: Running, call: Caller) -> None:
    """Pages of the stub itself use it without a request."""
    worlds: Worlds = running.stub.worlds
    desk = worlds.get(str(call.world)).faults
    _set(call, kind="500", calls=2)
    _good(call, "loginUser")

    (standing,) = desk.all()
    assert (standing.fault.kind, standing.fault.calls, standing.left) == ("500", 2, 1)
    desk.clear()
    assert _good(call, "loginUser").status == 204
