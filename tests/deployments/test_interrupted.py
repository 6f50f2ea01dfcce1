"""A run that is interrupted: what was under way stands in the ledger, and only logouts follow."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from deployments.plain import PICK, SEARCH, TASK, asking, deployed, needs, world
from deployments.recorder import Asked, Told, recording
from deployments.staging import Staging
from deployments.test_ledger import COMMAND, ledger
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.targets.working import at_work
from rulebound.contract_tests.wire.message import TargetFault

LOGIN = {"anna-console": {"login": {"user": "anna", "password": "opens-the-door"}}}


class Slow:
    """Gives sessions, and answers what creates only once it is let."""

    def __init__(self, status: int = 201) -> None:
        self.come, self.let, self.status = threading.Event(), threading.Event(), status

    def __call__(self, asked: Asked) -> Told:
        if asked.path.endswith("/login"):
            return Told(204, headers=(("X-egain-session", "session-of-anna"),))
        if asked.path == TASK[3]:
            self.come.set()
            self.let.wait(20)
            return Told(self.status, headers=(("Location", "/activity/4711"),))
        return Told(204)


def creating(deployment: Deployment, slow: Slow) -> threading.Thread:
    """A thread whose create is under way, and which would go on afterwards."""

    def work() -> None:
        with suppress(NotReached, TargetFault), deployment.scene(needs(TASK)) as scene:
            for _ in range(3):
                scene.send(asking(TASK, body=b"{}"))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert slow.come.wait(20)
    return thread


def answered(thread: threading.Thread, slow: Slow) -> None:
    """The answer comes, and the thread does what it still does."""
    slow.let.set()
    thread.join(20)
    assert not thread.is_alive()


def test_what_was_under_way_stands_in_the_ledger(apis: Apis, tmp_path: Path) -> None:
    """The record is made though nobody hears of it: its line has no id, and there is only one."""
    slow = Slow()
    with recording(slow) as recorder, deployed(tmp_path, apis, recorder.url) as deployment:
        thread = creating(deployment, slow)
        deployment.stop()
        deployment.close()
        (line,) = ledger(tmp_path)
        assert (line["id"], line["operation"]) == (None, TASK[1])
        answered(thread, slow)
        assert len(ledger(tmp_path)) == 1


def test_nothing_but_logouts_is_sent_after_an_interrupt(apis: Apis, tmp_path: Path) -> None:
    """The threads that are left behind send nothing more, the data are not put back, and what was
    opened is ended."""
    slow = Slow()
    with recording(slow, at_once=True) as recorder:
        more: dict[str, Any] = {"restore": {"url": f"{recorder.url}/back"}}
        with deployed(tmp_path, apis, recorder.url, **world(actors=LOGIN), **more) as deployment:
            with pytest.raises(KeyboardInterrupt), at_work(deployment):
                thread = creating(deployment, slow)
                deployment.keyring.held("egain", "anna-console")
                raise KeyboardInterrupt
            answered(thread, slow)
    found = [f"{asked.method} {asked.path.rpartition('/')[2]}" for asked in recorder.asked]
    assert found == ["POST back", "POST login", "DELETE logout", "POST task"]


def test_a_wait_ends_with_the_run(apis: Apis, tmp_path: Path) -> None:
    """Who waits for the target's pause, or for the rate, hears at once that nothing is sent."""
    slow = {"operations": {PICK[1]: {"calls": 1, "seconds": 600}}}
    with (
        recording(lambda asked: Told(204)) as recorder,
        deployed(tmp_path, apis, recorder.url, budget=slow) as deployment,
    ):
        heard: list[str] = []

        def work() -> None:
            with deployment.scene(needs(PICK)) as scene:
                scene.send(asking(PICK, body=b"{}"))
                try:
                    scene.send(asking(PICK, body=b"{}"))
                except NotReached as error:
                    heard.append(str(error))

        def rest() -> None:
            deployment.keyring.carrier.gate.pause.hold(50)
            try:
                with deployment.scene(needs(SEARCH)) as scene:
                    scene.send(asking(SEARCH))
            except NotReached as error:
                heard.append(str(error))

        threads = [threading.Thread(target=each, daemon=True) for each in (work, rest)]
        threads[0].start()
        while not recorder.asked:
            pass
        threads[1].start()
        deployment.stop()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()
    assert heard == ["the run has ended; nothing more is sent"] * 2


def test_a_long_pause_does_not_hold_up_the_end(apis: Apis, tmp_path: Path) -> None:
    """A logout waits some seconds for the target, and is left out where that does not do."""
    slow = Slow()
    with recording(slow) as recorder:
        for seconds, logouts in ((0.5, 1), (40.0, 0)):
            recorder.forget()
            with deployed(tmp_path, apis, recorder.url, **world(actors=LOGIN)) as deployment:
                deployment.keyring.held("egain", "anna-console")
                deployment.keyring.carrier.gate.pause.hold(seconds)
            assert sum(each.path.endswith("/logout") for each in recorder.asked) == logouts


def test_an_interrupted_run_leaves_a_line_for_what_it_made(
    staging: Staging, tmp_path: Path
) -> None:
    """Ctrl-C while an answer is awaited: the ledger has a line for all that came to the tenant."""
    staging.anew()
    come, let, told = threading.Event(), threading.Event(), staging.recorder.answer

    def answer(asked: Asked) -> Told:
        found = told(asked)
        if asked.method == "POST" and asked.path.endswith("/activity/task"):
            come.set()
            let.wait(30)
        return found

    file = tmp_path / "profile.yaml"
    file.write_text(json.dumps(staging.profile(restore=False)), "utf-8")
    command = [COMMAND, "verify", "--profile", file, "--rule", "task.accept-*"]
    staging.recorder.answer = answer
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=os.environ
        )
        assert come.wait(60)
        process.send_signal(signal.SIGINT)
        error = process.communicate(timeout=60)[1]
    finally:
        let.set()
        staging.recorder.answer = told
    assert (process.returncode, "Traceback" in error) == (130, False)
    assert [line["id"] for line in ledger(tmp_path)] == [None]
