"""Who may call: access tokens and how they are got, console sessions, access keys."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest
from acceptance import asked
from acceptance.wire import Answer, Caller

TOKEN = "/_rulebound/oauth2/token"
# The paths of the addresses that the document names.
CLIENTS_TOKEN = "/global/gateway/oauth2/v2.0/token"
USERS_TOKEN = "/gateway/user-policy/oauth2/v2.0/token"
ANNA = {"grant_type": "password", "client_id": "console", "username": "anna"}
ROBOT = {"grant_type": "client_credentials", "client_id": "robot", "client_secret": "secret-robot"}


def get_token(caller: Caller, path: str = TOKEN, **form: str) -> Answer:
    """What the token endpoint answers to a form."""
    return caller("POST", path, urlencode(form), {"Content-Type": _FORM})


_FORM = "application/x-www-form-urlencoded"


def create(caller: Caller, token: str) -> Answer:
    """The creation of an e-mail, which users and client applications may ask for."""
    return asked.email.send(caller, headers=asked.v3(token))


@pytest.mark.parametrize("path", [TOKEN, CLIENTS_TOKEN])
def test_a_client_application_gets_a_token_for_itself(world: Caller, path: str) -> None:
    """Client credentials give a bearer token that creates an e-mail as the client application."""
    answer = get_token(world, path, **ROBOT)
    assert (answer.status, answer.json["token_type"]) == (200, "Bearer")
    assert answer.headers["cache-control"] == "no-store"
    assert create(world, answer.json["access_token"]).status == 201
    entry = world.in_world("GET", "/journal?last=1").json["entries"][0]
    assert entry["actor"]["kind"] == "client"


def test_a_client_application_may_prove_itself_by_basic_authentication(world: Caller) -> None:
    """The secret may come in the Authorization header instead of the form."""
    basic = b64encode(b"robot:secret-robot").decode()
    headers = {"Content-Type": _FORM, "Authorization": f"Basic {basic}"}
    answer = world("POST", TOKEN, "grant_type=client_credentials", headers)
    assert create(world, answer.json["access_token"]).status == 201


@pytest.mark.parametrize("path", [TOKEN, USERS_TOKEN])
def test_a_user_signs_in_by_password(world: Caller, path: str) -> None:
    """Login name and password give a token of that user, which picks as the user."""
    answer = get_token(world, path, password="anna-Pass-1", **ANNA)
    assert answer.status == 200, answer.text
    picked = asked.pick.send(world, headers=asked.v3(answer.json["access_token"]))
    assert picked.status == 204
    assert world.records("activity", id="40001")[0]["assignee"] == "1101"


REFUSED: dict[str, tuple[dict[str, str], set[int], str]] = {
    "wrong password": ({**ANNA, "password": "anna-Pass-2"}, {400}, "invalid_grant"),
    "unknown user": ({**ANNA, "username": "nobody", "password": "x"}, {400}, "invalid_grant"),
    "wrong secret": ({**ROBOT, "client_secret": "secret-robo"}, {400, 401}, "invalid_client"),
    "unknown client": ({**ROBOT, "client_id": "robots"}, {400, 401}, "invalid_client"),
    "unknown scope": ({**ROBOT, "scope": "everything"}, {400}, "invalid_scope"),
    "scope of users": ({**ROBOT, "scope": "core.casemgr.manage"}, {400}, "invalid_scope"),
    "unknown grant": ({**ROBOT, "grant_type": "magic"}, {400}, "unsupported_grant_type"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_token_is_refused_in_the_words_of_oauth(world: Caller, name: str) -> None:
    """What is wrong is told by RFC 6749's error code, and no token is made."""
    form, statuses, error = REFUSED[name]
    before = world.digest()
    answer = get_token(world, **form)
    assert answer.status in statuses, answer.text
    assert answer.json["error"] == error
    assert world.digest() == before


@pytest.mark.parametrize("prefix", ["", "https://api.egain.cloud/auth/"])
def test_a_token_has_the_scope_asked_for_and_no_other(world: Caller, prefix: str) -> None:
    """A token to read, asked for with or without the vendor's address, may not create (403)."""
    form = {**ROBOT, "scope": f"{prefix}app.core.casemgr.read"}
    token = get_token(world, **form).json
    assert token["scope"] == "app.core.casemgr.read"
    refused = create(world, token["access_token"])
    assert (refused.status, refused.code) == (403, "403-197")
    default = get_token(world, **ROBOT, scope=f"{prefix}.default").json
    assert "app.core.casemgr.manage" in default["scope"].split()
    assert create(world, default["access_token"]).status == 201


def test_a_token_runs_out_by_the_clock_of_its_world(world: Caller) -> None:
    """One second before its time a token is accepted, one second after it is 401."""
    token = get_token(world, **ROBOT).json
    world.in_world("PUT", "/clock", {"advance": token["expires_in"] - 1})
    assert create(world, token["access_token"]).status == 201
    world.in_world("PUT", "/clock", {"advance": 2})
    expired = create(world, token["access_token"])
    assert (expired.status, expired.code) == (401, "401-101")


def test_a_token_is_known_in_its_world_alone(stub: Caller, world: Caller) -> None:
    """What one world issued another one does not know, whether chosen by header or by cookie."""
    token = get_token(world, **ROBOT).json["access_token"]
    assert create(world, token).status == 201
    assert create(stub.new_world(), token).status == 401
    cookie = {"Content-Type": _FORM, "Cookie": f"rulebound-world={world.world}"}
    by_cookie = stub("POST", TOKEN, urlencode(ROBOT), cookie).json["access_token"]
    assert create(world, by_cookie).status == 201


@pytest.mark.parametrize("token", ["token-ann", "token-annaa", "", "token-anna-expired"])
def test_only_a_known_and_unexpired_token_passes(world: Caller, token: str) -> None:
    """A part of a token, more than one, none at all or one of the past is 401."""
    refused = create(world, token)
    assert (refused.status, refused.code) == (401, "401-101")


@pytest.mark.parametrize("value", ["token-anna", "Basic token-anna", "Bearer", "bearer token-anna"])
def test_the_scheme_of_authorization_is_bearer(world: Caller, value: str) -> None:
    """Another scheme or none is 401; the scheme's name may be written in small letters."""
    headers = {**asked.v3(None), "Authorization": value}
    answer = asked.pick.send(world, headers=headers)
    assert answer.status == (204 if value.startswith("bearer ") else 401)


def log_in(caller: Caller, user: str, **query: str) -> Answer:
    """A login of a user of the seed."""
    body = {"userName": user, "password": f"{user}-Pass-1"}
    return asked.login.send(caller, body=body, query=query)


def may_search(caller: Caller, session: str) -> bool:
    """Whether a session is open."""
    return asked.search.send(caller, headers=asked.v12(session)).status != 401


def test_five_sessions_and_no_sixth(world: Caller) -> None:
    """Five logins of a user give five sessions; the sixth is refused, forced it ends the first."""
    opened = []
    for _ in range(5):
        world.in_world("PUT", "/clock", {"advance": 60})
        answer = log_in(world, "dora")
        assert (answer.status, answer.content) == (204, b"")
        opened.append(answer.headers["x-egain-session"])
    assert len(set(opened)) == 5
    sixth = log_in(world, "dora")
    assert (sixth.status, sixth.code) == (403, "403-101")
    assert all(may_search(world, each) for each in opened)
    forced = log_in(world, "dora", forceLogin="yes")
    assert forced.status == 204
    assert may_search(world, forced.headers["x-egain-session"])
    assert [may_search(world, each) for each in opened] == [False, True, True, True, True]


def test_a_logout_makes_room(world: Caller) -> None:
    """After a logout the session is of no use (401), and another login passes."""
    opened = [log_in(world, "dora").headers["x-egain-session"] for _ in range(5)]
    assert asked.logout.send(world, headers=asked.v12(opened[2])).status == 204
    ended = asked.search.send(world, headers=asked.v12(opened[2]))
    assert (ended.status, ended.code) == (401, "401-101")
    assert log_in(world, "dora").status == 204


def test_only_the_one_value_forces_a_login(world: Caller) -> None:
    """forceLogin=true is 400, and no session ends or begins."""
    before = world.digest()
    assert log_in(world, "fiona", forceLogin="true").status == 400
    assert world.digest() == before


@pytest.mark.parametrize(
    ("user", "password"), [("anna", "anna-Pass-2"), ("nobody", "x"), ("anna", ""), ("Anna", "")]
)
def test_a_wrong_password_opens_nothing(world: Caller, user: str, password: str) -> None:
    """A login that is not right is 401 and gives no session."""
    body = {"userName": user, "password": password}
    answer = asked.login.send(world, body=body)
    assert answer.status == 401
    assert "x-egain-session" not in answer.headers


PAIR = {"accessKey": "access-liam", "secretKey": "secret-liam"}
KEYS: dict[str, tuple[dict[str, str], dict[str, str], int]] = {
    "in headers": (asked.KEYS, {}, 200),
    "in the query": ({}, PAIR, 200),
    "in both": (asked.KEYS, PAIR, 200),
    "nowhere": ({}, {}, 401),
    "key alone": ({"x-LSQ-AccessKey": "access-liam"}, {}, 401),
    "secret alone": ({}, {"secretKey": "secret-liam"}, 401),
    "one in each": ({"x-LSQ-SecretKey": "secret-liam"}, {"accessKey": "access-liam"}, 401),
    "another's secret": ({}, {**PAIR, "secretKey": "secret-lena"}, 401),
    "switched off": ({}, {"accessKey": "access-liam-off", "secretKey": "secret-liam-off"}, 401),
    "of a user switched off": ({}, {"accessKey": "access-leo", "secretKey": "secret-leo"}, 401),
}


@pytest.mark.parametrize("name", KEYS)
def test_access_keys_come_in_headers_or_in_the_query(world: Caller, name: str) -> None:
    """A key with its own secret passes in either place; half a pair, or a wrong one, is 401."""
    headers, query, status = KEYS[name]
    answer = asked.appointment.send(world, headers=headers, query=query)
    assert answer.status == status, answer.text
    if status == 401:
        assert answer.code == "MXAuthenticationFailedException"


def test_a_key_makes_25_calls_in_5_seconds(world: Caller) -> None:
    """The 26th call is 429 with the vendor's text, another key's call passes, time heals it."""
    statuses = [asked.appointment.send(world).status for _ in range(26)]
    assert statuses == [200] * 25 + [429]
    refused = asked.appointment.send(world)
    assert refused.message == "API calls exceeded the limit of 25 in 5 second(s)"
    lena = {"x-LSQ-AccessKey": "access-lena", "x-LSQ-SecretKey": "secret-lena"}
    assert asked.appointment.send(world, headers=lena).status == 200
    world.in_world("PUT", "/clock", {"advance": 5.001})
    assert asked.appointment.send(world).status == 200


def test_the_rate_limit_is_a_setting(world: Caller) -> None:
    """A world may allow three calls, and says so in its refusal."""
    world.in_world("PATCH", "/leadsquared/settings", {"rateLimitCalls": 3, "rateLimitSeconds": 60})
    assert [asked.appointment.send(world).status for _ in range(4)] == [200, 200, 200, 429]
    assert "limit of 3 in 60 second" in asked.appointment.send(world).message


@pytest.mark.parametrize("year", [2019, 2031])
def test_the_seeds_credentials_are_good_in_any_year(stub: Caller, year: int) -> None:
    """Whatever the date, the requests of the seed's actors are accepted."""
    answers: dict[str, Any] = {}
    for name, request in asked.ALL.items():
        world = stub.new_world(clock={"frozen": f"{year}-05-05T05:05:05Z"})
        answers[name] = request.send(world).status
    assert answers == {name: request.status for name, request in asked.ALL.items()}
