"""The ledger: what a run has made stands there, whatever becomes of the run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from deployments.plain import TASK, asking, deployed, needs
from deployments.recorder import Asked, Told, recording
from deployments.staging import Staging, run
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.wire.message import TargetFault

MAKERS = ("/activity/task", "/activity/email/general", "/Task.svc/Create")
MANY = ("task.accept-*", "task.stores-subject", "email.created", "appointment.any-name")
COMMAND = str(Path(sys.executable).parent / "rulebound")
Line = dict[str, Any]


def ledger(folder: Path) -> list[Line]:
    """The lines of the ledger."""
    path = folder / "state" / "ledger.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def id_of(told: Told) -> str:
    """The id of what an answer says was made."""
    for name, value in told.headers:
        if name.lower() == "location":
            return value.rpartition("/")[2]
    found = json.loads(told.body)["Message"]
    return str(found["Id"])


def made(staging: Staging) -> list[tuple[str, bytes]]:
    """What was made, by the recorder: id, and the body of the request."""
    return [
        (id_of(told), asked.body)
        for asked, told in staging.recorder.seen
        if asked.method == "POST" and asked.path.endswith(MAKERS) and told.status in (200, 201)
    ]


def test_what_was_made_stands_in_the_ledger_and_carries_the_mark(
    staging: Staging, tmp_path: Path
) -> None:
    """Each accepted create has a line with id, operation, time and run; what was made carries the
    run's mark, or its line says that it does not."""
    staging.anew()
    began = datetime.now(UTC).replace(microsecond=0)
    ran = run(tmp_path, staging.profile(restore=False), *MANY, report=None)
    lines, there = ledger(tmp_path), made(staging)
    assert {*ran.verdicts.values()} & {"kept"} and len(there) > 15
    assert [line["id"] for line in lines] == [id for id, _ in there]
    operations = {line["operation"] for line in lines}
    assert operations == {
        "createTaskActivity",
        "createIncomingEmailActivity",
        "createAppointment",
    }
    for line, (_, body) in zip(lines, there, strict=True):
        assert (f"rulebound-{line['run']}".encode() in body) is line["marked"]
        assert began <= datetime.fromisoformat(line["time"]) <= datetime.now(UTC)
    assert len({line["run"] for line in lines}) == 1
    assert sum(line["marked"] for line in lines) > len(lines) / 2


def test_sessions_are_no_records_and_are_ended(staging: Staging, tmp_path: Path) -> None:
    """What a login opens is in no ledger, but none of it is left."""
    staging.anew()
    before = {*staging.tenancy.holds.tables["session"]}
    run(
        tmp_path,
        staging.profile(restore=False),
        "login.content-type",
        "login.body-given",
        "search.by-queue",
        report=None,
    )
    opened = [each for each in staging.recorder.asked if each.path.endswith("/login")]
    assert len(opened) > 3
    assert {*staging.tenancy.holds.tables["session"]} <= before
    assert ledger(tmp_path) == []


def test_what_is_being_sent_is_on_disk_already(apis: Apis, tmp_path: Path) -> None:
    """A run that is killed while an answer is awaited leaves the line of that request."""
    there: list[list[Line]] = []

    def answer(asked: Asked) -> Told:
        files = sorted((tmp_path / "state" / "sending").iterdir())
        there.append([json.loads(file.read_text("utf-8")) for file in files])
        return Told(400 if len(there) == 1 else 201, headers=(("Location", "/activity/77"),))

    with (
        recording(answer) as recorder,
        deployed(tmp_path, apis, recorder.url) as deployment,
        deployment.scene(needs(TASK)) as scene,
    ):
        for _ in range(2):
            scene.send(asking(TASK, body=b'{"subject": "rulebound-RUN"}'))
        assert not list((tmp_path / "state" / "sending").iterdir())
    for (line,) in there:
        assert (line["operation"], line["id"], line["marked"]) == (TASK[1], None, True)
    assert [line["id"] for line in ledger(tmp_path)] == ["77"]


@pytest.mark.parametrize("headers", [(), (("Location", ""),)])
def test_a_create_without_an_id_is_put_down(
    apis: Apis, tmp_path: Path, headers: tuple[tuple[str, str], ...]
) -> None:
    """An accepted create whose answer names nothing stands there with no id."""
    with (
        recording(lambda asked: Told(201, headers=headers)) as recorder,
        deployed(tmp_path, apis, recorder.url) as deployment,
        deployment.scene(needs(TASK)) as scene,
    ):
        scene.send(asking(TASK, body=b'{"subject": "rulebound-RUN"}'))
    (line,) = ledger(tmp_path)
    assert (line["id"], line["operation"], line["marked"]) == (None, TASK[1], True)


def test_a_create_that_got_no_answer_is_put_down(apis: Apis, tmp_path: Path) -> None:
    """Nobody knows what came of it, so a person may want to look."""
    slow = {"seconds": {"exchange": 0.2}}

    def answer(asked: Asked) -> Told:
        time.sleep(0.4)
        return Told(201)

    with (
        recording(answer) as recorder,
        deployed(tmp_path, apis, recorder.url, **slow) as deployment,
        deployment.scene(needs(TASK)) as scene,
        pytest.raises(TargetFault),
    ):
        scene.send(asking(TASK, body=b"{}"))
    (line,) = ledger(tmp_path)
    assert (line["id"], line["marked"]) == (None, False)


@pytest.mark.parametrize("status", [302, 307, 500, 502, 504])
def test_a_create_that_may_have_happened_is_put_down(
    apis: Apis, tmp_path: Path, status: int
) -> None:
    """Only a refusal says that nothing was made; where it leads elsewhere there is no id."""
    headers = (("Location", "/elsewhere/9"),)
    with (
        recording(lambda asked: Told(status, headers=headers)) as recorder,
        deployed(tmp_path, apis, recorder.url) as deployment,
        deployment.scene(needs(TASK)) as scene,
    ):
        scene.send(asking(TASK, body=b'{"to": "ann@example.com"}'))
        assert deployment.traces["changed"]
        assert deployment.traces["touched"] == ["ann@example.com"]
    assert [line["id"] for line in ledger(tmp_path)] == [None]


def test_what_was_not_sent_is_not_put_down(apis: Apis, tmp_path: Path) -> None:
    """A refused create, and one that the target was spared, are in no ledger."""
    with (
        recording(lambda asked: Told(400)) as recorder,
        deployed(tmp_path, apis, recorder.url, seconds={"run": 1}) as deployment,
        deployment.scene(needs(TASK)) as scene,
    ):
        scene.send(asking(TASK, body=b"{}"))
        deployment._deadline._until = 0.0
        with pytest.raises(TargetFault, match="the time of the run"):
            scene.send(asking(TASK, body=b"{}"))
    assert len(recorder.asked) == 1
    assert ledger(tmp_path) == []


def test_a_killed_run_leaves_its_ledger_and_goes_on(staging: Staging, tmp_path: Path) -> None:
    """Killed in the middle, a run has put down all that was made but what was under way; resumed,
    it conducts what is left, as the same run."""
    staging.anew()
    wanted = staging.profile(restore=False)
    rules = ("task.accept-*", "task.stores-subject")
    file = tmp_path / "profile.yaml"
    file.write_text(json.dumps(wanted), "utf-8")
    chosen = [part for rule in rules for part in ("--rule", rule)]
    process = subprocess.Popen(
        [COMMAND, "verify", "--profile", file, *chosen], stdout=subprocess.DEVNULL, env=os.environ
    )
    while process.poll() is None and len(made(staging)) < 12:
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -9
    lines, there = ledger(tmp_path), made(staging)
    assert len(there) - len(lines) in (0, 1)
    assert [line["id"] for line in lines] == [id for id, _ in there][: len(lines)]
    (journal,) = (tmp_path / "state" / "runs").iterdir()
    finished = cases(journal)
    assert finished
    ran = run(tmp_path, wanted, *rules, resume="last")
    again = cases(journal)[len(finished) :]
    assert not {*again} & {*finished}
    assert {*again, *finished} == {
        case["id"] for rule in ran.report["rules"] for case in rule["cases"]
    }
    assert {line["run"] for line in ledger(tmp_path)} == {journal.stem}
    assert [line["id"] for line in ledger(tmp_path)][len(lines) :] == [
        id for id, _ in made(staging)
    ][len(there) :]


def cases(journal: Path) -> list[str]:
    """The cases that a journal has, in its order."""
    return re.findall(r'^\{"case":"([^"]+)"', journal.read_text("utf-8"), re.MULTILINE)
