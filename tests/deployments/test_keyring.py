"""Credentials: got when wanted, got anew when they have ended, and not asked for when refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from deployments.plain import SEARCH, TASK, deployed, needs, world
from deployments.recorder import Asked, Recorder, Told, recording
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Sending
from rulebound.contract_tests.cases.values import Resolver
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import Answer, TargetFault, WireRequest
from rulebound.fixtures.clock import SEED_TIME

JSON = (("Content-Type", "application/json"),)
LOGIN = "/ws/v12/authentication/user/login"
LOGOUT = "/ws/v12/authentication/user/logout"
SECRET = "Sesame&opens=100%"


@dataclass
class Door:
    """Gives tokens and sessions, each good for so many requests (None: for ever)."""

    good_for: int | None = None
    refusal: Told | None = None
    left: dict[str, int] = field(default_factory=dict)
    given: int = 0

    def __call__(self, asked: Asked) -> Told:
        if asked.path in ("/token", LOGIN):
            return self.refusal or self._give(asked)
        shown = asked.header("x-egain-session") or (asked.header("authorization") or "")[7:]
        if asked.path == LOGOUT:
            self.left.pop(shown, None)
            return Told(204)
        if self.left.get(shown, 0) <= 0:
            return Told(401, b'{"code": "401-101", "developerMessage": "no"}', JSON)
        self.left[shown] -= 1
        return Told(204)

    def _give(self, asked: Asked) -> Told:
        self.given += 1
        name = f"given-{self.given}"
        self.left[name] = 10**9 if self.good_for is None else self.good_for
        if asked.path == LOGIN:
            return Told(204, headers=(("X-egain-session", name),))
        return Told(200, json.dumps({"access_token": name}).encode(), JSON)


@pytest.fixture
def door() -> Door:
    """What the recorder answers."""
    return Door()


@pytest.fixture
def recorder(door: Door) -> Iterator[Recorder]:
    """A server that gives credentials."""
    with recording(door) as made:
        yield made


def actors(url: str) -> dict[str, Any]:
    """One for each way of proving oneself."""
    client = {"url": f"{url}/token", "client": "app", "secret": {"env": "A_SECRET"}}
    person = client | {"username": "cora", "password": {"env": "A_SECRET"}, "scope": "a b"}
    return {
        "robot": {"oauth2": client | {"grant": "client_credentials"}},
        "cora": {"oauth2": person | {"grant": "password"}},
        "anna-console": {"login": {"user": "anna", "password": {"env": "A_SECRET"}}},
        "anna": {"token": {"env": "A_TOKEN"}},
    }


@pytest.fixture
def deployment(
    apis: Apis, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deployment]:
    """A deployment whose actors get their credentials there."""
    monkeypatch.setenv("A_SECRET", SECRET)
    monkeypatch.setenv("A_TOKEN", "token-of-anna")
    more = world(actors=actors(recorder.url))
    with deployed(tmp_path, apis, recorder.url, **more) as made:
        yield made


def request_of(deployment: Deployment, actor: str, what: tuple[str, ...]) -> WireRequest:
    """A request with an actor's credential."""
    api, _ = deployment.apis.owner(what[1])
    resolver = Resolver(api.seed.names.__getitem__, SEED_TIME, None, str)
    held = deployment.keyring.held
    file = api.files[what[1]]
    builder = Builder(deployment.apis, api, file, None, resolver, lambda s, n: held(s.name, n))
    return builder.build(Sending(operation=what[1], actor=actor)).request


def sent_as(deployment: Deployment, actor: str, status: int = 0) -> Answer:
    """The answer to a request of an actor in a scene of its own."""
    what = SEARCH if actor.endswith("-console") else TASK
    with deployment.scene(needs(what)) as scene:
        return scene.send_guarded(request_of(deployment, actor, what), status)[0]


def test_a_client_gets_its_token_by_its_secret(deployment: Deployment, recorder: Recorder) -> None:
    """client_credentials: asked for once, in a form, whatever signs the secret is made of."""
    assert [deployment.keyring.held("egain", "robot").value for _ in range(2)] == ["given-1"] * 2
    (asked,) = recorder.asked
    assert (asked.method, asked.target) == ("POST", "/token")
    assert asked.header("content-type") == "application/x-www-form-urlencoded"
    sent = {"grant_type": "client_credentials", "client_id": "app", "client_secret": SECRET}
    assert parse_qs(asked.body.decode()) == {name: [text] for name, text in sent.items()}


def test_a_person_gets_a_token_by_name_and_password(
    deployment: Deployment, recorder: Recorder
) -> None:
    """password: with name, password and scope."""
    deployment.keyring.held("egain", "cora")
    sent = parse_qs(recorder.asked[0].body.decode())
    assert (sent["grant_type"], sent["username"]) == (["password"], ["cora"])
    assert (sent["password"], sent["scope"]) == ([SECRET], ["a b"])


def test_a_session_is_opened_by_the_login_and_ended_at_the_end(
    apis: Apis, deployment: Deployment, recorder: Recorder, door: Door
) -> None:
    """The run's own sessions do not count against the users of later runs."""
    assert deployment.keyring.held("egain", "anna-console").value == "given-1"
    (asked,) = recorder.asked
    assert (asked.method, asked.path) == ("POST", LOGIN)
    assert json.loads(asked.body) == {"userName": "anna", "password": SECRET}
    deployment.close()
    assert [each.path for each in recorder.asked[1:]] == [LOGOUT]
    assert door.left == {}


def test_what_is_given_is_used_as_it_is(deployment: Deployment, recorder: Recorder) -> None:
    """A token of the profile is sent, and neither asked for nor got anew."""
    assert deployment.keyring.held("egain", "anna").value == "token-of-anna"
    assert sent_as(deployment, "anna").status == 401
    assert [each.header("authorization") for each in recorder.asked] == ["Bearer token-of-anna"]


@pytest.mark.parametrize("actor", ["robot", "cora", "anna-console"])
def test_a_credential_that_has_ended_is_got_anew(
    deployment: Deployment, recorder: Recorder, door: Door, actor: str
) -> None:
    """After a 401 the request is sent again with a new one, which is then used."""
    door.good_for = 2
    assert [sent_as(deployment, actor).status for _ in range(4)] == [204] * 4
    assert door.given == 2
    sent = [each for each in recorder.asked if each.path not in ("/token", LOGIN, LOGOUT)]
    assert len(sent) == 5


def test_a_credential_that_is_never_accepted_is_got_twice(
    deployment: Deployment, door: Door
) -> None:
    """A new credential that is refused as well is the last one that is asked for."""
    door.good_for = 0
    assert [sent_as(deployment, "robot").status for _ in range(5)] == [401] * 5
    assert door.given == 2


def test_a_credential_that_is_accepted_elsewhere_is_not_spent(
    deployment: Deployment, recorder: Recorder, door: Door
) -> None:
    """An operation that says 401 to whatever it likes spends no credential: once another request
    was accepted, one that has ended is got anew as ever."""
    told = recorder.answer
    wrong = [True]

    def answer(asked: Asked) -> Told:
        if wrong[0] and asked.path == TASK[3]:
            return Told(401, b'{"code": "401-101"}', JSON)
        return told(asked)

    recorder.answer = answer
    assert sent_as(deployment, "robot").status == 401
    assert door.given == 2
    wrong[0] = False
    assert sent_as(deployment, "robot").status == 204
    door.left.clear()
    assert sent_as(deployment, "robot").status == 204
    assert door.given == 3


def test_a_session_that_is_got_anew_is_ended_first(
    deployment: Deployment, recorder: Recorder, door: Door
) -> None:
    """It may have been refused for another reason, and count against the user still."""
    door.good_for = 1
    assert [sent_as(deployment, "anna-console").status for _ in range(2)] == [204] * 2
    deployment.close()
    shown = [(each.path, each.header("x-egain-session")) for each in recorder.asked]
    assert [each for each in shown if each[0] in (LOGIN, LOGOUT)] == [
        *((LOGIN, None), (LOGOUT, "given-1")),
        *((LOGIN, None), (LOGOUT, "given-2")),
    ]


@pytest.mark.parametrize("actor", ["robot", "anna-console"])
def test_a_secret_of_any_bytes_is_sent(
    apis: Apis,
    deployment: Deployment,
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    actor: str,
) -> None:
    """A byte of the environment that is no UTF-8 ends no run; in a form it stands as it is."""
    monkeypatch.setenv("A_SECRET", b"Ses\xe9ame".decode("utf-8", "surrogateescape"))
    assert deployment.keyring.held("egain", actor).value == "given-1"
    if actor == "robot":
        assert b"client_secret=Ses%E9ame" in recorder.asked[0].body


def test_a_case_about_a_refusal_gets_it(deployment: Deployment, door: Door) -> None:
    """Where a 401 is what is expected nothing is got anew."""
    door.good_for = 0
    assert sent_as(deployment, "robot", status=401).status == 401
    assert door.given == 1


REFUSALS = {
    "error": Told(400, b'{"error": "invalid_grant"}', JSON),
    "unauthorized": Told(401, b'{"error": "invalid_client"}', JSON),
    "forbidden": Told(403),
    "no-token": Told(200, b'{"token_type": "Bearer"}', JSON),
    "not-json": Told(200, b"<html>Welcome</html>", (("Content-Type", "text/html"),)),
    "list": Told(200, b"[]", JSON),
    "number": Told(200, b'{"access_token": 17}', JSON),
    "redirect": Told(302, headers=(("Location", "/elsewhere"),)),
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("actor", ["robot", "anna-console"])
def test_a_refused_credential_is_not_asked_for_again(
    deployment: Deployment, recorder: Recorder, door: Door, actor: str, refusal: str
) -> None:
    """A user is locked out soon: after one refusal each case is not reached, for that reason."""
    door.refusal = REFUSALS[refusal]
    for _ in range(4):
        with pytest.raises(NotReached, match=f"answered {door.refusal.status}"):
            deployment.keyring.held("egain", actor)
    assert len(recorder.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503, 408])
@pytest.mark.parametrize("actor", ["robot", "anna-console"])
def test_a_failure_is_tried_again_but_not_at_once_and_not_for_ever(
    deployment: Deployment,
    recorder: Recorder,
    door: Door,
    status: int,
    actor: str,
) -> None:
    """What may pass is asked for three times in all, and the target left alone in between: a short
    outage does not take all the tries."""
    held: list[float] = []
    deployment.keyring.carrier.gate.pause.hold = held.append  # type: ignore[method-assign]
    for wait in ((), (("Retry-After", "9"),), (), (), ()):
        door.refusal = Told(status, headers=wait)
        with pytest.raises(NotReached, match=f"answered {status}"):
            deployment.keyring.held("egain", actor)
    assert len(recorder.asked) == 3
    assert held[0] == 5.0 and 9.0 in held


def test_an_endpoint_that_does_not_answer_is_left_alone_in_between(
    deployment: Deployment, door: Door
) -> None:
    """As one that fails."""
    held: list[float] = []
    deployment.keyring.carrier.gate.pause.hold = held.append  # type: ignore[method-assign]
    door.refusal = Told(0, raw=b"nonsense\r\n\r\n")
    for _ in range(2):
        with pytest.raises(TargetFault):
            deployment.keyring.held("egain", "robot")
    assert held == [5.0, 5.0]


def test_a_failure_that_passes_is_forgotten(deployment: Deployment, door: Door) -> None:
    """After a failure the next case may have its credential."""
    deployment.keyring.carrier.gate.pause.hold = lambda seconds: None  # type: ignore[method-assign]
    door.refusal = Told(503)
    with pytest.raises(NotReached):
        deployment.keyring.held("egain", "robot")
    door.refusal = None
    assert deployment.keyring.held("egain", "robot").value == "given-1"


def test_a_refusal_is_told_without_the_secret(deployment: Deployment, door: Door) -> None:
    """What the server says of it is shown, but for the secret that it repeats."""
    said = json.dumps({"error": f"no such secret: {SECRET}"}).encode()
    door.refusal = Told(400, said, JSON)
    with pytest.raises(NotReached) as caught:
        deployment.keyring.held("egain", "robot")
    assert str(caught.value).startswith("no token for robot: answered 400 no such secret: $")
    assert SECRET not in str(caught.value)


def test_a_variable_that_is_not_set_is_named(
    deployment: Deployment, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent for it."""
    monkeypatch.delenv("A_SECRET")
    for actor in ("robot", "cora", "anna-console"):
        with pytest.raises(NotReached, match=f"actor {actor}: .* A_SECRET is not set"):
            deployment.keyring.held("egain", actor)
    assert recorder.asked == []


def test_data_put_back_end_what_was_got(deployment: Deployment, door: Door) -> None:
    """After everything was put back, credentials are got anew."""
    deployment.keyring.held("egain", "robot")
    deployment.keyring.forget()
    assert deployment.keyring.held("egain", "robot").value == "given-2"


def test_a_token_that_cannot_be_sent_is_not_reached(
    apis: Apis, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line break in a token ends no run, also where it is needed to look at a record."""
    monkeypatch.setenv("A_SESSION", "two\nlines")
    read = {"operation": "searchActivities", "actor": "anna-console", "fields": {"id": "/id"}}
    more = world(
        actors={"anna-console": {"session": {"env": "A_SESSION"}}},
        records={"activity.email-queued": {"id": "1"}},
        reads={"activity": read | {"queries": [{"customer": "{id}"}], "list": "/activity"}},
    )
    with deployed(tmp_path, apis, recorder.url, **more) as deployment:
        seed = deployment.keyring.seed("egain")
        with (
            deployment.scene(needs(SEARCH)) as scene,
            pytest.raises(NotReached, match="searchActivities cannot be sent"),
        ):
            scene.record(seed, "activity.email-queued")
    assert recorder.asked == []
