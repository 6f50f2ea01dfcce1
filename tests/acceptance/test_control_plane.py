"""The control plane: worlds with their clocks, settings and records, by JSON over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance import asked
from acceptance.wire import SEED_TIME, Caller, told


def test_health_says_what_is_served(stub: Caller) -> None:
    """Three APIs with their addresses, seeds and operations."""
    health = stub.control("GET", "/health").json
    assert health["status"] == "ok"
    served = {each["name"]: each for each in health["apis"]}
    assert set(served) == {"egain-v3", "ece-v12", "leadsquared-v2"}
    assert served["egain-v3"]["path"] == asked.V3
    assert served["egain-v3"]["seed"] == served["ece-v12"]["seed"] == "egain"
    operations = {id for each in served.values() for id in each["operations"]}
    assert operations == set(asked.ALL)


def test_a_world_is_made_read_reset_and_deleted(stub: Caller) -> None:
    """A fresh world has the seed's digest, a pick shows in it, a reset takes it back."""
    world, twin = stub.new_world(), stub.new_world()
    assert world.digest() == twin.digest()
    assert asked.pick.send(world).status == 204
    assert world.digest() != twin.digest()
    assert world.records("activity", id="40001")[0]["assignee"] == "1101"
    world.in_world("PUT", "/rules/pick.exists", {"on": False})
    assert world.in_world("POST", "/reset").status == 200
    assert world.digest() == twin.digest()
    assert world.in_world("GET", "/journal").json["entries"] == []
    assert asked.pick.send(world, body=asked.picked(("1", asked.QUEUED[1]))).rule == "pick.exists"
    assert world.in_world("DELETE", "").status == 204
    assert told(world.in_world("GET", "/digest"), 404)
    assert told(asked.pick.send(world), 400)


def test_a_fork_goes_its_own_way(world: Caller) -> None:
    """A fork has the records, settings, clock and switches of its source, and then its own."""
    asked.pick.send(world)
    world.in_world("PATCH", "/egain/settings", {"maxBodySizeKb": 7})
    world.in_world("PUT", "/rules/task.due-date-future", {"on": False})
    fork = world.new_world(**{"from": world.world, "clock": {"frozen": "2027-01-01T00:00:00Z"}})
    assert fork.digest() == world.digest()
    past = {**asked.VALID_TASK, "dueDate": "2020-01-01T00:00:00.000Z"}
    assert asked.task.send(fork, body=past).status == 201
    assert fork.digest() != world.digest()
    fork.in_world("POST", "/reset")
    assert fork.digest() == world.digest()
    assert asked.task.send(fork, body=past).status == 201


def test_a_world_may_be_made_as_one_wishes(stub: Caller) -> None:
    """Settings, clock and rules off may come with the wish for a world."""
    world = stub.new_world(
        settings={"leadsquared": {"rateLimitCalls": 1}},
        clock={"frozen": "2027-03-01T10:00:00Z"},
        off=["pick.at-least-one"],
    )
    assert [asked.appointment.send(world).status for _ in range(2)] == [200, 429]
    assert world.records("task", "leadsquared", created="2027-03-01 10:00:00")
    assert asked.pick.send(world, body={"activity": []}).status == 204


@pytest.mark.parametrize(
    "wish",
    [
        {"from": "gone"},
        {"settings": {"nothing": {}}},
        {"settings": {"egain": {"maxBodySizeKb": 0}}},
        {"clock": {"frozen": "yesterday"}},
        {"clock": {"frozen": "0001-01-01T00:00:00Z"}},
        {"off": ["pick.at-most-57"]},
        {"colour": "blue"},
        [],
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_had_makes_no_world(stub: Caller, wish: Any) -> None:
    """An unknown world, seed, setting, moment, rule or member is told, and nothing is made."""
    before = stub.control("GET", "/health").json["worlds"]
    answer = stub.control("POST", "/worlds", wish)
    assert told(answer, 404 if answer.status == 404 else 400)
    assert stub.control("GET", "/health").json["worlds"] == before


def test_the_clock_is_frozen_advanced_and_left_to_run(world: Caller) -> None:
    """A due date passes as the clock is moved past it, and records are dated by the clock."""
    due = {**asked.VALID_TASK, "dueDate": "2026-11-22T01:00:00.000Z"}
    assert asked.task.send(world, body=due).status == 201
    moved = world.in_world("PUT", "/clock", {"advance": 3600})
    assert moved.json["now"]["egain"].startswith("2026-11-22T01:00:00")
    assert asked.task.send(world, body=due).rule == "task.due-date-future"
    world.in_world("PUT", "/clock", {"freeze": SEED_TIME})
    assert asked.task.send(world, body=due).status == 201
    started = world.in_world("PUT", "/clock", {"run": True}).json["now"]
    assert set(started) == {"egain", "leadsquared"}
    created = asked.task.send(world).headers["location"].rpartition("/")[2]
    assert world.records("activity", id=created)[0]["created"] >= started["egain"][:19]


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"freeze": "noon"},
        {"freeze": "0001-01-01T00:00:00Z"},
        {"freeze": "9999-12-31T23:59:59Z"},
        {"advance": "60"},
        {"advance": 1e300},
        {"run": False},
        {"stop": True},
    ],
    ids=str,
)
def test_a_clock_that_cannot_be_set_is_told(world: Caller, wish: Any) -> None:
    """A wish for the clock that makes no sense is 400 with the ways there are."""
    assert told(world.in_world("PUT", "/clock", wish), 400)
    assert asked.appointment.send(world).status == 200


def test_settings_change_behaviour_in_one_world(stub: Caller, world: Caller) -> None:
    """Without secure messaging a customer's e-mail is refused there, and accepted elsewhere."""
    body = {
        "type": {"value": "email", "subtype": {"value": "general"}},
        "subject": "Help",
        "payload": {"email": {"messageCenter": {"id": "6201"}}},
    }
    headers = asked.v3("token-cora")
    assert asked.email.send(world, body=body, headers=headers).status == 201
    changed = world.in_world("PATCH", "/egain/settings", {"secureMessaging": False})
    assert changed.json["secureMessaging"] is False
    refused = asked.email.send(world, body=body, headers=headers)
    assert (refused.status, refused.rule) == (400, "email.secure-messaging-for-customers")
    assert asked.email.send(stub.new_world(), body=body, headers=headers).status == 201


@pytest.mark.parametrize(
    ("seed", "patch", "status"),
    [
        ("egain", {"secureMessaging": "no"}, 400),
        ("egain", {"colour": "blue"}, 400),
        ("egain", [], 400),
        ("nothing", {}, 404),
    ],
)
def test_settings_that_cannot_be_are_told(
    world: Caller, seed: str, patch: Any, status: int
) -> None:
    """A wrong type, an unknown name or seed is told, and the settings stay."""
    before = world.digest()
    assert told(world.in_world("PATCH", f"/{seed}/settings", patch), status)
    assert world.digest() == before


def test_journals_and_records_are_asked_for_in_known_words(world: Caller) -> None:
    """An unknown table, field or number of entries is told."""
    assert told(world.in_world("GET", "/journal?last=many"), 400)
    assert "colour" in told(world.in_world("GET", "/egain/activity?colour=blue"), 400)
    assert "things" in told(world.in_world("GET", "/egain/things"), 400)
    assert told(world.in_world("GET", "/nothing/activity"), 404)
    assert told(world.control("GET", "/nothing"), 404)
