"""Which world a request meets, and what the control plane does with worlds."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from rulebound.fixtures import load_seed
from rulebound.mock_server import worlds as served
from rulebound.mock_server.control.application import control_plane
from rulebound.mock_server.control.entrance import PREFIX
from rulebound.mock_server.explaining.smallest import Advisor
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from rulebound.mock_server.worlds import WorldRefusal, Worlds
from rulebound.openapi.trace import Switches
from stub_calls import (
    AN_APPOINTMENT,
    CREATE,
    GOOD,
    KEYS,
    PICK,
    PICKED,
    SEED_TIME,
    Caller,
    as_user,
)


def _pick(call: Caller, **headers: str) -> int:
    return call("PATCH", PICK, PICKED, as_user(**headers)).status


def test_a_world_changes_alone(call: Caller) -> None:
    """What is picked in one world is still to be picked in another."""
    other = call.in_new_world()

    assert [_pick(call), _pick(call), _pick(other)] == [204, 400, 204]


def test_a_cookie_selects_a_world_too(call: Caller) -> None:
    """A browser, which sets no headers, says its world in a cookie."""
    by_cookie = Caller(call.host, call.port)

    _pick(by_cookie, Cookie=f"a=b; rulebound-world={call.world}; c=d")

    assert _pick(call) == 400


def test_an_unknown_world_is_no_vendor_answer(call: Caller) -> None:
    """It is refused with 400 and a sentence of the stub's own."""
    told = Caller(call.host, call.port, "nowhere")("PATCH", PICK, PICKED, as_user())

    assert told.status == 400
    assert "POST /_rulebound/worlds" in told.json["instead"]


def test_a_scratch_request_leaves_no_trace_in_the_world(call: Caller) -> None:
    """It runs in a fork of its own, and the digest it tells is that of the fork."""
    before = call.digest()
    headers = as_user(**{"Rulebound-Scratch": "yes", "Rulebound-Want": "digest"})

    told = call("PATCH", PICK, PICKED, headers)

    assert told.status == 204
    assert told.headers["rulebound-digest"] != before
    assert call.digest() == before


def test_the_digest_told_is_that_of_the_control_plane(call: Caller) -> None:
    """An answer that is asked for the digest saves the question."""
    told = call("PATCH", PICK, PICKED, as_user(**{"Rulebound-Want": "digest"}))

    assert told.headers["rulebound-digest"] == call.digest()
    assert told.headers["rulebound-world"] == call.world


def test_a_fork_stands_as_its_source_did(call: Caller) -> None:
    """Records, switches and clock go over; changes do not come back."""
    _pick(call)
    call.control("PUT", f"/worlds/{call.world}/rules/pick.not-own", {"on": False})
    fork = Caller(call.host, call.port).control("POST", "/worlds", {"from": call.world}).json["id"]
    other = Caller(call.host, call.port, fork)

    assert call.digest() == other.digest()
    assert _pick(other) == 409
    shown = {each["id"]: each for each in call.control("GET", "/worlds").json["worlds"]}
    assert shown[fork]["off"] == ["pick.not-own"]
    assert shown[fork]["now"] == shown[str(call.world)]["now"]


def test_a_reset_leads_back_to_how_it_was_made(call: Caller) -> None:
    """Settings and switches asked for at the start stay; all else begins again."""
    world = call.in_new_world(settings={"egain": {"maxBodySizeKb": 2}}, off=["pick.not-own"])
    before = world.digest()
    _pick(world)
    world.control("PATCH", f"/worlds/{world.world}/egain/settings", {"maxBodySizeKb": 3})
    world.control("DELETE", f"/worlds/{world.world}/rules/pick.not-own")

    assert world.control("POST", f"/worlds/{world.world}/reset").status == 200
    assert world.digest() == before
    assert world.control("GET", f"/worlds/{world.world}/journal").json == {"entries": []}
    assert [_pick(world), _pick(world)] == [204, 409]


def test_the_clock_is_set_and_moved(call: Caller) -> None:
    """A token that runs out in ten minutes is good until then."""
    soon = as_user("token-anna-until-ten-past")
    clock = f"/worlds/{call.world}/clock"

    assert call("PATCH", PICK, {"activity": []}, soon).status == 400
    told = call.control("PUT", clock, {"advance": 600})
    assert told.json["now"]["egain"] == "2026-11-22T00:10:00+00:00"
    assert call("PATCH", PICK, {"activity": []}, soon).status == 401
    call.control("PUT", clock, {"freeze": SEED_TIME})
    assert call("PATCH", PICK, {"activity": []}, soon).status == 400
    assert call.control("PUT", clock, {"run": True}).status == 200


def test_settings_are_changed_in_one_world(call: Caller) -> None:
    """A rate limit of one call lets one call pass."""
    path = f"/worlds/{call.world}/leadsquared/settings"
    told = call.control("PATCH", path, {"rateLimitCalls": 1})

    assert told.json["rateLimitCalls"] == 1
    statuses = [call("POST", CREATE, AN_APPOINTMENT, KEYS).status for _ in range(2)]
    assert statuses == [200, 429]


def test_records_are_found_by_their_fields(call: Caller) -> None:
    """Values are compared as texts, and several fields have all to fit."""
    found = call.records("activity", status="assigned", pinned="true", queue="null")

    assert found
    assert all(each["pinned"] and each["queue"] is None for each in found)
    assert call.records("activity", id="40001")[0]["subject"] == "Printer on fire"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", "/worlds/nowhere/digest", None, 404, "no world"),
        ("DELETE", "/worlds/default", None, 409, "default"),
        ("DELETE", "/worlds/nowhere", None, 404, "no world"),
        ("POST", "/worlds", {"from": "nowhere"}, 404, "no world"),
        ("POST", "/worlds", {"form": "x"}, 400, "form"),
        ("POST", "/worlds", [], 400, "no JSON object"),
        ("POST", "/worlds", "{", 400, "no JSON object"),
        ("POST", "/worlds", "[" * 200_000, 400, "no JSON object"),
        ("POST", "/worlds", '{"off": [], "off": []}', 400, "given twice"),
        ("PATCH", "/worlds/{}/egain/settings", "[" * 200_000, 400, "no JSON object"),
        ("POST", "/worlds", {"clock": {}}, 400, "exactly one way"),
        ("POST", "/worlds", {"clock": {"frozen": "soon"}}, 400, "no moment"),
        ("POST", "/worlds", {"off": "all"}, 400, "off"),
        ("POST", "/worlds", {"settings": {"egain": {"speed": 3}}}, 400, "speed"),
        ("POST", "/worlds", {"settings": {"egain": 3}}, 400, "egain"),
        ("POST", "/worlds", {"settings": {"mars": {}}}, 404, "mars"),
        ("PUT", "/worlds/{}/clock", {"advance": "1"}, 400, "advance"),
        ("PUT", "/worlds/{}/clock", {"advance": 1e300}, 400, "advance"),
        ("PUT", "/worlds/{}/clock", {"freeze": SEED_TIME, "run": True}, 400, "exactly one way"),
        ("PATCH", "/worlds/{}/egain/settings", {"departmentalization": 3}, 400, "departmental"),
        ("GET", "/worlds/{}/egain/dragons", None, 400, "dragons"),
        ("GET", "/worlds/{}/mars/activity", None, 404, "mars"),
        ("GET", "/worlds/{}/egain/activity?wings=2", None, 400, "wings"),
        ("GET", "/worlds/{}/journal?last=x", None, 400, "last"),
        ("GET", "/worlds/{}/journal?last=%C3%A9", None, 400, "last"),
        ("GET", "/nothing", None, 404, "not found"),
        ("POST", "/health", None, 405, "not allowed"),
    ],
)
def test_a_wrong_wish_is_told_clearly(  # noqa: PLR0917
    call: Caller, method: str, path: str, body: Any, status: int, said: str
) -> None:
    """Status, what is wrong, and what to write instead; nothing changes."""
    before = call.digest()

    told = call.control(method, path.format(call.world), body)

    assert told.status == status
    assert said in told.json["error"]
    assert told.json["instead"]
    assert call.digest() == before


def test_every_call_is_described(call: Caller) -> None:
    """The document of the control plane holds exactly the calls there are, and is OpenAPI 3.1."""
    document = call.control("GET", "/control").json
    assert not list(OpenAPIV31SpecValidator(document).iter_errors())
    described = {
        (method.upper(), path.replace("{", "<").replace("}", ">"))
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    stub = build(Settings())
    advisor = Advisor(stub.vendors, stub.apis, stub.worlds)
    routes = control_plane(stub.apis, stub.worlds, None, advisor).url_map.iter_rules()
    served = {
        (method, route.rule.removeprefix(PREFIX))
        for route in routes
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }
    of_people = ("/docs", "/static", "/console")
    pages = {path for _, path in served if path.startswith(of_people) or path == "/"}
    # The stream of events is served beside Flask, whose threads are few.
    beside = {("GET", "/worlds/<id>/events")}
    assert described == {each for each in served if each[1] not in pages} | beside


def test_a_wrong_address_points_to_the_calls(call: Caller) -> None:
    """A 404 names /health, which lists every call with what it is for."""
    told = call.control("GET", "/reset")
    assert (told.status, "/_rulebound/health lists the calls" in told.json["instead"]) == (
        404,
        True,
    )
    calls = call.control("GET", "/health").json["calls"]
    assert any(each.startswith("POST /_rulebound/worlds/{id}/reset: ") for each in calls)


def test_a_deleted_world_is_gone(call: Caller) -> None:
    """Requests that name it are refused from then on."""
    assert call.control("DELETE", f"/worlds/{call.world}").status == 204
    assert call("PATCH", PICK, PICKED, as_user()).status == 400


def test_worlds_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many of them are refused with 409."""
    monkeypatch.setattr(served, "MOST_WORLDS", 2)
    worlds = Worlds({"leadsquared": load_seed("leadsquared")})
    worlds.add(worlds.draft(None), Switches())

    with pytest.raises(WorldRefusal, match="already"):
        worlds.add(worlds.draft("default"), Switches())


def test_of_many_who_pick_the_same_one_gets_it(call: Caller) -> None:
    """Concurrent picks succeed exactly once."""
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        tokens = ["token-anna", "token-anna-mailplus", "token-anna-without-unpin"] * 10
        asked = [pool.submit(call, "PATCH", PICK, PICKED, as_user(token)) for token in tokens]
        statuses = [each.result().status for each in asked]

    assert statuses.count(204) == 1
    assert len(call.records("activity", id="40001", status="assigned")) == 1


def test_of_forty_calls_at_once_twenty_five_pass(call: Caller) -> None:
    """The rate limit counts exactly, also when calls come together."""
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(call, "POST", CREATE, AN_APPOINTMENT, KEYS) for _ in range(40)]
        statuses = [each.result().status for each in asked]

    assert (statuses.count(200), statuses.count(429)) == (25, 15)


def test_worlds_can_be_made_while_others_are_busy(call: Caller) -> None:
    """Forks, digests and requests from many threads disturb nobody."""

    def live(_: int) -> tuple[int, bool]:
        own = call.in_new_world()
        before = own.digest()
        method, path, body, headers, _ = GOOD["createTaskActivity"]
        status = own(method, path, body, headers).status
        own.control("POST", f"/worlds/{own.world}/reset")
        return status, own.digest() == before

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(live, range(24))) == {(201, True)}
