"""The control plane: rules switched off and replaced in a world, and the journal naming them."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance import asked
from acceptance.wire import SEED_TIME, Caller, told

NEVER = "targets.all(t, t.sent.id != '40001')"


def test_a_rule_is_switched_off_in_one_world(stub: Caller, world: Caller) -> None:
    """Off, what it forbade is accepted there and nowhere else; on again, it is refused."""
    past = {**asked.VALID_TASK, "dueDate": "2020-01-01T00:00:00.000Z"}
    off = world.in_world("PUT", "/rules/task.due-date-future", {"on": False})
    assert off.json == {"rule": "task.due-date-future", "on": False, "replaced": False}
    assert asked.task.send(world, body=past).status == 201
    assert asked.task.send(stub.new_world(), body=past).status == 400
    assert world.in_world("PUT", "/rules/task.due-date-future", {"on": True}).status == 200
    assert asked.task.send(world, body=past).rule == "task.due-date-future"


def test_a_step_of_an_effect_is_switched_off(world: Caller) -> None:
    """Without pick.assigns a pick is answered as ever, and the activity has no assignee."""
    world.in_world("PUT", "/rules/pick.assigns", {"on": False})
    assert asked.pick.send(world).status == 204
    assert world.records("activity", id="40001")[0]["assignee"] is None


def test_a_condition_is_replaced_in_one_world(stub: Caller, world: Caller) -> None:
    """Another condition decides there by the same rule and error, until it is taken back."""
    replaced = world.in_world("PUT", "/rules/pick.exists", {"require": NEVER})
    assert replaced.json == {"rule": "pick.exists", "on": True, "replaced": True}
    refused = asked.pick.send(world)
    assert (refused.status, refused.code, refused.rule) == (400, "400-194", "pick.exists")
    assert asked.pick.send(stub.new_world()).status == 204
    guarded = {"when": "actor.loginId == 'bob'", "require": NEVER}
    assert world.in_world("PUT", "/rules/pick.exists", guarded).status == 200
    assert asked.pick.send(world).status == 204
    assert world.in_world("DELETE", "/rules/pick.exists").status == 204
    unknown = asked.pick.send(world, body=asked.picked(("1", asked.QUEUED[1])))
    assert unknown.rule == "pick.exists"


BAD_CONDITIONS: dict[str, tuple[Any, str]] = {
    "half of one": ({"require": "targets.all(t, t.found =="}, "column"),
    "unknown name": ({"require": "target.found != null"}, "target"),
    "unknown function": ({"require": "eval('1')"}, "eval"),
    "no boolean": ({"require": "1 + 1"}, "true or false"),
    "python": ({"require": "__import__('os')"}, "column"),
    "when alone": ({"when": "true"}, "neither"),
    "both": ({"on": False, "require": "true"}, "both"),
    "no text": ({"require": 1}, "require"),
    "unknown member": ({"of": False}, "of"),
    "nothing": ({}, "neither"),
}


@pytest.mark.parametrize("name", BAD_CONDITIONS)
def test_a_bad_condition_is_told_and_changes_nothing(world: Caller, name: str) -> None:
    """400 with a sentence that names what is wrong; the rule goes on as it was."""
    body, word = BAD_CONDITIONS[name]
    assert word in told(world.in_world("PUT", "/rules/pick.exists", body), 400)
    assert asked.pick.send(world).status == 204


def test_an_unknown_rule_is_told(world: Caller) -> None:
    """A rule that no document has can be neither switched nor replaced nor restored."""
    assert "pick.nothing" in told(world.in_world("PUT", "/rules/pick.nothing", {"on": False}), 404)
    assert "pick.nothing" in told(world.in_world("DELETE", "/rules/pick.nothing"), 404)


def test_the_journal_tells_the_deciding_rule(world: Caller) -> None:
    """Each entry has request, actor, status, the rule that decided and every rule judged."""
    asked.pick.send(world)
    asked.pick.send(world, body={"activity": []})
    asked.pick.send(world, headers=asked.v3(None))
    world("GET", "/core/casemgr/v3/activity/nothing")
    entries = world.in_world("GET", "/journal").json["entries"]
    told_of = [(each["status"], each["rule"], each["operation"]) for each in entries]
    assert told_of == [
        (204, None, "pickActivities"),
        (400, "pick.at-least-one", "pickActivities"),
        (401, "pick.signed-in", "pickActivities"),
        (404, None, None),
    ]
    first, second, third, _ = entries
    assert (first["method"], first["path"], first["at"][:19]) == (
        "PATCH",
        asked.PICK,
        SEED_TIME[:19],
    )
    assert (first["actor"], third["actor"]) == ({"kind": "user", "id": "1101"}, None)
    assert "40001" in first["body"]
    results = {each["rule"]: each["result"] for each in second["trace"]}
    assert results["pick.signed-in"] == "kept"
    assert results["pick.at-least-one"] == "broken"
    assert results["pick.exists"] == "not reached"
    assert {each["result"] for each in first["trace"]} <= {"kept", "not concerned"}
    assert len(world.in_world("GET", "/journal?last=2").json["entries"]) == 2


def test_the_rules_are_listed(stub: Caller) -> None:
    """Each rule with its sentence, sources, kind, phase and the answer for who breaks it."""
    rules = {each["id"]: each for each in stub.control("GET", "/rules").json["rules"]}
    rule = rules["pick.at-most-75"]
    assert rule["says"] == "A request picks at most 75 activities."
    assert (rule["kind"], rule["phase"]) == ("reject", "schema")
    assert (rule["status"], rule["code"]) == (400, "400-152")
    assert rule["operation"] == "pickActivities"
    assert all(each["says"] and each["source"] for each in rules.values())
