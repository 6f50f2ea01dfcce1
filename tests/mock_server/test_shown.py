"""What a search shows of a record is remembered, and never seen once it is no longer so."""

from __future__ import annotations

import tracemalloc
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from rulebound.mock_server.conformance import Conformance
from rulebound.mock_server.effects import representation
from rulebound.mock_server.effects.displaying import MOST, Displays, Manner, Part
from rulebound.mock_server.pieces import Piece, Pieces, as_json, parted
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build, shipped
from rulebound.openapi.loader import load
from stub_calls import SEARCH, Caller, Running, in_console

ALL = f"{SEARCH}?customer=1080&$attribute=all"
CHANGES: list[tuple[str, str, str, Any, str]] = [
    ("activity", "41002", "subject", "Router mended", "Router mended"),
    ("activity", "41002", "notes", ["It was the plug."], "It was the plug."),
    ("activity", "41002", "status", "in_precompletion", "In precompletion"),
    ("activity", "41002", "customAttributes", {"product": ["Modem"]}, "Modem"),
    ("customer", "1080", "name", "Found Ltd", "Found Ltd"),
    ("department", "501", "name", "Care", "Care"),
    ("department", "502", "name", "Trade", "Trade"),
    ("queue", "6001", "name", "Care mail", "Care mail"),
    ("user", "1102", "loginId", "robert", "robert"),
]


def _world(running: Running, call: Caller) -> Any:
    return running.stub.worlds.get(call.world or "default").worlds["egain"]


def _anew(call: Caller, monkeypatch: pytest.MonkeyPatch, path: str, **headers: str) -> bytes:
    """What is answered when nothing is remembered."""
    with monkeypatch.context() as patched:
        patched.setattr(representation, "_DISPLAYS", Displays())
        return call("GET", path, None, in_console(**headers)).content


@pytest.mark.parametrize("change", CHANGES)
def test_a_record_that_changed_is_shown_as_it_is_now(
    running: Running,
    call: Caller,
    monkeypatch: pytest.MonkeyPatch,
    change: tuple[str, str, str, Any, str],
) -> None:
    """An activity, or another record that is shown with it; and as before once it is reset."""
    table, id, field, value, seen = change
    before = call("GET", ALL, None, in_console()).content
    with _world(running, call).transaction() as transaction:
        transaction.update(table, id, {field: value})

    now = call("GET", ALL, None, in_console()).content

    assert seen.encode() in now and seen.encode() not in before
    assert now == _anew(call, monkeypatch, ALL)
    call.control("POST", f"/worlds/{call.world}/reset")
    assert call("GET", ALL, None, in_console()).content == before


def test_a_record_that_went_is_not_shown_with_others(running: Running, call: Caller) -> None:
    """What was shown with it shows the id alone, and the name again when it is there again."""
    before = call("GET", ALL, None, in_console()).content
    world = _world(running, call)
    with world.transaction() as transaction:
        gone = transaction.get("customer", "1080")
        transaction.delete("customer", "1080")

    assert b"Search Ltd" in before
    assert b"Search Ltd" not in call("GET", ALL, None, in_console()).content
    with world.transaction() as transaction:
        transaction.insert("customer", gone)
    assert call("GET", ALL, None, in_console()).content == before


def test_the_same_records_are_shown_in_every_manner_asked_for(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By language, context root, attributes and media type, each as if it were the first one."""
    paths = [
        f"{root}{SEARCH}?customer=1080{more}"
        for root in ("", "/system")
        for more in (
            "",
            "&$attribute=all",
            "&$attribute=created",
            "&$attribute=custom.product",
            "&$attribute=custom.product,custom.secret",
        )
    ]
    manners = [
        {"Accept-Language": language, "Accept": media}
        for language in ("en-US", "fr-FR")
        for media in ("application/json", "application/xml")
    ]
    asked = [(path, manner) for path in paths for manner in manners]
    first = [call("GET", path, None, in_console(**manner)).content for path, manner in asked]

    again = [call("GET", path, None, in_console(**manner)).content for path, manner in asked]

    assert again == first
    assert len(set(first)) == len(first)
    for (path, manner), told in zip(asked, again, strict=True):
        assert told == _anew(call, monkeypatch, path, **manner)


def test_what_may_be_seen_is_asked_each_time(running: Running, call: Caller) -> None:
    """A department that shares no more is hidden, although its activities were shown."""
    before = [each["id"] for each in call("GET", ALL, None, in_console()).json["activity"]]
    with _world(running, call).transaction() as transaction:
        transaction.update("department", "504", {"sharesWith": []})

    now = [each["id"] for each in call("GET", ALL, None, in_console()).json["activity"]]

    assert "41004" in before
    assert now == [each for each in before if each != "41004"]


def test_a_step_left_out_in_one_world_is_missed_there_only(running: Running) -> None:
    """Worlds share the records of their seed, and what is remembered of them."""
    whole, other = running.caller.in_new_world(), running.caller.in_new_world()
    before = whole("GET", ALL, None, in_console()).json
    other.control("PUT", f"/worlds/{other.world}/rules/search.shows-subject", {"on": False})

    without = other("GET", ALL, None, in_console())

    assert without.status == 200
    assert all("subject" in each for each in before["activity"])
    assert not any("subject" in each for each in without.json["activity"])
    assert whole("GET", ALL, None, in_console()).json == before


def test_a_record_that_another_process_changed_is_shown_as_it_is_now(tmp_path: Path) -> None:
    """Of a world in a store: an activity that somebody took over, and a name shown with others."""
    settings = Settings(quiet=True, store=f"sqlite:///{tmp_path / 'worlds.db'}")
    with ExitStack() as opened:
        stubs = [Running(build(settings)) for _ in range(2)]
        for each in stubs:
            opened.callback(each.stub.worlds.close)
            opened.callback(each.stop)
        here, there = (each.caller for each in stubs)
        before = [call("GET", ALL, None, in_console()).content for call in (here, there)]
        served = stubs[0].stub.worlds.get("default")
        with served.turn(), served.worlds["egain"].transaction() as transaction:
            transaction.update("activity", "41002", {"subject": "Router mended"})
            transaction.update("customer", "1080", {"name": "Found Ltd"})

        now = [call("GET", ALL, None, in_console()).content for call in (here, there)]

    assert before[0] == before[1]
    assert now[0] == now[1]
    assert b"Router mended" in now[0] and b"Found Ltd" in now[0]


def test_so_many_records_are_remembered_at_most() -> None:
    """Those seen first are forgotten; the others are the same objects as before."""
    displays = Displays()
    manner = Manner((Part("id", lambda view, record: record["id"]),), "en", "", None)
    records = [{"id": str(number)} for number in range(MOST + 10)]
    shown = displays.of(manner, records, lambda table, id: None)

    again = displays.of(manner, records[::-1], lambda table, id: None)[::-1]

    assert [each["sent"] for each in again] == [each["sent"] for each in shown] == records
    kept = [old is new for old, new in zip(shown, again, strict=True)]
    assert kept.count(True) == MOST and not any(kept[:10])


@pytest.mark.parametrize(("content", "kept"), [("x" * 100, True), ("x" * 20_000, False)])
def test_a_large_record_is_not_remembered(content: str, kept: bool) -> None:
    """A thousand of them would take more than the stub itself, even once their world is gone."""
    displays = Displays()
    manner = Manner((Part("content", lambda view, record: record["content"]),), "en", "", None)
    record = {"id": "7", "content": {"text": content}}

    first, second = (displays.of(manner, [record], lambda table, id: None)[0] for _ in range(2))

    assert first["sent"] == second["sent"] == {"content": {"text": content}}
    assert (first is second) is kept


def test_json_that_is_kept_takes_what_it_holds() -> None:
    """The journal and what is shown keep answers for long; orjson's own bytes are far larger."""
    tracemalloc.start()
    try:
        kept = [as_json({"subject": "x" * 600}) for _ in range(100)]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 1.5 * sum(map(len, kept))


def _page(*sent: dict[str, Any]) -> tuple[dict[str, Any], Pieces]:
    body = {"activity": list(sent), "paginationInfo": {"count": 1}}
    return body, Pieces("activity", [Piece(sent=each) for each in sent])


@pytest.mark.parametrize(
    ("items", "count", "said"),
    [
        ([{"id": "7"}, {"id": "8"}], 2, None),
        ([{"id": "7"}, {"id": "x"}], 2, "/activity/1/id"),
        ([{"id": "7"}, {}], 2, "/activity/1"),
        ([], 2, "/activity"),
        ([{"id": "7"}] * 76, 2, "/activity"),
        ([{"id": "7"}], -1, "/paginationInfo/count"),
    ],
)
def test_an_answer_of_pieces_is_checked_as_any_other(
    items: list[dict[str, Any]], count: int, said: str | None
) -> None:
    """The items, how many there are, and what stands beside them; again, too."""
    folder = next(each for each in shipped() if each.name == "ece-v12")
    checked = Conformance(load(folder).operation("searchActivities"))
    body, pieces = _page(*items)
    body["paginationInfo"]["count"] = count
    headers = {"X-egain-session": "s"}
    told = (200, headers, body, "application/json")

    first, again = (checked.fault(*told, pieces) for _ in range(2))

    assert first == again == checked.fault(*told)
    assert first is None if said is None else said in str(first)


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"$ref": "#/x", "properties": {"activity": {"items": {}}}},
        {"properties": {"activity": {"items": {}}}, "anyOf": [{}]},
        {"properties": {"activity": {"items": {}, "uniqueItems": True}}},
        {"properties": {"activity": {"items": {"properties": {"a": {"$ref": "#"}}}}}},
        {"properties": {"activity": {"type": "array"}}},
        {"properties": {}},
    ],
)
def test_a_schema_that_says_more_of_the_items_is_not_parted(schema: Any) -> None:
    """Then the whole body is checked each time."""
    assert parted(schema, "activity") is None
