"""Rules switched off and replaced in one world, promises, and the journal that tells of them."""

from __future__ import annotations

from typing import Any

import pytest
from rulebound.fixtures import SEED_TIME
from rulebound.mock_server.journal import Entry, Journal
from stub_calls import GOOD, PICK, PICKED, Caller, as_user

STALE = {"activity": [{**PICKED["activity"][0], "lastModified": "2020-01-01T00:00:00.000Z"}]}


def _rule(call: Caller, rule: str, asked: Any = None, method: str = "PUT") -> Any:
    return call.control(method, f"/worlds/{call.world}/rules/{rule}", asked)


def _last(call: Caller) -> dict[str, Any]:
    entries = call.control("GET", f"/worlds/{call.world}/journal?last=1").json["entries"]
    found: dict[str, Any] = entries[-1]
    return found


def test_a_rule_switched_off_refuses_nothing(call: Caller) -> None:
    """Off in one world, on in the next, and on again when restored."""
    told = _rule(call, "pick.stale", {"on": False})

    assert told.json == {"rule": "pick.stale", "on": False, "replaced": False}
    scratch = as_user(**{"Rulebound-Scratch": "yes"})
    assert call("PATCH", PICK, STALE, scratch).status == 204
    assert call.in_new_world()("PATCH", PICK, STALE, as_user()).status == 409
    assert _rule(call, "pick.stale", method="DELETE").status == 204
    assert call("PATCH", PICK, STALE, as_user()).status == 409


def test_a_rule_on_credentials_switched_off_admits_anybody(call: Caller) -> None:
    """Without it a request nobody has signed is carried out, so that its tests notice."""
    for operation, rule in (
        ("pickActivities", "pick.signed-in"),
        ("createAppointment", "appointment.keys"),
    ):
        method, path, body, headers, status = GOOD[operation]
        bare = {
            name: value for name, value in headers.items() if name.startswith(("Accept", "Content"))
        }
        assert call(method, path, body, bare).rule == rule
        _rule(call, rule, {"on": False})
        assert call(method, path, body, bare).status == status


def test_a_rule_is_judged_by_another_condition(call: Caller) -> None:
    """A replaced condition decides in this world, with the rule's own error."""
    _rule(call, "pick.at-most-75", {"require": "size(body.activity) > 1"})

    told = call("PATCH", PICK, PICKED, as_user())

    assert (told.status, told.rule) == (400, "pick.at-most-75")


def test_a_condition_may_be_bound_to_a_when(call: Caller) -> None:
    """Where `when` does not hold, the rule is not concerned."""
    _rule(call, "pick.stale", {"when": "actor.loginId == 'bob'", "require": "1 == 2"})

    assert call("PATCH", PICK, PICKED, as_user()).status == 204


@pytest.mark.parametrize(
    ("rule", "asked", "status", "said"),
    [
        ("pick.nothing", {"on": False}, 404, "pick.nothing"),
        ("pick.stale", {}, 400, "neither"),
        ("pick.stale", {"on": "no"}, 400, "on"),
        ("pick.stale", {"when": "1 == 1"}, 400, "neither"),
        ("pick.stale", {"on": False, "require": "1 == 1"}, 400, "neither"),
        ("pick.stale", {"require": "targets.all("}, 400, "require of pick.stale"),
        ("pick.stale", {"require": "made.status == 1"}, 400, "no name 'made'"),
        ("pick.stale", {"require": "1 == 1", "when": "x"}, 400, "when of pick.stale"),
        ("pick.stale", {"require": "__import__('os')"}, 400, "require of pick.stale"),
        ("pick.any-load", {"require": "1 == 1"}, 400, "refuses nothing"),
    ],
)
def test_a_condition_that_cannot_be_used_is_refused(
    call: Caller, rule: str, asked: Any, status: int, said: str
) -> None:
    """It is compiled when it is put: 400 says what is wrong with it, and nothing is replaced."""
    told = _rule(call, rule, asked)

    assert told.status == status
    assert said in told.json["error"]
    assert call("PATCH", PICK, PICKED, as_user()).status == 204


def test_a_broken_promise_is_no_answer(call: Caller) -> None:
    """An effect that does not keep its rule is undone: 500, and the journal names the rule."""
    _rule(call, "pick.assigns", {"require": "made.activities.all(a, a.assignee == 'nobody')"})
    before = call.digest()

    told = call("PATCH", PICK, PICKED, as_user())

    assert (told.status, told.json["code"]) == (500, "500-100")
    assert call.digest() == before
    assert "pick.assigns" in _last(call)["problem"]


def test_a_condition_that_cannot_be_judged_is_no_refusal(call: Caller) -> None:
    """An error in an expression is a defect, told as 500 and in the journal."""
    _rule(call, "pick.stale", {"require": "targets[7].found == null"})

    told = call("PATCH", PICK, PICKED, as_user())

    assert (told.status, told.rule) == (500, None)
    assert "pick.stale cannot be judged" in _last(call)["problem"]


def test_every_rule_is_listed(call: Caller) -> None:
    """The list tells what each rule says, refuses with, and comes from."""
    rules = {each["id"]: each for each in call.control("GET", "/rules").json["rules"]}

    assert rules["pick.stale"]["status"] == 409
    assert rules["pick.stale"]["operation"] == "pickActivities"
    assert rules["pick.assigns"]["kind"] == "effect"
    assert all(rule["says"] and rule["source"] for rule in rules.values())


def test_the_journal_tells_what_was_asked_and_why_refused(call: Caller) -> None:
    """The newest entry comes last, with its actor and every rule judged."""
    call("PATCH", PICK, PICKED, as_user())
    call("PATCH", PICK, PICKED, as_user())
    call("GET", f"{PICK}/nothing")

    path = f"/worlds/{call.world}/journal?last=3"
    first, second, third = call.control("GET", path).json["entries"]

    assert [each["status"] for each in (first, second, third)] == [204, 400, 404]
    assert first["actor"] == {"kind": "user", "id": "1101"}
    assert second["rule"] == "pick.not-own"
    assert '"40001"' in second["body"]
    judged = {each["rule"]: each["result"] for each in second["trace"]}
    assert judged["pick.exists"] == "kept"
    assert judged["pick.stale"] == "not reached"
    assert third["operation"] is None


def test_the_journal_forgets_the_oldest() -> None:
    """However long a stub runs, its journal keeps its size."""
    journal = Journal(most=3)
    for number in range(10):
        about = (SEED_TIME, "GET", f"/{number}", "", b"", 200, "egain-v3")
        journal.add(Entry(journal.next_number(), *about))

    assert [each.path for each in journal.last(99)] == ["/7", "/8", "/9"]
    assert [each.path for each in journal.last(1)] == ["/9"]
    assert journal.last(0) == []
