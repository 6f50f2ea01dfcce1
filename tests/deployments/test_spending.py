"""For each session that is opened a request is kept back, so that the budget lets it end."""

from __future__ import annotations

from pathlib import Path

import pytest
from deployments.plain import SEARCH, asking, deployed, needs, world
from deployments.recorder import Asked, Told, recording
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.targets.target import NotReached

ACTORS = {
    f"{name}-console": {"login": {"user": name, "password": "opens-the-door"}}
    for name in ("anna", "bob")
}
LOGIN = ("ece-v12", "loginUser", "POST", "/ws/v12/authentication/user/login")


class Door:
    """Gives sessions, each of its own, or says no."""

    def __init__(self, status: int = 204) -> None:
        self.given, self.status = 0, status

    def __call__(self, asked: Asked) -> Told:
        if not asked.path.endswith("/login") or self.status >= 400:
            return Told(self.status)
        self.given += 1
        return Told(204, headers=(("X-egain-session", f"session-{self.given}"),))


def said(asked: list[Asked]) -> list[str]:
    """The requests in words."""
    return [f"{each.method} {each.path.rpartition('/')[2]}" for each in asked]


def test_a_budget_that_is_used_up_lets_sessions_end(apis: Apis, tmp_path: Path) -> None:
    """Of four requests a login leaves two to the cases; a login that could not end is not sent."""
    with recording(Door()) as recorder:
        more = world(actors=ACTORS) | {"budget": {"requests": 4}}
        with deployed(tmp_path, apis, recorder.url, **more) as deployment:
            deployment.keyring.held("egain", "anna-console")
            with deployment.scene(needs(SEARCH)) as scene:
                scene.send(asking(SEARCH))
                with pytest.raises(NotReached, match="the budget of 4 requests is used up"):
                    deployment.keyring.held("egain", "bob-console")
                scene.send(asking(SEARCH))
                with pytest.raises(NotReached, match="the budget of 4 requests is used up"):
                    scene.send(asking(SEARCH))
    assert said(recorder.asked) == ["POST login", *["GET activity"] * 2, "DELETE logout"]


@pytest.mark.parametrize("status", [401, 503])
def test_a_login_that_opened_nothing_keeps_nothing_back(
    apis: Apis, tmp_path: Path, status: int
) -> None:
    """Where no session is there to be ended, the request is free again."""
    with recording(Door(status)) as recorder:
        more = world(actors=ACTORS) | {"budget": {"requests": 2}}
        with deployed(tmp_path, apis, recorder.url, **more) as deployment:
            deployment.keyring.carrier.gate.pause.hold = lambda seconds: None  # type: ignore[method-assign]
            with pytest.raises(NotReached, match=f"answered {status}"):
                deployment.keyring.held("egain", "anna-console")
            with deployment.scene(needs(SEARCH)) as scene:
                scene.send(asking(SEARCH))
    assert said(recorder.asked) == ["POST login", "GET activity"]


def test_the_session_of_a_case_is_ended_as_well(apis: Apis, tmp_path: Path) -> None:
    """What a case about logins opens has its end kept back too."""
    with (
        recording(Door()) as recorder,
        deployed(tmp_path, apis, recorder.url, budget={"requests": 3}) as deployment,
        deployment.scene(needs(LOGIN)) as scene,
    ):
        scene.send(asking(LOGIN, body=b"{}"))
        scene.send(asking(SEARCH))
        with pytest.raises(NotReached, match="is used up"):
            scene.send(asking(SEARCH))
    assert said(recorder.asked) == ["POST login", "GET activity", "DELETE logout"]


def test_one_session_that_cannot_be_ended_keeps_no_other_open(apis: Apis, tmp_path: Path) -> None:
    """A logout without an answer is the fault of that one."""
    door = Door()

    def answer(asked: Asked) -> Told:
        if asked.method == "DELETE" and asked.header("x-egain-session") == "session-1":
            return Told(0, raw=b"nonsense\r\n\r\n")
        return door(asked)

    with (
        recording(answer) as recorder,
        deployed(tmp_path, apis, recorder.url) as deployment,
        deployment.scene(needs(LOGIN)) as scene,
    ):
        for _ in range(3):
            scene.send(asking(LOGIN, body=b"{}"))
    ended = [each.header("x-egain-session") for each in recorder.asked if each.method == "DELETE"]
    assert ended == ["session-1", "session-2", "session-3"]
