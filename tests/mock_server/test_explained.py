"""What is told of one request, and of many as they come in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse

import pytest
from rulebound.fixtures.clock import SEED_TIME
from rulebound.mock_server.answers import Answer
from rulebound.mock_server.depths import Depth
from rulebound.mock_server.journal import MOST_EXPLAINED, Entry, Journal
from rulebound.stub_thread import StubThread
from stub_calls import PICK, PICKED, Caller, as_user
from test_plain import LIBRARY


def test_a_refusal_is_explained(call: Caller) -> None:
    """The rule that decided, its sentence, why it does not hold, and what was looked up."""
    told = call("PATCH", PICK, {"activity": []}, as_user())
    found = call.control("GET", f"/worlds/{call.world}/journal/last").json

    assert told.headers["rulebound-explain"] == (
        f"/_rulebound/console/{call.world}/requests/{found['number']}"
    )
    assert (found["rule"], found["answer"]["status"]) == (told.rule, told.status)
    (broken,) = [each for each in found["trace"] if each["result"] == "broken"]
    assert broken["rule"] == told.rule and broken["says"] and broken["source"]
    assert json.loads(found["answer"]["body"]) == told.json
    assert found["headers"]["authorization"] == "***" and "token-anna" not in json.dumps(found)


def test_the_values_compared_are_told(call: Caller) -> None:
    """A condition tells its operands with what they came to, kept or broken."""
    call("PATCH", PICK, PICKED, as_user())
    call("PATCH", PICK, PICKED, as_user())
    found = call.control("GET", f"/worlds/{call.world}/journal/last").json

    assert found["rule"] == "pick.not-own"
    judged = {each["rule"]: each for each in found["trace"]}
    assert judged["pick.not-own"]["because"] and judged["pick.not-own"]["compared"]
    assert any("assignee" in line for line in judged["pick.not-own"]["because"])
    facts = {each["name"] for each in found["facts"]}
    assert facts and found["changes"] == []


def test_a_replaced_rule_is_explained_by_what_it_was_judged_by(call: Caller) -> None:
    """Not by the condition of the document, also when the rule is as ever again since; the outcome
    says that the world had another one."""
    path = f"/worlds/{call.world}/rules/pick.stale"
    put = call.control("PUT", path, {"require": "size(body.activity) > 5"})
    assert put.status == 200
    refused = call("PATCH", PICK, PICKED, as_user())
    call.control("PUT", path, {"on": True})
    found = call.control("GET", f"/worlds/{call.world}/journal/last").json

    assert refused.rule == found["rule"] == "pick.stale"
    judged = {each["rule"]: each for each in found["trace"]}
    assert [each for each in judged if judged[each]["replaced"]] == ["pick.stale"]
    assert any("size(body.activity)" in line for line in judged["pick.stale"]["because"])
    assert {"name": "size(body.activity)", "value": 1} in judged["pick.stale"]["compared"]


def test_a_change_of_the_world_is_told(call: Caller) -> None:
    """What a request changed stands there as it was and as it is."""
    told = call("PATCH", PICK, PICKED, as_user())
    found = call.control("GET", f"/worlds/{call.world}/journal/last").json

    assert told.status == 204 and told.headers["rulebound-explain"].endswith("/requests/1")
    changed = {(each["table"], each["id"]): each for each in found["changes"]}
    pick = changed["activity", "40001"]
    assert (pick["kind"], pick["before"]["assignee"], pick["after"]["assignee"]) == (
        ("changed", None, "1101")
    )
    assert "subject" not in pick["after"]


def test_a_journal_is_chosen_from(call: Caller) -> None:
    """By operation, status, rule and number; what is no choice is told."""
    call("PATCH", PICK, PICKED, as_user())
    call("PATCH", PICK, {"activity": []}, as_user())
    call("GET", f"{PICK}/nothing", None, as_user())

    def numbers(query: str) -> list[int]:
        path = f"/worlds/{call.world}/journal?{query}"
        return [each["number"] for each in call.control("GET", path).json["entries"]]

    assert numbers("operation=pickActivities") == [1, 2]
    assert numbers("status=4xx&form=summary") == [2, 3]
    assert numbers("status=204") == [1]
    assert numbers("rule=pick.at-least-one") == [2]
    assert numbers("after=1") == [2, 3] and numbers("after=1&last=1") == [3]
    for query in ("status=good", "after=x", "last=-1"):
        told = call.control("GET", f"/worlds/{call.world}/journal?{query}")
        assert told.status == 400 and told.json["instead"]
    for number in ("99", "x", "0"):
        told = call.control("GET", f"/worlds/{call.world}/journal/{number}")
        assert told.status == 404 and "no request" in told.json["error"]


@pytest.fixture
def stream(call: Caller) -> Iterator[HTTPResponse]:
    """A stream of the world's events, begun before anything happened."""
    connection = HTTPConnection(call.host, call.port, timeout=10)
    connection.request("GET", f"/_rulebound/worlds/{call.world}/events")
    yield connection.getresponse()
    connection.close()


def _event(stream: HTTPResponse) -> tuple[int, list[dict[str, object]]]:
    number = 0
    while True:
        name, _, value = stream.readline().decode().strip().partition(": ")
        if name == "id":
            number = int(value)
        elif name == "data":
            return number, json.loads(value)


def test_requests_are_seen_as_they_come(call: Caller, stream: HTTPResponse) -> None:
    """Who watches a world hears of its requests, and of no other world's."""
    assert stream.getheader("content-type", "").startswith("text/event-stream")
    call.in_new_world()("PATCH", PICK, PICKED, as_user())
    call("PATCH", PICK, {"activity": []}, as_user())

    number, entries = _event(stream)
    assert number == 1
    assert [(each["operation"], each["status"], each["rule"]) for each in entries] == [
        ("pickActivities", 400, "pick.at-least-one")
    ]


def test_a_stream_goes_on_where_it_ended(call: Caller) -> None:
    """A reader that comes back says what it has seen last."""
    for _ in range(3):
        call("PATCH", PICK, {"activity": []}, as_user())
    connection = HTTPConnection(call.host, call.port, timeout=10)
    path = f"/_rulebound/worlds/{call.world}/events"
    connection.request("GET", path, headers={"Last-Event-ID": "1"})
    number, entries = _event(connection.getresponse())
    connection.close()
    assert number == 3 and [each["number"] for each in entries] == [2, 3]


def test_a_stream_ends_with_its_world(call: Caller, stream: HTTPResponse) -> None:
    """Who watches a world that is deleted is told so by the end of the stream."""
    call.control("DELETE", f"/worlds/{call.world}")

    assert stream.read().strip() == b"retry: 1000"


def test_a_stream_ends_with_a_stub_in_a_thread() -> None:
    """Who watches does not keep the stub of a test from stopping, and reads the stream's end."""
    with StubThread((LIBRARY,)) as stub:
        host, port = stub.url.removeprefix("http://").split(":")
        connection = HTTPConnection(host, int(port), timeout=10)
        connection.request("GET", "/_rulebound/worlds/default/events")
        stream = connection.getresponse()
    assert stream.read().strip() == b"retry: 1000"
    connection.close()


def test_a_reader_of_a_stub_that_is_no_more_begins_anew(call: Caller) -> None:
    """Numbers that were never given come from before a restart: all there is is told."""
    call("PATCH", PICK, {"activity": []}, as_user())
    connection = HTTPConnection(call.host, call.port, timeout=10)
    path = f"/_rulebound/worlds/{call.world}/events?after=500"
    connection.request("GET", path)
    stream = connection.getresponse()
    while not (line := stream.readline()).startswith(b"event"):
        pass
    assert line == b"event: anew\n" and stream.readline() == b"data: {}\n"
    number, entries = _event(stream)
    connection.close()
    assert number == 1 and len(entries) == 1


def test_long_addresses_make_no_long_events(call: Caller) -> None:
    """Of a path and a query a list is told as much as it shows."""
    connection = HTTPConnection(call.host, call.port, timeout=10)
    connection.request("GET", f"/_rulebound/worlds/{call.world}/events")
    stream = connection.getresponse()
    call("GET", f"{PICK}?x={'y' * 3000}", None, as_user())
    _, entries = _event(stream)
    connection.close()
    assert len(str(entries[0]["query"])) == 200


def test_a_stream_of_no_world_is_refused(call: Caller) -> None:
    """An unknown world is told, and a stream is not begun."""
    told = call.control("GET", "/worlds/nowhere/events")
    assert told.status == 404 and told.json["instead"]


def entry(number: int) -> Entry:
    """An entry of this number."""
    return Entry(number, SEED_TIME, "GET", "/", "", b"", 200, "egain-v3")


def test_what_explains_is_kept_for_the_newest_alone() -> None:
    """Many requests do not fill the memory."""
    journal = Journal()
    for _ in range(MOST_EXPLAINED + 5):
        number = journal.next_number()
        journal.add(entry(number), Depth((), b"", "", Answer(200)))
    assert journal.depth(5) is None and journal.depth(6) is not None
    assert journal.get(5) is not None
