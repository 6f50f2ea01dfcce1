"""What the gate lets through, request by request."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from pathlib import Path

import pytest
from deployments.foretold import read_plan
from deployments.plain import PICK, SEARCH, TASK, asking, deployed, needs, profile_at
from deployments.recorder import Told, recording
from deployments.staging import Staging, run
from deployments.test_limits import ACTORS, RECORDS, RULES, host, planned
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.planning import Selection, Shard
from rulebound.contract_tests.targets.deployed.part import Part
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.verify import VerifyOptions, verify

EFFECTS = [
    (SEARCH, "GET", "read"),
    (SEARCH, "HEAD", "read"),
    (SEARCH, "POST", "change"),
    (SEARCH, "BREW", "change"),
    (SEARCH, "get", "change"),
    (TASK, "POST", "create"),
    (TASK, "GET", "read"),
    (TASK, "OPTIONS", "read"),
    (TASK, "PUT", "change"),
    (TASK, "DELETE", "change"),
    (PICK, "PATCH", "change"),
    (PICK, "POST", "change"),
    (PICK, "GET", "read"),
]


@pytest.mark.parametrize("allow", [[], ["read"], ["read", "create"], ["read", "change"]])
def test_only_allowed_effects_pass(apis: Apis, tmp_path: Path, allow: list[str]) -> None:
    """By what the method may do there; another one than the operation's may do anything."""
    with (
        recording(lambda asked: Told(204)) as recorder,
        deployed(tmp_path, apis, recorder.url, allow=allow) as deployment,
    ):
        for (api, operation, _, path), method, effect in EFFECTS:
            request = asking((api, operation, method, path))
            with deployment.scene(needs((api, operation, method, path))) as scene:
                if effect in allow:
                    scene.send(request)
                    continue
                with pytest.raises(NotReached, match=rf"it would {effect} \(allowed: .*; --allow"):
                    scene.send(request)
    sent = [method for _, method, effect in EFFECTS if effect in allow]
    assert [each.method for each in recorder.asked] == sent


def test_a_budget_is_shared_by_runs(apis: Apis, tmp_path: Path) -> None:
    """Of five shards none sends more than its fifth, of the run and of an operation."""
    few = {"requests": 23, "operations": {"searchActivities": {"requests": 11}}}
    with recording(lambda asked: Told(204)) as recorder:
        profile = profile_at(tmp_path, recorder.url, budget=few)
        with closing(Deployment(profile, apis, run="RUN", part=Part(5))) as deployment:
            for what, most in ((SEARCH, 2), (PICK, 2)):
                for _ in range(most):
                    with deployment.scene(needs(what)) as scene:
                        scene.send(asking(what))
                with deployment.scene(needs(what)) as scene, pytest.raises(NotReached) as caught:
                    scene.send(asking(what))
                assert "shared by 5 runs" in str(caught.value)
    assert len(recorder.asked) == 4


def test_a_request_sent_again_counts_again(apis: Apis, tmp_path: Path) -> None:
    """Where a kept connection was closed, a reading is asked again, as another request."""
    seen: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        # The first connection answers one request and takes another without a word.
        for answers in (1, 9):
            line, _ = listener.accept()
            with line:
                for _ in range(answers):
                    if not _head(line, seen):
                        break
                    line.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                else:
                    _head(line, seen)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with (
        deployed(tmp_path, apis, url, budget={"requests": 3}) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
    ):
        assert [scene.send(asking(SEARCH)).status for _ in range(2)] == [204, 204]
        with pytest.raises(NotReached, match="the budget of 3 requests is used up"):
            scene.send(asking(SEARCH))
    thread.join(5)
    listener.close()
    assert len(seen) == 3


def _head(line: socket.socket, seen: list[bytes]) -> bool:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(4096)
        if not piece:
            return False
        data += piece
    seen.append(data)
    return True


def test_several_cases_at_once_keep_to_the_plan(staging: Staging, tmp_path: Path) -> None:
    """Also with three cases under way, and for a shard, nothing comes that was not told."""
    for options in ({"jobs": 3}, {"shard": Shard(1, 2)}, {"shard": Shard(2, 2), "jobs": 2}):
        staging.anew()
        wanted = staging.profile(records=RECORDS, actors=ACTORS)
        plan = planned(tmp_path, wanted, staging, *RULES, **options)
        run(tmp_path, wanted, *RULES, report=None, **options)
        assert staging.recorder.asked
        assert plan.untold(staging.recorder.asked, host(staging)) == []
        (tmp_path / "state").rename(tmp_path / f"state-{len(list(tmp_path.iterdir()))}")


def test_a_target_known_by_its_url_keeps_to_the_plan(
    staging: Staging, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a profile names stand for what the seed has, and a plan tells all the same."""
    staging.anew()
    rules = ("pick.answers-204", "login.body-given", "task.creates", "appointment.any-name")
    wish = {"target": staging.recorder.url, "selection": Selection(rules=rules)}
    assert verify(VerifyOptions(**wish, plan=True)) == 0
    assert staging.recorder.seen == []
    plan = read_plan(capsys.readouterr().out)
    verify(VerifyOptions(**wish))
    assert len(staging.recorder.asked) > 10
    assert plan.untold(staging.recorder.asked, host(staging)) == []


def test_a_url_with_a_password_is_refused_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A password in a URL would be in every report; nothing is sent."""
    assert verify(VerifyOptions(target="http://ann:canary-7@127.0.0.1:9")) == 2
    printed = capsys.readouterr()
    assert "leave them out of it" in printed.err
    assert "canary-7" not in printed.err + printed.out
