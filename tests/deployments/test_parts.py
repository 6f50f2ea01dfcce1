"""Parts of a run: shards share a supply and the budget, and what is resumed knows what was left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from deployments.plain import PICK, asking, deployed, needs, profile_at, seed_of, world
from deployments.recorder import Asked, Told, recording
from deployments.staging import Staging, run
from deployments.test_ledger import COMMAND
from deployments.test_limits import ACTORS, RECORDS, supplied
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.planning import Shard
from rulebound.contract_tests.targets.deployed.part import Part
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.verify import VerifyOptions

QUEUED = "activity.email-queued"
SUPPLY = world(records={QUEUED: {"each": [{"id": str(number)} for number in range(1, 8)]}})


def test_shards_take_no_record_twice(apis: Apis, tmp_path: Path) -> None:
    """Of a supply the second of three takes the second, the fifth and so on, and says when its part
    is used up."""
    profile, seed = profile_at(tmp_path, "http://127.0.0.1:9", **SUPPLY), seed_of(apis)
    taken: list[list[str]] = []
    for place in range(3):
        with closing(Deployment(profile, apis, run="RUN", part=Part(3, place))) as deployment:
            taken.append([])
            says = f"the supply of {QUEUED} is used up: the profile has 7, shared by 3 runs"
            with pytest.raises(NotReached, match=says):
                while True:
                    with deployment.scene(needs(PICK)) as scene:
                        taken[-1].append(scene.record(seed, QUEUED)["id"])
    assert taken == [["1", "4", "7"], ["2", "5"], ["3", "6"]]


@pytest.mark.parametrize(
    ("options", "share", "place"),
    [
        ({}, 1, 0),
        ({"shard": Shard(2, 3)}, 3, 1),
        ({"workers": 4, "worker": 3}, 4, 3),
        ({"workers": 2, "worker": 1, "shard": Shard(3, 3)}, 6, 5),
    ],
)
def test_each_part_has_a_place_of_its_own(options: dict[str, Any], share: int, place: int) -> None:
    """Shards, and within them the workers of pytest."""
    wish = VerifyOptions(**options)
    assert (wish.share, wish.place) == (share, place)


def test_a_plan_of_a_shard_tells_its_part_of_the_budget(staging: Staging, tmp_path: Path) -> None:
    """Of the budget of a run, and of that of an operation."""
    wanted = staging.profile(records=RECORDS, actors=ACTORS)
    wanted["budget"] = {"requests": 25, "operations": {"pickActivities": {"requests": 9}}}
    told = run(tmp_path, wanted, "pick.leaves-queue", plan=True, shard=Shard(1, 2)).text
    assert "(the budget is 12, a part of 25)" in told
    assert "of pickActivities at most 4, a part of 9 requests are sent" in told


def test_what_goes_on_begins_with_what_was_left(apis: Apis, tmp_path: Path) -> None:
    """A record that was used up is not given again, what was touched still is, and nothing counts
    as clean; what is refused leaves nothing."""
    seed, bound = seed_of(apis), "activity.email-of-bob"
    records = {QUEUED: {"each": [{"id": "1"}, {"id": "2"}]}, bound: {"id": "9"}}
    both = world(records=records)

    def answer(asked: Asked) -> Told:
        return Told(400 if asked.body == b"wrong" else 204)

    with recording(answer) as recorder:
        with deployed(tmp_path, apis, recorder.url, **both) as deployment:
            nothing = {"taken": {}, "touched": [], "changed": False}
            assert deployment.traces == nothing
            with deployment.scene(needs(PICK)) as scene:
                for name in (QUEUED, bound):
                    scene.record(seed, name)
                scene.send(asking(PICK, body=b"wrong"))
                assert deployment.traces == nothing | {"taken": {QUEUED: 1}}
                scene.send(asking(PICK, body=b"{}"))
                found = {"taken": {QUEUED: 1}, "touched": [bound], "changed": True}
                assert deployment.traces == found
        profile = profile_at(tmp_path, recorder.url, **both)
        part = Part(left=json.loads(json.dumps(found)))
        with (
            closing(Deployment(profile, apis, run="RUN", part=part)) as deployment,
            deployment.scene(needs(PICK)) as scene,
        ):
            assert scene.record(seed, QUEUED)["id"] == "2"
            assert (scene.residue(), scene.clean) == (None, False)
            scene.record(seed, bound)
            assert scene.residue() == bound


def test_a_resumed_run_takes_what_is_left_of_a_supply(staging: Staging, tmp_path: Path) -> None:
    """Interrupted while it picks the first of two, it goes on with the second."""
    staging.anew()
    come, let, told = threading.Event(), threading.Event(), staging.recorder.answer
    picks: list[bytes] = []
    wanted = staging.profile(restore=False, records=RECORDS, actors=ACTORS)
    supplied(wanted, staging)
    ids = [one["id"] for one in wanted["worlds"]["egain"]["records"][QUEUED]["each"]]

    def answer(asked: Asked) -> Told:
        found = told(asked)
        if asked.method == "PATCH":
            picks.append(asked.body)
            come.set()
            let.wait(30)
        return found

    file = tmp_path / "profile.yaml"
    file.write_text(json.dumps(wanted), "utf-8")
    staging.recorder.answer = answer
    command = [COMMAND, "verify", "--profile", file, "--rule", "pick.leaves-queue"]
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
        )
        assert come.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        let.set()
        run(tmp_path, wanted, "pick.leaves-queue", resume="last")
    finally:
        let.set()
        staging.recorder.answer = told
    assert [each.encode() in picks[0] for each in ids] == [True, False]
    assert len(picks) > 1 and not any(ids[0].encode() in each for each in picks[1:])
