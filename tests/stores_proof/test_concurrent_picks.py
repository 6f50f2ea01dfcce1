"""Eight clients at once: nothing is given to two users, and some order explains all that was seen.

RULEBOUND_PROOF_PICKS is how many operations each store is asked.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from stores_proof.cluster import Cluster
from stores_proof.picking import CLIENTS, new_world, pick_in_worlds
from stores_proof.picks import PICKED
from stores_proof.stores import SETUPS, Setup, served, store_of
from stores_proof.stub_process import Served
from stores_proof.wire import Answer, Line, Script, request

OPERATIONS = int(os.environ.get("RULEBOUND_PROOF_PICKS", "2000"))
TASK = "/core/casemgr/v3/activity/task?searchContactOnAttribute=email.emailAddress"
APPOINTMENT = "/v2/Task.svc/Create"
KEYS = {"x-LSQ-AccessKey": "access-liam", "x-LSQ-SecretKey": "secret-liam"}
AT_MOST = 25
"""Calls of one key in five seconds."""


@pytest.fixture(scope="module", params=SETUPS, ids=str)
def stub(request: pytest.FixtureRequest) -> Iterator[tuple[Served, Setup]]:
    """A stub on each store, with each number of workers."""
    setup: Setup = request.param
    cluster: Cluster | None = None
    if setup.kind == "postgresql":
        cluster = request.getfixturevalue("cluster")
    with store_of(setup, cluster) as store, served(store) as started:
        yield started, setup


def test_nothing_is_picked_twice_and_every_history_is_explained(
    stub: tuple[Served, Setup],
) -> None:
    """Each activity, or the few picked together, has a history of at most 100 operations."""
    started, setup = stub

    with started.clients(CLIENTS, setup.workers) as clients:
        groups = list(pick_in_worlds(clients, OPERATIONS, seed=setup.workers))

    assert max(len(group.history) for group in groups) <= 100
    told = Counter(done.told for group in groups for done in group.history)
    assert told[PICKED] and told["pick.stale"] and told["pick.not-own"] and told["pick.pull-user"]
    assert not [group for group in groups if group.assigned_twice()]
    stuck = {group.places: group.explained().stuck for group in groups if not group.explained()}
    assert not stuck


def _repeat(content: bytes, times: int, answers: list[Answer]) -> Script:
    for _ in range(times):
        answers.append((yield content))


def test_what_is_created_at_once_is_all_there(stub: tuple[Served, Setup]) -> None:
    """Each task has an id of its own, and is found; nothing else came to be."""
    started, setup = stub
    body = {
        "department": {"name": "Service"},
        "type": {"value": "task", "subtype": {"value": "general"}},
        "subject": "Call back",
        "customer": {"contacts": {"contact": [{"email": [{"emailAddress": "carol@example.com"}]}]}},
    }
    who = {"Authorization": "Bearer token-anna", "Accept": "application/json"}
    answers: list[Answer] = []

    with started.clients(CLIENTS, setup.workers) as clients:
        line = clients.lines[0]
        world = new_world(line)
        before = _tasks(line, world)
        headers = {**who, "Accept-Language": "en-US", "Rulebound-World": world}
        create = request("POST", TASK, headers, body)
        clients.run([_repeat(create, 15, answers) for _ in clients.lines])
        after = _tasks(line, world)

    assert {told.status for told in answers} == {201}
    made = {told.headers["location"].rpartition("/")[2] for told in answers}
    assert len(made) == len(answers) == 15 * CLIENTS
    assert after - before == made


def _tasks(line: Line, world: str) -> set[str]:
    told = line.ask(request("GET", f"/_rulebound/worlds/{world}/egain/activity?type=task"))
    return {record["id"] for record in told.json["records"]}


def test_no_call_slips_past_a_limit(stub: tuple[Served, Setup]) -> None:
    """So many calls as the limit allows are answered, however many come at once and wherever."""
    started, setup = stub
    body = {"Name": "Talk", "TaskType": {"Name": "Meeting"}}
    answers: list[Answer] = []

    with started.clients(CLIENTS, setup.workers) as clients:
        world = new_world(clients.lines[0])
        create = request("POST", APPOINTMENT, {**KEYS, "Rulebound-World": world}, body)
        clients.run([_repeat(create, 10, answers) for _ in clients.lines])

    counted = Counter(told.status for told in answers)
    assert counted == {200: AT_MOST, 429: 10 * CLIENTS - AT_MOST}
