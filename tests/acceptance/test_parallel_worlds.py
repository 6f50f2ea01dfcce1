"""Eight clients at once, each in a fork of its own: none meets what another one did."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from acceptance import asked
from acceptance.wire import Caller

CLIENTS = range(8)
ROUNDS = 4
TOGETHER = Barrier(len(CLIENTS), timeout=60)
OURS = {"assignedUserName": "anna", "type": "task", "$pagesize": "75"}


def at(client: int) -> str:
    """The moment at which the clock of a client's world stands."""
    return f"2026-12-{client + 1:02}T08:00:00.000Z"


def subjects(caller: Caller) -> set[str]:
    """The subjects of Anna's tasks, as a search finds them."""
    answer = asked.search.send(caller, query=OURS)
    return {each["subject"] for each in answer.json["activity"]} if answer.status == 200 else set()


def work(caller: Caller, client: int) -> dict[str, Any]:
    """What one client does and sees in its world, in step with the others."""
    wish = {"maxBodySizeKb": client + 1, "secureMessaging": client % 2 == 0}
    TOGETHER.wait()
    assert caller.in_world("PATCH", "/egain/settings", wish).status == 200
    assert caller.in_world("PUT", "/clock", {"freeze": at(client)}).status == 200
    made = []
    for n in range(ROUNDS):
        TOGETHER.wait()
        body = {**asked.VALID_TASK, "subject": f"client {client}, round {n}"}
        made.append(asked.task.send(caller, body=body).headers["location"].rpartition("/")[2])
    TOGETHER.wait()
    picked = asked.pick.send(caller).status
    late = asked.task.send(caller, body={**asked.VALID_TASK, "dueDate": at(client)})
    TOGETHER.wait()
    return {"made": made, "picked": picked, "late": late.status, "found": subjects(caller)}


@pytest.fixture(scope="module")
def base(stub: Caller) -> Caller:
    """The world that all clients fork from, already worked in."""
    world = stub.new_world()
    asked.task.send(world, body={**asked.VALID_TASK, "subject": "before the forks"})
    return world


def test_eight_clients_in_their_own_worlds_do_not_meet(stub: Caller, base: Caller) -> None:
    """Creates, picks, searches, settings and clocks of one world show in no other."""
    before, known = (base.digest(), stub.new_world().digest()), subjects(base)
    forks = [stub.new_world(**{"from": base.world}) for _ in CLIENTS]
    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        seen = list(pool.map(work, forks, CLIENTS))
    for client, (caller, saw) in enumerate(zip(forks, seen, strict=True)):
        own = {f"client {client}, round {n}" for n in range(ROUNDS)}
        assert saw["found"] == known | own
        assert (saw["picked"], saw["late"]) == (204, 400)
        made = [caller.records("activity", id=id)[0] for id in saw["made"]]
        assert {each["subject"] for each in made} == own
        assert {each["created"] for each in made} == {at(client)}
        assert caller.records("activity", id="40001")[0]["lastModified"] == at(client)
        worlds = caller.control("GET", "/worlds").json["worlds"]
        settings = next(each["settings"]["egain"] for each in worlds if each["id"] == caller.world)
        assert settings["maxBodySizeKb"] == client + 1
        assert settings["secureMessaging"] is (client % 2 == 0)
    assert (base.digest(), stub.new_world().digest()) == before
    assert len({caller.digest() for caller in forks}) == len(CLIENTS)


def test_of_eight_clients_in_one_world_exactly_one_picks(world: Caller) -> None:
    """In a shared world one of eight simultaneous picks of one activity wins, seven conflict."""
    tokens = [f"token-{name}" for name in ("anna", "gina")] * 4

    def grab(token: str) -> int:
        TOGETHER.wait()
        return asked.pick.send(world, headers=asked.v3(token)).status

    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        statuses = list(pool.map(grab, tokens))
    assert statuses.count(204) == 1, statuses
    assert {each for each in statuses if each != 204} <= {400, 403, 409}


def test_a_cookie_selects_a_world_as_the_header_does(stub: Caller, world: Caller) -> None:
    """A browser that can only send cookies works in its world, and in no other."""
    before = stub.new_world().digest()
    headers = {**asked.task.headers, "Cookie": f"theme=dark; rulebound-world={world.world}"}
    body = {**asked.VALID_TASK, "subject": "by cookie"}
    answer = asked.task.send(stub, headers=headers, body=body)
    assert (answer.status, answer.headers["rulebound-world"]) == (201, world.world)
    assert "by cookie" in subjects(world)
    assert stub.new_world().digest() == before


def test_an_unknown_world_is_told(stub: Caller) -> None:
    """A request into a world that does not exist is refused in a sentence, by no vendor."""
    answer = asked.pick.send(Caller(stub.url, "gone"))
    assert answer.status == 400
    assert set(answer.json) == {"error", "instead"}


def test_a_scratch_request_leaves_no_trace(world: Caller) -> None:
    """With Rulebound-Scratch a request is accepted as ever, and its world stays as it was."""
    before = world.digest()
    headers = asked.v3(**{"Rulebound-Scratch": "yes", "Rulebound-Want": "digest"})
    for _ in range(2):
        answer = asked.pick.send(world, headers=headers)
        assert answer.status == 204
        assert answer.headers["rulebound-digest"] != before
    assert world.digest() == before


def test_the_digest_wanted_is_that_of_the_world_after_the_answer(world: Caller) -> None:
    """Rulebound-Want: digest gives what the control plane gives next."""
    answer = asked.pick.send(world, headers=asked.v3(**{"Rulebound-Want": "digest"}))
    assert answer.headers["rulebound-digest"] == world.digest()
