"""Which hosts are met, and what may be done on one that is not this machine."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deployments.plain import SEARCH, asking, deployed, needs, world
from deployments.recorder import Asked, Recorder, Told, recording
from deployments.staging import Staging, run
from deployments.test_limits import ACTORS, RECORDS, RULES, effect, is_own, planned
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.targets.target import NotReached

ABROAD = "staging.example.test"
TOKEN = b'{"access_token": "token-given-1", "token_type": "Bearer"}'


@pytest.fixture
def elsewhere() -> Iterator[Recorder]:
    """A host of another name, which nobody named: it would give a token."""
    json_type = (("Content-Type", "application/json"),)
    with recording(lambda asked: Told(200, TOKEN, json_type), "localhost") as recorder:
        yield recorder


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(
    apis: Apis, tmp_path: Path, elsewhere: Recorder, status: int
) -> None:
    """A redirect is an answer like others, whether it leads to another host or to the same."""
    places = [f"{elsewhere.url}/taken", "//localhost/taken", "/taken"]

    def answer(asked: Asked) -> Told:
        return Told(status, headers=(("Location", places.pop()),))

    with (
        recording(answer) as recorder,
        deployed(tmp_path, apis, recorder.url) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
    ):
        assert [scene.send(asking(SEARCH)).status for _ in range(3)] == [status] * 3
    assert [each.path for each in recorder.asked] == [SEARCH[3]] * 3
    assert elsewhere.connections == 0


def oauth2(url: str) -> dict[str, Any]:
    """An actor who gets a token there."""
    proof = {"url": f"{url}/token", "grant": "client_credentials", "client": "a", "secret": "bcdef"}
    return world(actors={"robot": {"oauth2": proof}})


def test_a_host_that_the_profile_does_not_name_is_not_met(
    apis: Apis, tmp_path: Path, elsewhere: Recorder
) -> None:
    """A token endpoint elsewhere is not even connected to, and the reason names its host."""
    with recording(lambda asked: Told(204)) as recorder:
        more = oauth2(elsewhere.url)
        with (
            deployed(tmp_path, apis, recorder.url, **more) as deployment,
            pytest.raises(NotReached, match=r"localhost is not among .* \(hosts: \[localhost\]\)"),
        ):
            deployment.keyring.held("egain", "robot")
        assert elsewhere.connections == 0
        with deployed(tmp_path, apis, recorder.url, hosts=["LocalHost"], **more) as deployment:
            assert deployment.keyring.held("egain", "robot").value == "token-given-1"
    assert [each.path for each in elsewhere.asked] == ["/token"]


def test_data_are_not_put_back_on_another_host(
    staging: Staging, tmp_path: Path, elsewhere: Recorder
) -> None:
    """An address for putting data back that lies elsewhere is not met; what needs it says so."""
    staging.anew()
    wanted = staging.profile(records=RECORDS, actors=ACTORS)
    wanted["restore"] = {"url": f"{elsewhere.url}/restore"}
    ran = run(tmp_path, wanted, "pick.answers-204")
    assert elsewhere.connections == 0
    assert ran.verdicts == {"pick.answers-204": "not reached"}
    assert "host localhost is not among those" in ran.report["rules"][0]["why"]


def test_the_address_of_a_token_keeps_its_query(
    apis: Apis, tmp_path: Path, elsewhere: Recorder
) -> None:
    """Some token endpoints tell their tenants apart by the query."""
    more = oauth2(elsewhere.url)
    proof = more["worlds"]["egain"]["actors"]["robot"]["oauth2"]
    proof["url"] = f"{elsewhere.url}/token?tenant=a%2Fb"
    with deployed(tmp_path, apis, elsewhere.url, **more) as deployment:
        deployment.keyring.held("egain", "robot")
    assert [each.target for each in elsewhere.asked] == ["/token?tenant=a%2Fb"]


@pytest.fixture
def abroad(staging: Staging, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The tenant's profile at a name that is not this machine's, though it leads here."""
    usual = socket.getaddrinfo

    def looked_up(host: Any, *more: Any, **named: Any) -> Any:
        if host == ABROAD and named.get("flags") == socket.AI_NUMERICHOST:
            raise socket.gaierror("no number")
        return usual("127.0.0.1" if host == ABROAD else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    staging.anew()
    wanted = staging.profile(records=RECORDS, actors=ACTORS)
    text = json.dumps(wanted).replace(staging.recorder.url, abroad_url(staging))
    wanted = json.loads(text)
    for part in (*wanted["apis"].values(), wanted["restore"]):
        part["insecure"] = True
    for actor in wanted["worlds"]["egain"]["actors"].values():
        if "oauth2" in actor:
            actor["oauth2"]["insecure"] = True
    return wanted


def abroad_url(staging: Staging) -> str:
    """The recorder's address by that name."""
    return staging.recorder.url.replace("127.0.0.1", ABROAD)


def test_elsewhere_a_run_only_reads_unless_told_otherwise(
    staging: Staging, abroad: dict[str, Any], tmp_path: Path
) -> None:
    """On a host that is not this machine nothing is created or changed but own credentials."""
    plan = planned(tmp_path, abroad, staging, *RULES)
    ran = run(tmp_path, abroad, *RULES)
    asked = staging.recorder.asked
    assert {each.header("host") for each in asked} == {abroad_url(staging).partition("//")[2]}
    assert {effect(each) for each in asked if not is_own(each)} == {"read"}
    assert not any(each.path == "/restore" for each in asked)
    assert plan.untold(asked, abroad_url(staging).partition("//")[2]) == []
    assert ran.verdicts.pop("search.shows-secure") == "kept"
    assert {*ran.verdicts.values()} == {"not reached"}
    assert "(allowed: read; --allow)" in ran.rule("pick.users-only")["why"]


@pytest.mark.parametrize("more", ["create", "change"])
def test_allowing_an_effect_allows_no_other(
    staging: Staging, abroad: dict[str, Any], tmp_path: Path, more: str
) -> None:
    """`--allow create` allows reading and creating, `--allow change` reading and changing."""
    plan = planned(tmp_path, abroad, staging, *RULES, allow=(more,))
    run(tmp_path, abroad, *RULES, allow=(more,), report=None)
    asked = staging.recorder.asked
    assert {effect(each) for each in asked if not is_own(each)} == {"read", more}
    assert plan.untold(asked, abroad_url(staging).partition("//")[2]) == []


def test_elsewhere_nobody_waits_for_time_to_pass(
    apis: Apis, tmp_path: Path, abroad: dict[str, Any]
) -> None:
    """A case that lets time pass is not reached there without a `patience:`."""
    url = abroad["apis"]["ece-v12"]["url"]
    more = {"apis": {"ece-v12": {"url": url, "insecure": True}}}
    with (
        deployed(tmp_path, apis, url, **more) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
        pytest.raises(NotReached, match="patience"),
    ):
        scene.advance(1)
