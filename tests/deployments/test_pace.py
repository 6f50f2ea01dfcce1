"""Rates and waits: so many in a second, and nothing while the target asks to be left alone."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from deployments.plain import PICK, SEARCH, TASK, asking, deployed, needs, world
from deployments.recorder import Asked, Told, most_within, recording
from deployments.staging import Staging, run
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.deadline import RunOver

NOTHING = Told(204)


def many(url: str, folder: Path, apis: Apis, number: int, threads: int, **budget: Any) -> None:
    """Send so many searches and picks by turns, by several threads."""
    with deployed(folder, apis, url, budget=budget) as deployment:

        def send(turn: int) -> None:
            what = (SEARCH, PICK)[turn % 2]
            with deployment.scene(needs(what)) as scene:
                scene.send(asking(what))

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(send, range(number)))


def test_no_second_has_more_requests_than_the_rate(apis: Apis, tmp_path: Path) -> None:
    """50 in a second are never more, by the recorder's clock and for several threads."""
    with recording(lambda asked: NOTHING) as recorder:
        many(recorder.url, tmp_path, apis, 120, 3, **{"per-second": 50})
    moments = [asked.at for asked in recorder.asked]
    assert len(moments) == 120
    # A thousandth is for the reading of two clocks.
    assert most_within(moments, 0.999) <= 50


def test_an_operation_has_a_rate_of_its_own(apis: Apis, tmp_path: Path) -> None:
    """The rate of one operation holds it alone."""
    rates = {"pickActivities": {"calls": 5, "seconds": 1}}
    with recording(lambda asked: NOTHING) as recorder:
        many(recorder.url, tmp_path, apis, 24, 1, operations=rates)
    assert most_within([each.at for each in recorder.asked if each.method == "PATCH"], 0.999) <= 5
    assert len(recorder.asked) == 24


def test_credentials_and_data_put_back_count_as_well(staging: Staging, tmp_path: Path) -> None:
    """Logins, tokens and restores keep to the rate of the run as all else does."""
    staging.anew()
    wanted = staging.profile(actors={"anna", "robot", "cora", "anna-console", "auditor-console"})
    wanted["budget"] = {"per-second": 20}
    run(tmp_path, wanted, "pick.users-only", "pick.leaves-queue", report=None)
    paths = {each.path for each in staging.recorder.asked}
    assert {"/restore", "/oauth2/token", "/ws/v12/authentication/user/login"} <= paths
    assert most_within([each.at for each in staging.recorder.asked], 0.999) <= 20


class Busy:
    """Answers 429 so often, each time asking for a wait."""

    def __init__(self, times: int, wait: str) -> None:
        self.left, self.wait = times, wait

    def __call__(self, asked: Asked) -> Told:
        if not self.left:
            return NOTHING
        self.left -= 1
        return Told(429, headers=(("Retry-After", self.wait),) if self.wait else ())


def gaps(seen: list[tuple[Asked, Told]]) -> list[float]:
    """The seconds after each 429 until anything came."""
    moments = [asked.at for asked, _ in seen]
    return [
        later - asked.at
        for (asked, told), later in zip(seen, moments[1:], strict=False)
        if told.status == 429
    ]


@pytest.mark.parametrize("threads", [1, 4])
def test_nothing_is_sent_while_the_target_asks_to_wait(
    apis: Apis, tmp_path: Path, threads: int
) -> None:
    """After a 429 no request of any thread or operation comes before the time it names."""
    told: list[float] = []
    busy = Busy(2, "1")

    def answer(asked: Asked) -> Told:
        found = busy(asked)
        told.extend([asked.at] if found.status == 429 else [])
        return found

    with recording(answer) as recorder:
        many(recorder.url, tmp_path, apis, 8, threads)
    soon = [each for each in recorder.asked if 0 < each.at - told[0] < 0.99]
    # What was under way already when the first answer came cannot be called back.
    assert len(soon) < threads
    assert len(recorder.asked) == 8 + 2


def test_a_wait_until_a_date_is_kept(apis: Apis, tmp_path: Path) -> None:
    """Retry-After may be a date as well."""
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    moments: list[datetime] = []
    busy = Busy(1, format_datetime(until, usegmt=True))

    def answer(asked: Asked) -> Told:
        moments.append(datetime.now(UTC))
        return busy(asked)

    with recording(answer) as recorder:
        many(recorder.url, tmp_path, apis, 1, 1)
    assert len(moments) == 2 and moments[1] >= until


@pytest.mark.parametrize("wait", ["86400", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_waits_for_ever(apis: Apis, tmp_path: Path, wait: str) -> None:
    """Asked to wait a day, the run sends nothing more, and each case says why."""
    with recording(Busy(1, wait)) as recorder, deployed(tmp_path, apis, recorder.url) as deployment:
        for _ in range(3):
            with (
                pytest.raises(NotReached, match=r"the target asks to wait \d+ s"),
                deployment.scene(needs(SEARCH)) as scene,
            ):
                scene.send(asking(SEARCH))
    assert len(recorder.asked) == 1


@pytest.mark.parametrize("wait", ["\u00b2", "soon", "-5", "Sun, 99 Nov 2026", "1e9", "0"])
def test_a_wait_that_is_none_does_no_harm(apis: Apis, tmp_path: Path, wait: str) -> None:
    """What no one can read is a pause of ours; it ends no run with a fault of the program."""
    with recording(Busy(1, wait)) as recorder, deployed(tmp_path, apis, recorder.url) as deployment:
        held: list[float] = []
        deployment.keyring.carrier.gate.pause.hold = held.append  # type: ignore[method-assign]
        with deployment.scene(needs(SEARCH)) as scene:
            assert scene.send(asking(SEARCH)).status == 204
    assert held == ([0.0] if wait == "0" else [5.0])


def test_a_request_is_sent_again_three_times_at_most(apis: Apis, tmp_path: Path) -> None:
    """A target that is always busy is not asked for ever."""
    with (
        recording(Busy(99, "0")) as recorder,
        deployed(tmp_path, apis, recorder.url) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
        pytest.raises(NotReached, match="the rate limit was met early"),
    ):
        scene.send(asking(SEARCH))
    assert len(recorder.asked) == 4


def test_a_case_about_the_limit_gets_its_429(apis: Apis, tmp_path: Path) -> None:
    """Where a 429 is what is expected it is not sent again, and the wait holds for what follows."""
    with recording(Busy(1, "1")) as recorder, deployed(tmp_path, apis, recorder.url) as deployment:
        with deployment.scene(needs(SEARCH, burst=True)) as scene:
            assert scene.send_guarded(asking(SEARCH), 429)[0].status == 429
        with deployment.scene(needs(SEARCH)) as scene:
            scene.send(asking(SEARCH))
    assert gaps(recorder.seen)[0] >= 0.99


def test_a_busy_token_endpoint_is_left_alone(
    apis: Apis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 429 to a request for a token holds everything, and the token is asked for again after."""
    monkeypatch.setenv("A_SECRET", "canary")
    busy = Busy(1, "1")

    def answer(asked: Asked) -> Told:
        if asked.path != "/token":
            return NOTHING
        found = busy(asked)
        body = b'{"access_token": "token-given-1"}'
        json = (("Content-Type", "application/json"),)
        return found if found.status == 429 else Told(200, body, json)

    with recording(answer) as recorder:
        proof = {"url": f"{recorder.url}/token", "grant": "client_credentials", "client": "a"}
        actors = {"robot": {"oauth2": proof | {"secret": {"env": "A_SECRET"}}}}
        with deployed(tmp_path, apis, recorder.url, **world(actors=actors)) as deployment:
            with pytest.raises(NotReached, match="no token for robot: answered 429"):
                deployment.keyring.held("egain", "robot")
            assert deployment.keyring.held("egain", "robot").value == "token-given-1"
    assert gaps(recorder.seen)[0] >= 0.99


def test_no_turn_is_waited_for_beyond_the_run(apis: Apis, tmp_path: Path) -> None:
    """Where its turn would come after the run, a request is not sent, and nobody waits for it."""
    budget = {"operations": {"createTaskActivity": {"calls": 1, "seconds": 3600}}}
    more: dict[str, Any] = {"budget": budget, "seconds": {"run": 1}}
    with (
        recording(lambda asked: NOTHING) as recorder,
        deployed(tmp_path, apis, recorder.url, **more) as deployment,
        deployment.scene(needs(TASK)) as scene,
    ):
        began = time.monotonic()
        scene.send(asking(TASK, body=b"{}"))
        with pytest.raises(RunOver, match="the time of the run"):
            scene.send(asking(TASK, body=b"{}"))
        assert time.monotonic() - began < 10
    assert len(recorder.asked) == 1


def test_a_burst_that_is_held_back_breaks_no_rule(staging: Staging, tmp_path: Path) -> None:
    """Calls that may not come fast enough to be counted together say nothing of the rate limit."""
    staging.anew()
    wanted = staging.profile() | {"allow": ["read", "create"], "budget": {"per-second": 5}}
    ran = run(tmp_path, wanted, "appointment.rate-limit")
    assert {*ran.verdicts.values()} == {"not reached"}, ran.text
    assert "the deployment counts those of 5 s" in ran.text
