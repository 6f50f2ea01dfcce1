"""Who may use the control plane, and which web pages may call the stub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rulebound.mock_server.control.access import cookie_of, refusal
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import PICK, PICKED, Caller, Running, as_user
from test_plain import CARD, LIBRARY

HOSTS = [b"localhost", b"rebound.example.com"]
PAGE = "https://pages.example.com"


def _scope(client: str | None, **headers: str) -> dict[str, Any]:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"client": None if client is None else (client, 5000), "headers": sent}


@pytest.mark.parametrize(
    ("client", "headers", "admitted"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8400"}, True),
        ("127.0.0.9", {"host": "localhost:8400"}, True),
        ("::1", {"host": "[::1]:8400"}, True),
        ("127.0.0.1", {}, True),
        ("127.0.0.1", {"host": "localhost", "origin": "http://localhost:3000"}, True),
        ("127.0.0.1", {"host": "localhost", "origin": PAGE}, True),
        ("127.0.0.1", {"host": "rebound.example.com"}, False),
        ("127.0.0.1", {"host": "localhost.example.com"}, False),
        ("127.0.0.1", {"host": "localhost", "origin": "https://evil.example.com"}, False),
        ("127.0.0.1", {"host": "localhost", "origin": "null"}, False),
        ("10.0.0.7", {"host": "localhost"}, False),
        ("10.0.0.7", {"host": "stub", "rulebound_token": "key"}, True),
        ("10.0.0.7", {"host": "stub", "authorization": "Bearer key"}, True),
        ("10.0.0.7", {"host": "stub", "rulebound_token": "kex"}, False),
        ("10.0.0.7", {"host": "stub", "rulebound_token": ""}, False),
        ("localhost.example.com", {"host": "localhost"}, False),
        (None, {"host": "localhost"}, False),
    ],
)
def test_the_control_plane_is_for_this_machine(
    client: str | None, headers: dict[str, str], admitted: bool
) -> None:
    """Callers elsewhere need the token; a browser here is no way round."""
    assert (refusal(_scope(client, **headers), "key", (PAGE,)) is None) is admitted


@pytest.mark.parametrize(
    ("method", "headers", "admitted"),
    [
        ("GET", {}, True),
        ("POST", {}, True),
        ("POST", {"origin": "http://stub:8400"}, True),
        ("POST", {"origin": "https://stub:8400"}, True),
        ("POST", {"sec_fetch_site": "same-origin"}, True),
        ("POST", {"origin": "http://stub:9"}, False),
        ("POST", {"origin": "http://localhost:8400"}, False),
        ("POST", {"origin": "null"}, False),
        ("GET", {"origin": PAGE}, False),
        ("POST", {"sec_fetch_site": "cross-site"}, False),
        ("POST", {"sec_fetch_site": "same-site"}, False),
        ("GET", {"cookie": "rulebound-console=key"}, False),
        ("GET", {"cookie": "rulebound-console="}, False),
        ("GET", {"cookie": f"other={cookie_of('key')}"}, False),
    ],
)
def test_a_browser_that_signed_in_is_admitted_for_its_own_pages(
    method: str, headers: dict[str, str], admitted: bool
) -> None:
    """The cookie of the sign-in page opens the control plane from elsewhere; not for a page of
    another site or port, and not when it proves nothing."""
    cookie = f"a=b; rulebound-console={cookie_of('key')}"
    scope = _scope("10.0.0.7", **{"host": "stub:8400", "cookie": cookie, **headers})

    assert (refusal({**scope, "method": method}, "key", (PAGE,)) is None) is admitted
    assert refusal({**scope, "method": method}, None, (PAGE,)) is not None


def test_a_browser_here_that_signed_in_is_still_one_of_here() -> None:
    """Pages of this machine are let in with the cookie as they are without it."""
    cookie = f"rulebound-console={cookie_of('key')}"
    page = "http://localhost:3000"
    scope = _scope("127.0.0.1", host="localhost:8400", origin=page, cookie=cookie)

    assert refusal({**scope, "method": "POST"}, "key", ()) is None


@pytest.mark.parametrize("name", ["host", "origin"])
def test_a_header_that_decides_stands_once(name: str) -> None:
    """Of two hosts or origins nobody can tell which one counts, whichever comes first."""
    both = [b"http://localhost", b"http://evil.example.com"] if name == "origin" else HOSTS

    for values in (both, both[::-1]):
        scope = {"client": ("127.0.0.1", 5000), "headers": [(name.encode(), v) for v in values]}
        assert "more than once" in str(refusal(scope, None, ()))


def test_a_claimed_address_does_not_count(call: Caller) -> None:
    """Who calls is told by the connection: a header neither admits nor shuts out."""
    told = call("GET", "/_rulebound/health", None, {"X-Forwarded-For": "10.0.0.7"})

    assert told.status == 200


def test_without_a_token_nobody_elsewhere_is_admitted() -> None:
    """No token set is not an empty one."""
    for token in (None, ""):
        assert refusal(_scope("10.0.0.7", rulebound_token=""), token, ()) is not None


def test_a_page_elsewhere_cannot_reach_the_control_plane(call: Caller) -> None:
    """The refusal is 403 with a sentence, before anything is done."""
    headers = {"Origin": "https://evil.example.com"}

    told = call("DELETE", f"/_rulebound/worlds/{call.world}", None, headers)

    assert told.status == 403
    assert "evil.example.com" in told.json["error"]
    assert call.control("GET", f"/worlds/{call.world}/digest").status == 200


def test_a_page_of_this_machine_may_read_answers_and_errors(call: Caller) -> None:
    """Refusals too carry the headers that let a page read them."""
    page = "http://localhost:5173"

    good = call("PATCH", PICK, PICKED, as_user(Origin=page))
    refused = call("PATCH", PICK, PICKED, as_user("token-nobody", Origin=page))
    nowhere = call("GET", "/nowhere", None, {"Origin": page})

    for told in (good, refused, nowhere):
        assert told.headers["access-control-allow-origin"] == page
        assert "access-control-allow-credentials" not in told.headers
    exposed = refused.headers["access-control-expose-headers"]
    assert {"Rulebound-Rule", "X-egain-session", "Location"} <= set(exposed.split(", "))


def test_a_preflight_is_answered(call: Caller) -> None:
    """A browser asks before it sends a PATCH with headers of its own."""
    wanted = {
        "Origin": "http://127.0.0.1:3000",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type,rulebound-world",
    }

    told = call("OPTIONS", PICK, None, wanted)

    assert told.status == 200
    assert told.headers["access-control-allow-origin"] == wanted["Origin"]
    assert "access-control-allow-credentials" not in told.headers
    assert "PATCH" in told.headers["access-control-allow-methods"]
    assert "authorization" in told.headers["access-control-allow-headers"]


def test_a_page_elsewhere_may_read_nothing(call: Caller) -> None:
    """It is served, for it may be no browser, but a browser keeps the answer from it."""
    told = call("PATCH", PICK, PICKED, as_user(Origin="https://evil.example.com"))

    assert told.status == 204
    assert "access-control-allow-origin" not in told.headers


@pytest.fixture(scope="module")
def opened() -> Iterator[Caller]:
    """A stub that lets pages of one more origin in."""
    served = Running(build(Settings(apis=(LIBRARY,), origins=(PAGE,))))
    yield served.caller
    served.stop()


def test_further_origins_can_be_let_in(opened: Caller) -> None:
    """What is named at the start may call the API and the control plane."""
    told = opened("GET", "/library/books", None, {**CARD, "Origin": PAGE})
    health = opened("GET", "/_rulebound/health", None, {"Origin": PAGE})

    assert told.headers["access-control-allow-origin"] == PAGE
    assert health.status == 200
