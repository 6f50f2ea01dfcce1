"""Data put back at the beginning and at the end of a run, and the sessions that end before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deployments.plain import PICK, SEARCH, asking, deployed, needs, world
from deployments.recorder import Asked, Told, recording
from deployments.staging import Staging, run
from deployments.test_limits import ACTORS, RECORDS, host, planned
from rulebound.contract_tests.apis import Apis

LOGIN = {"anna-console": {"login": {"user": "anna", "password": "opens-the-door"}}}


def answer(asked: Asked) -> Told:
    """Gives a session, and refuses what is wrong."""
    if asked.path.endswith("/login"):
        return Told(204, headers=(("X-egain-session", "session-of-anna"),))
    return Told(400 if asked.body == b"wrong" else 204)


def sent(folder: Path, apis: Apis, *cases: tuple[Any, bytes | None], **more: Any) -> list[str]:
    """What comes of cases of one request each, in words."""
    with recording(answer) as recorder:
        restore = {"restore": {"url": f"{recorder.url}/back"}}
        with deployed(folder, apis, recorder.url, **restore, **more) as deployment:
            for what, body in cases:
                with deployment.scene(needs(what)) as scene:
                    if more.get("worlds"):
                        deployment.keyring.held("egain", "anna-console")
                    scene.send(asking(what, body=body))
    return [f"{asked.method} {asked.path.rpartition('/')[2]}" for asked in recorder.asked]


def test_data_are_put_back_before_the_first_case_and_after_the_last(
    apis: Apis, tmp_path: Path
) -> None:
    """The night before may have been interrupted, and the next one may be somebody else's."""
    pick = (PICK, b"{}")
    assert sent(tmp_path, apis, pick) == ["POST back", "PATCH pick", "POST back"]
    assert sent(tmp_path, apis, (PICK, b"wrong")) == ["POST back", "PATCH pick"]
    assert sent(tmp_path, apis) == []


def test_who_only_reads_puts_nothing_back(apis: Apis, tmp_path: Path) -> None:
    """Nothing can have been changed by such runs."""
    assert sent(tmp_path, apis, (SEARCH, None), allow=["read"]) == ["GET activity"]


def test_sessions_are_ended_before_their_data_are_put_back(apis: Apis, tmp_path: Path) -> None:
    """What is put back may not know them any more, and a user may have so many only."""
    found = sent(tmp_path, apis, (PICK, b"{}"), (SEARCH, None), **world(actors=LOGIN))
    assert found == [
        *("POST back", "POST login", "PATCH pick", "DELETE logout", "POST back"),
        *("POST login", "GET activity", "DELETE logout"),
    ]


@pytest.mark.parametrize("status", [302, 503])
def test_what_may_have_happened_is_put_back(apis: Apis, tmp_path: Path, status: int) -> None:
    """An answer that is no refusal may come after the change was made."""
    with recording(lambda asked: Told(204 if asked.path == "/back" else status)) as recorder:
        restore = {"restore": {"url": f"{recorder.url}/back"}}
        with (
            deployed(tmp_path, apis, recorder.url, **restore) as deployment,
            deployment.scene(needs(PICK)) as scene,
        ):
            scene.send(asking(PICK, body=b"{}"))
    assert [asked.path for asked in recorder.asked] == ["/back", PICK[3], "/back"]


def test_a_plan_tells_both(staging: Staging, tmp_path: Path) -> None:
    """A run that changes something puts back at least twice, and no more often than told."""
    staging.anew()
    wanted = staging.profile(records=RECORDS, actors=ACTORS)
    plan = planned(tmp_path, wanted, staging, "pick.leaves-queue")
    run(tmp_path, wanted, "pick.leaves-queue", report=None)
    asked = staging.recorder.asked
    assert plan.untold(asked, host(staging)) == []
    (told,) = (line.at_most for line in plan.groups["own"] if line.operation == "restore")
    backs = sum(each.path == "/restore" for each in asked)
    assert 2 <= backs <= told
