"""What the journal shows holds no credential and no password."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rulebound.mock_server.hiding import Hiding
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import (
    AN_APPOINTMENT,
    CONSOLE,
    CREATE,
    KEYS,
    LOGIN,
    LOGOUT,
    PICK,
    Caller,
    Running,
    as_user,
)
from test_plain import LIBRARY

QUERY = "accessKey=access-liam&secretKey=secret-liam"
SECRETS = ("access-liam", "secret-liam", "anna-Pass-1", "token-anna", CONSOLE)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("POST", f"{CREATE}?{QUERY}", AN_APPOINTMENT, {}),
        ("POST", f"{CREATE}?access%4Bey=access-liam&secretKey=secret-liam", AN_APPOINTMENT, {}),
        ("POST", f"{CREATE}/nowhere?{QUERY}", AN_APPOINTMENT, {}),
        ("POST", CREATE, AN_APPOINTMENT, KEYS),
        ("POST", LOGIN, {"userName": "anna", "password": "anna-Pass-1"}, {}),
        ("POST", LOGIN, {"userName": "anna", "password": ["anna-Pass-1"]}, {}),
        ("POST", LOGIN, {"userName": 1, "password": {"text": "anna-Pass-1"}}, {}),
        ("POST", LOGIN, '{"userName": "anna", "password": "anna-Pass-1"', {}),
        ("POST", LOGIN, '{"pass\\u0077ord": "anna-Pass-1", "userName": "anna"}', {}),
        ("POST", LOGIN, "userName=anna&password=anna-Pass-1", {}),
        ("PATCH", f"{PICK}?access_token=token-anna", {"activity": []}, as_user()),
        ("PATCH", PICK, {"activity": [], "session": CONSOLE}, as_user()),
    ],
    ids=lambda value: str(value)[:50],
)
def test_the_journal_shows_no_credential(
    call: Caller, method: str, path: str, body: Any, headers: dict[str, str]
) -> None:
    """In the query, the headers or the body, well written or not, accepted or refused."""
    call(method, path, body, {"Content-Type": "application/json", **headers})

    entries = call.control("GET", f"/worlds/{call.world}/journal").json["entries"]
    assert len(entries) == 1
    for secret in SECRETS:
        assert secret not in json.dumps(entries)


def test_the_rest_of_a_request_is_shown(call: Caller) -> None:
    """What is no credential stays to be read, as it was sent."""
    body = json.dumps(AN_APPOINTMENT, indent=1)
    call("POST", f"{CREATE}?{QUERY}", body, {"Content-Type": "application/json"})
    call("POST", LOGIN, {"userName": "anna", "password": "anna-Pass-1"})

    made, login = call.control("GET", f"/worlds/{call.world}/journal").json["entries"]
    assert (made["query"], made["body"]) == ("accessKey=***&secretKey=***", body)
    assert made["actor"].keys() == {"kind", "id", "user"}
    assert json.loads(login["body"]) == {"userName": "anna", "password": "***"}


@pytest.fixture
def opened(call: Caller) -> str:
    """A session that was opened by a login."""
    told = call("POST", LOGIN, {"userName": "anna", "password": "anna-Pass-1"})
    return told.headers["x-egain-session"]


def _explained(call: Caller) -> str:
    return call.control("GET", f"/worlds/{call.world}/journal/last").content.decode()


def test_a_session_that_is_open_is_shown_nowhere(call: Caller, opened: str) -> None:
    """Its id stands in no change, fact or value compared: not of the login that opened it, nor of
    a later one that finds it, nor of the logout."""
    assert opened not in _explained(call)
    page = call("GET", f"/_rulebound/console/{call.world}/requests/1").content.decode()
    assert opened not in page and "session/***" not in page and "session/%2A" not in page
    (change,) = json.loads(_explained(call))["changes"]
    assert (change["table"], change["id"], change["after"]["id"]) == ("session", "***", "***")

    call("POST", LOGIN, {"userName": "anna", "password": "anna-Pass-1"})
    facts = {each["name"]: each["value"] for each in json.loads(_explained(call))["facts"]}
    assert {each["id"] for each in facts["sessions"]} == {"***"}
    assert opened not in _explained(call)

    assert call("DELETE", LOGOUT, None, {"X-egain-session": opened}).status == 204
    assert opened not in _explained(call)


def test_a_long_password_is_not_shown_in_part(call: Caller) -> None:
    """What broke the rule on its length is no text to be read, cut or not."""
    call("POST", LOGIN, {"userName": "anna", "password": "qwerty" * 1000})

    assert "qwerty" not in _explained(call)
    assert "qwerty" not in str(call.control("GET", f"/worlds/{call.world}/journal").json)


def test_a_key_is_shown_nowhere(call: Caller) -> None:
    """Nor where a record that a request made says by which key it was made."""
    assert call("POST", CREATE, AN_APPOINTMENT, KEYS).status == 200

    assert "access-liam" not in _explained(call)


def test_a_header_that_proves_who_asks_is_hidden_on_the_way_to_no_operation(tmp_path: Path) -> None:
    """What the document calls a credential is one wherever it is sent, whatever its name."""
    shutil.copytree(LIBRARY, tmp_path / "library")
    document = tmp_path / "library" / "openapi.yaml"
    text = document.read_text("utf-8").replace("in: cookie, name: card", "in: header, name: X-Card")
    document.write_text(text, "utf-8")
    served = Running(build(Settings(apis=(document.parent,))))
    try:
        call = served.caller.in_new_world()
        call("GET", "/library/nowhere", None, {"X-Card": "card-rosa", "X-Other": "shown"})
        told = _explained(call)
    finally:
        served.stop()
    assert "card-rosa" not in told and "shown" in told


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"<login><password>x</password></login>", "<login><password***"),
        (b"<login><Password kind='y'>x</Password></login>", "<login><Password***"),
        (b"card = 12345", "card =***"),
        (b"a token ring", "a token ring"),
        (b'{"card": "' + b"1" * 70_000 + b'"}', '{"card":***'),
        (b"token" * 400_000, "token" * 400),
        (b"\xff", "\ufffd"),
        (b"", ""),
    ],
    ids=lambda value: str(value)[:40],
)
def test_other_texts_end_before_a_secret(raw: bytes, shown: str) -> None:
    """XML, forms and long or broken texts are shown up to the first telling name, and at once."""
    assert Hiding(["Card"]).body(raw, 2000) == shown


def test_what_is_hidden_once_is_hidden_wherever_it_is_repeated() -> None:
    """A message that repeats a secret does not give it away; a single letter is no secret."""
    hiding = Hiding([])

    assert hiding.query("a=1&secret=s%2Bcret&token=a&flag") == "a=1&secret=***&token=***&flag"
    assert hiding.text("no s+cret, no s%2Bcret, a flag") == "no ***, no ***, a flag"
