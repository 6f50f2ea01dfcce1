"""Access tokens: issued into one world, for what the documents' scopes allow, until they expire."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from stub_calls import A_TASK, PICK, PICKED, TASK, Caller, Told, as_user

OURS = "/_rulebound/oauth2/token"
VENDORS = "/global/gateway/oauth2/v2.0/token"
CLIENT = {"grant_type": "client_credentials", "client_id": "robot", "client_secret": "secret-robot"}
ANNA = {
    "grant_type": "password",
    "client_id": "console",
    "username": "anna",
    "password": "anna-Pass-1",
}
ROBOT_FOR_ANNA = {**ANNA, "client_id": "robot", "client_secret": "secret-robot"}
FOR_BOB = {**A_TASK, "status": {"assigned": {"user": {"loginId": "bob"}}}}


def _ask(call: Caller, form: Mapping[str, str], path: str = OURS, **headers: str) -> Told:
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return call("POST", path, urlencode(form), sent)


@pytest.mark.parametrize("path", [OURS, VENDORS])
def test_a_client_application_gets_a_token(call: Caller, path: str) -> None:
    """By its secret, at our address and at the one the document names."""
    issued = _ask(call, CLIENT, path).json

    told = call("POST", TASK, FOR_BOB, as_user(issued["access_token"]))

    assert (issued["token_type"], issued["expires_in"]) == ("Bearer", 3600)
    assert told.status == 201


def test_a_client_may_prove_itself_by_basic(call: Caller) -> None:
    """RFC 6749 knows both ways."""
    word = base64.b64encode(b"robot:secret-robot").decode()

    told = _ask(call, {"grant_type": "client_credentials"}, Authorization=f"Basic {word}")

    assert told.status == 200


def test_a_user_gets_a_token_by_password(call: Caller) -> None:
    """In place of the vendor's sign-in pages, which are not part of the stub."""
    issued = _ask(call, ANNA).json

    assert call("PATCH", PICK, PICKED, as_user(issued["access_token"])).status == 204


def test_a_token_belongs_to_its_world(call: Caller) -> None:
    """In another world it is unknown."""
    issued = _ask(call, ANNA).json

    other = call.in_new_world()

    assert other("PATCH", PICK, PICKED, as_user(issued["access_token"])).status == 401


def test_a_token_runs_out_by_the_worlds_clock(call: Caller) -> None:
    """An hour later it is refused."""
    token = _ask(call, ANNA).json["access_token"]

    call.control("PUT", f"/worlds/{call.world}/clock", {"advance": 3599})
    assert call("PATCH", PICK, {"activity": []}, as_user(token)).status == 400
    call.control("PUT", f"/worlds/{call.world}/clock", {"advance": 1})
    assert call("PATCH", PICK, {"activity": []}, as_user(token)).status == 401


@pytest.mark.parametrize(
    ("scope", "granted"),
    [
        ("core.casemgr.read", {"core.casemgr.read"}),
        ("https://api.example.com/auth/core.casemgr.manage", {"core.casemgr.manage"}),
        (".default", {"core.casemgr.manage", "core.casemgr.read"}),
    ],
)
def test_scopes_are_granted_as_asked(call: Caller, scope: str, granted: set[str]) -> None:
    """A token for reading only is refused where changing is wanted."""
    issued = _ask(call, {**ANNA, "scope": scope}).json

    told = call("PATCH", PICK, PICKED, as_user(issued["access_token"]))

    assert set(issued["scope"].split()) == granted
    assert told.status == (204 if "core.casemgr.manage" in granted else 403)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({**CLIENT, "client_secret": "secret-nobody"}, 401, "invalid_client"),
        ({**CLIENT, "client_id": "nobody"}, 400, "invalid_client"),
        ({**CLIENT, "client_id": "anna"}, 400, "invalid_client"),
        ({**CLIENT, "scope": "core.everything"}, 400, "invalid_scope"),
        ({**CLIENT, "grant_type": "device"}, 400, "unsupported_grant_type"),
        (ROBOT_FOR_ANNA, 400, "unauthorized_client"),
        ({**ANNA, "password": "anna-pass-1"}, 400, "invalid_grant"),
        ({**ANNA, "password": ""}, 400, "invalid_grant"),
        ({**ANNA, "username": "nobody"}, 400, "invalid_grant"),
        ({"grant_type": "password", "client_id": "console"}, 400, "invalid_request"),
        ({}, 400, "unsupported_grant_type"),
    ],
)
def test_who_cannot_prove_oneself_gets_no_token(
    call: Caller, form: Mapping[str, str], status: int, error: str
) -> None:
    """The refusals are those of RFC 6749, and no token is stored."""
    before = call.digest()

    told = _ask(call, form)

    assert (told.status, told.json["error"]) == (status, error)
    assert call.digest() == before


def test_a_secret_beyond_ascii_is_a_wrong_one(call: Caller) -> None:
    """It is refused like any other, not a failure of the stub."""
    told = _ask(call, {**CLIENT, "client_secret": "\u00e9"})

    assert (told.status, told.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("word", ["/////w==", "w6k=", "\u00e9", "/", "a" * 5])
def test_a_basic_header_that_cannot_be_read_proves_nothing(call: Caller, word: str) -> None:
    """Bytes that are no text, no name and secret, or no base64: 401, as for a wrong secret."""
    told = _ask(call, {"grant_type": "client_credentials"}, Authorization=f"Basic {word}")

    assert (told.status, told.json["error"]) == (401, "invalid_client")


def test_a_token_for_an_unknown_world_is_refused(call: Caller) -> None:
    """A token has to live somewhere."""
    assert _ask(Caller(call.host, call.port, "nowhere"), CLIENT).status == 404


def test_nobody_gets_a_token_by_reading(call: Caller) -> None:
    """The address is for POST alone."""
    assert call("GET", OURS).status == 405
