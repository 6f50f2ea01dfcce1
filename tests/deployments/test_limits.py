"""What a deployment receives: only what a plan told, what is allowed and what is budgeted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from deployments.foretold import Plan, read_plan
from deployments.recorder import Asked
from deployments.staging import Staging, run

RULES = (
    "search.shows-secure",
    "login.content-type-given",
    "task.content-type-given",
    "pick.leaves-queue",
    "pick.users-only",
)
RECORDS = {
    *("activity.email-queued", "activity.task-queued", "queue.service", "customer.shaped"),
    *("user.anna", "customer.search", "department.service"),
}
ACTORS = {"anna", "robot", "cora", "anna-console", "auditor-console"}
ALLOW = (["read"], ["read", "create"], ["read", "change"], ["read", "create", "change"])
MOST, MOST_OF = 12, {"pickActivities": 3, "createTaskActivity": 1, "loginUser": 1}
LOGIN, LOGOUT = "/authentication/user/login", "/authentication/user/logout"
OWN = (LOGIN, LOGOUT, "/oauth2/token", "/restore")
PATHS = {
    "pickActivities": "/activity/pick",
    "createTaskActivity": "/activity/task",
    "loginUser": LOGIN,
}

Wanted = dict[str, Any]


def as_it_is(wanted: Wanted, staging: Staging) -> None:
    """Everything is bound."""


def provisioned(wanted: Wanted, staging: Staging) -> None:
    """A record is made by an operation, out of others that are read."""
    wish = {"operation": "createIncomingEmailActivity", "fields": {"type": "email"}}
    wanted["worlds"]["egain"]["records"]["activity.email-queued"] = {"provision": wish}


def supplied(wanted: Wanted, staging: Staging) -> None:
    """A record is one of two, and each case that changes things uses one up."""
    ids = [staging.id_of(f"activity.{name}") for name in ("email-queued", "email-queued-second")]
    records = wanted["worlds"]["egain"]["records"]
    first = records["activity.email-queued"]
    customer = {key: first[key] for key in ("lastModified", "customer") if key in first}
    records["activity.email-queued"] = {"each": [{"id": id} | customer for id in ids]}


def partial(wanted: Wanted, staging: Staging) -> None:
    """An API, an actor, a record and a field are missing."""
    del wanted["apis"]["leadsquared-v2"]
    del wanted["worlds"]["egain"]["actors"]["robot"]
    del wanted["worlds"]["egain"]["records"]["queue.service"]
    wanted["worlds"]["egain"]["records"]["activity.task-queued"].pop("id")


FORMS = (as_it_is, provisioned, supplied, partial)


def effect(asked: Asked) -> str:
    """What a request does, by what HTTP says of its method."""
    if asked.method in ("GET", "HEAD", "OPTIONS"):
        return "read"
    return "create" if asked.method == "POST" else "change"


def planned(folder: Path, wanted: Wanted, staging: Staging, *rules: str, **options: Any) -> Plan:
    """The plan of a run, for which nothing is sent and nobody is connected to."""
    connections = staging.recorder.connections
    told = run(folder, wanted, *rules, plan=True, **options)
    assert told.code == 0
    assert (staging.recorder.seen, staging.recorder.connections) == ([], connections)
    assert not (folder / "state").exists()
    return read_plan(told.text)


def host(staging: Staging) -> str:
    """Where the recorder is, as a plan has it."""
    return staging.recorder.url.partition("://")[2]


def is_own(asked: Asked) -> bool:
    """Whether a request is for a credential, or puts the data back."""
    return asked.path.endswith(OWN)


COMBINATIONS = list(product(ALLOW, (False, True), (False, True), (False, True), FORMS))


def called(combination: tuple[Any, ...]) -> str:
    """A combination in a word."""
    allow, few, few_of, restore, form = combination
    parts = ["+".join(allow), "few" * few, "few-of-each" * few_of, "restored" * restore]
    return "-".join(filter(None, (*parts, form.__name__)))


@pytest.mark.parametrize("combination", COMBINATIONS, ids=called)
def test_nothing_is_received_that_was_not_told_allowed_and_budgeted(
    combination: tuple[list[str], bool, bool, bool, Callable[[Wanted, Staging], None]],
    staging: Staging,
    tmp_path: Path,
) -> None:
    """Each request is one the plan told, no more often than told, of an allowed effect, within the
    budget of the run and of its operation; and the plan itself sends nothing."""
    allow, few, few_of, restore, form = combination
    staging.anew()
    wanted = staging.profile(restore=restore, records=RECORDS, actors=ACTORS) | {"allow": allow}
    form(wanted, staging)
    wanted["budget"] = {"requests": MOST} if few else {}
    if few_of:
        each = {operation: {"requests": most} for operation, most in MOST_OF.items()}
        wanted["budget"]["operations"] = each
    plan = planned(tmp_path, wanted, staging, *RULES)
    ran = run(tmp_path, wanted, *RULES, report=None)
    asked = staging.recorder.asked
    assert ran.code == (0 if "kept" in ran.verdicts.values() else 2), ran.text
    assert plan.untold(asked, host(staging)) == []
    assert len(asked) <= plan.total
    assert {effect(each) for each in asked if not is_own(each)} <= {*allow}
    restored = sum(each.path == "/restore" for each in asked)
    assert restored == 0 or (restore and len(allow) > 1)
    if few:
        assert len(asked) <= MOST
    if few_of:
        sent = Counter(id for each in asked for id, end in PATHS.items() if each.path.endswith(end))
        assert all(sent[id] <= most for id, most in MOST_OF.items())


def test_a_run_that_may_do_everything_does(staging: Staging, tmp_path: Path) -> None:
    """Without limits all of these rules are reached and kept: the limits above hold something."""
    staging.anew()
    wanted = staging.profile(records=RECORDS, actors=ACTORS) | {"allow": ALLOW[-1]}
    ran = run(tmp_path, wanted, *RULES)
    assert {*ran.verdicts.values()} == {"kept"}, ran.text
    effects = Counter(effect(each) for each in staging.recorder.asked)
    assert all(effects[each] >= 5 for each in ALLOW[-1])
