"""The fixtures `stub`, `world`, `actor` and `clock`, asked for as a user's test does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import requests
from rulebound.contract_tests.pytest_stub.actors import Actors
from rulebound.contract_tests.pytest_stub.faults import StubFault
from rulebound.contract_tests.pytest_stub.stub import Stub
from rulebound.contract_tests.pytest_stub.world import Clock, World
from rulebound.fixtures.clock import SEED_TIME

PICK = "/core/casemgr/v3/activity/pick"


@pytest.mark.rule("pick.at-least-one")
def test_an_empty_pick_is_refused(stub: Stub, actor: Actors) -> None:
    """Three lines suffice: a request as an actor, refused by the rule that the header names."""
    answer = stub.patch(PICK, json={"activity": []}, headers=actor("anna"))
    assert answer.status_code == 400
    assert answer.headers["Rulebound-Rule"] == "pick.at-least-one"


def test_the_usual_headers_can_be_left_out(stub: Stub, actor: Actors) -> None:
    """A header that every client sends is left out by None, and can be another one."""
    said = actor("anna") | {"Accept-Language": None}
    answer = stub.patch(PICK, json={"activity": []}, headers=said)
    assert answer.headers["Rulebound-Rule"] == "pick.language-given"
    xml = stub.patch(PICK, json={"activity": []}, headers={"Accept": "application/xml"})
    assert xml.headers["Content-Type"].startswith("application/xml")


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_a_world_of_its_own(turn: str, stub: Stub, world: World) -> None:
    """What one test changes, the next does not see."""
    assert turn and stub.world is world
    assert world.settings("egain")["departmentalization"] is True
    assert world.journal() == []
    world.settings(departmentalization=False)
    stub.get("/core/casemgr/v3/nowhere")
    assert len(world.journal()) == 1


def test_a_reset_puts_everything_back(stub: Stub, world: World, clock: Clock) -> None:
    """Settings, clock and journal are as they were when the test began."""
    world.settings(departmentalization=False)
    stub.get("/core/casemgr/v3/nowhere")
    clock.advance(1)
    world.reset()
    assert world.settings("egain")["departmentalization"] is True
    assert (world.journal(), clock.now()) == ([], SEED_TIME)


def test_what_was_done_is_found_in_the_world(stub: Stub, actor: Actors, world: World) -> None:
    """A picked activity has its new owner among the records; fields choose them."""
    before = world.record("activity.email-queued")
    body = {"activity": [{"id": before["id"], "lastModified": before["lastModified"]}]}
    assert stub.patch(PICK, json=body, headers=actor("anna")).status_code == 204
    (after,) = world.records("egain.activity", id=before["id"])
    assert before != after == world.record("egain.activity.email-queued")
    (entry,) = world.journal()
    assert (entry["operation"], entry["rule"]) == ("pickActivities", None)
    assert world.explained(entry["number"])["path"] == PICK


def test_a_rule_can_be_off_in_one_world(stub: Stub, actor: Actors, world: World) -> None:
    """Switched off the rule does not refuse, switched on again it does."""

    def refused_by() -> str | None:
        answer = stub.patch(PICK, json={"activity": []}, headers=actor("anna"))
        return answer.headers.get("Rulebound-Rule")

    world.rule_off("pick.at-least-one")
    assert refused_by() != "pick.at-least-one"
    world.rule_on("pick.at-least-one")
    assert refused_by() == "pick.at-least-one"


def test_other_clients_reach_the_world_by_its_headers(stub: Stub, world: World) -> None:
    """A client of one's own is in the test's world with the headers of the world."""
    requests.get(stub.url("createTaskActivity"), headers=world.headers, timeout=10)
    assert len(world.journal()) == 1


def test_the_clock_stands_until_it_is_moved(clock: Clock, stub: Stub, actor: Actors) -> None:
    """It begins at the seed's time; moved on, a credential expires; it freezes and runs."""
    assert clock.now() == clock.now() == SEED_TIME
    before = stub.patch(PICK, json={"activity": []}, headers=actor("anna-until-ten-past"))
    assert before.status_code == 400
    assert clock.advance(timedelta(minutes=10)) == SEED_TIME + timedelta(minutes=10)
    after = stub.patch(PICK, json={"activity": []}, headers=actor("anna-until-ten-past"))
    assert after.status_code == 401
    noon = datetime(2026, 12, 24, 12, tzinfo=UTC)
    for wanted in (noon, noon.replace(tzinfo=None), "2026-12-24T13:00:00+01:00"):
        assert clock.freeze(wanted) == noon
    assert clock.run() != noon
    stands = clock.freeze()
    assert clock.now() == clock.now() == stands


def test_addresses_are_told_by_name(stub: Stub) -> None:
    """An API or an operation has its address, and a request goes to either."""
    assert stub.url("egain-v3") == f"{stub.url()}/core/casemgr/v3"
    assert stub.url("pickActivities") == stub.url() + PICK
    assert stub.patch("pickActivities", json={}).headers["Rulebound-Rule"] == "pick.signed-in"
    assert stub.patch(stub.url("pickActivities"), json={}).status_code == 401


def test_an_actor_signs_in_as_its_api_wants(actor: Actors) -> None:
    """Tokens, sessions and keys each become the headers that their API asks for."""
    assert actor("anna") == {"Authorization": "Bearer token-anna"}
    assert list(actor("anna-console")) == ["X-egain-session"]
    assert sorted(actor("liam")) == ["x-LSQ-AccessKey", "x-LSQ-SecretKey"]
    assert actor("liam").credential.value == "access-liam"
    assert actor("anna", api="egain-v3") == actor("anna", operation="pickActivities")
    assert "token-anna" not in repr(actor("anna"))


Wrong = Callable[[Stub, World, Actors], object]
WRONG: dict[str, tuple[Wrong, str]] = {
    "actor": (
        lambda stub, world, actor: actor("annna"),
        "there is no actor 'annna'; did you mean anna",
    ),
    "actor of an API": (
        lambda stub, world, actor: actor("anna", api="egain"),
        "there is no API 'egain'; did you mean egain-v3",
    ),
    "actor of an operation": (
        lambda stub, world, actor: actor("anna", operation="pick"),
        "there is no operation 'pick'; operations are ",
    ),
    "actor of another API": (
        lambda stub, world, actor: actor("anna", api="leadsquared-v2"),
        "there is no actor 'anna'; ",
    ),
    "operation": (
        lambda stub, world, actor: stub.url("pickActivity"),
        "there is no API or operation 'pickActivity'; did you mean pickActivities",
    ),
    "path parameter": (
        lambda stub, world, actor: stub.url("pickActivities", id=1),
        "the path of egain-v3 pickActivities has other parameters: none",
    ),
    "elsewhere": (
        lambda stub, world, actor: stub.get("https://vendor.example.com/x"),
        "https://vendor.example.com/x is not at the stub; write a path that begins with /",
    ),
    "table": (
        lambda stub, world, actor: world.records("activities"),
        "there is no table 'activities'; did you mean activity",
    ),
    "field": (
        lambda stub, world, actor: world.records("activity", nr=1),
        "table activity has no field 'nr'; there are ",
    ),
    "table of several seeds": (
        lambda stub, world, actor: world.records("user"),
        "table 'user' is in the seeds egain, leadsquared; write egain.user",
    ),
    "setting": (
        lambda stub, world, actor: world.settings(departmentalisation=True),
        "there is no setting 'departmentalisation'; did you mean departmentalization?",
    ),
    "settings of nobody": (
        lambda stub, world, actor: world.settings(),
        "whose settings? write one of egain, leadsquared in front",
    ),
    "rule": (
        lambda stub, world, actor: world.rule_off("pick.at-mots-75"),
        "there is no rule 'pick.at-mots-75'; did you mean pick.at-most-75",
    ),
    "moment": (
        lambda stub, world, actor: Clock(world).freeze("noon"),
        "'noon' is no moment; write {freeze: ",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_there_is_told(name: str, stub: Stub, world: World, actor: Actors) -> None:
    """A wrong name is a sentence that says what is meant, or what there is."""
    ask, says = WRONG[name]
    with pytest.raises(StubFault) as caught:
        ask(stub, world, actor)
    assert says in str(caught.value)


def test_the_stub_is_a_process_of_its_own(stub: Stub) -> None:
    """By default no thread of the tests serves it."""
    assert stub.url().startswith("http://127.0.0.1:")
    assert "rulebound stub" not in [each.name for each in threading.enumerate()]
