"""What a stub with a token answers to anybody: the sign-in page and its files, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import Caller, Running
from test_plain import LIBRARY

TOKEN = "a-long-token"
ELSEWHERE = {"Host": "stub.example"}
FORM = {**ELSEWHERE, "Content-Type": "application/x-www-form-urlencoded"}
STATIC = "/_rulebound/console/static"
SIGN_IN = "/_rulebound/console/sign-in"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Caller]:
    """A stub whose control plane is opened from elsewhere by a token."""
    served = Running(build(Settings(apis=(LIBRARY,), token=TOKEN)))
    yield served.caller
    served.stop()


def _worlds(call: Caller) -> list[str]:
    found = call("GET", "/_rulebound/worlds", None, {"Rulebound-Token": TOKEN}).json["worlds"]
    return [each["id"] for each in found]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{STATIC}/world/make"),
        ("POST", f"{STATIC}/world/reset"),
        ("GET", f"{STATIC}/world"),
        ("GET", f"{STATIC}/requests"),
        ("GET", f"{STATIC}/0123456789abcdef/console.css/more"),
        ("GET", f"{STATIC}/0123456789abcde/console.css"),
        ("POST", f"{STATIC}/0123456789abcdef/console.css"),
        ("PUT", SIGN_IN),
    ],
)
def test_only_files_and_the_sign_in_page_are_open(guarded: Caller, method: str, path: str) -> None:
    """A world called `static` is no way in, nor is a method that the page does not have."""
    before = _worlds(guarded)

    body = "from=running" if method == "POST" else None
    assert guarded(method, path, body, FORM).status == 403
    assert _worlds(guarded) == before


def test_the_sign_in_page_has_its_files(guarded: Caller) -> None:
    """Who is to sign in sees the page as it is meant."""
    page = guarded("GET", SIGN_IN, None, ELSEWHERE)
    sheet = re.search(rb'href="([^"]+console\.css)"', page.content)

    assert page.status == 200 and sheet
    assert guarded("GET", sheet[1].decode(), None, ELSEWHERE).status == 200


def test_a_wrong_sign_in_tells_no_world(guarded: Caller) -> None:
    """A form that cannot be taken is refused on a page that lists no world."""
    made = guarded("POST", "/_rulebound/worlds", {}, {"Rulebound-Token": TOKEN}).json["id"]

    part = '--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n'
    form = {**ELSEWHERE, "Content-Type": "multipart/form-data; boundary=x"}
    told = guarded("POST", SIGN_IN, f"{part}{'x' * 600_000}\r\n--x--\r\n", form)

    assert told.status == 413
    assert made.encode() not in told.content and b"default" not in told.content


def test_a_world_is_made_from_one_that_is_there(guarded: Caller) -> None:
    """The form of a world that is gone makes none."""
    before = _worlds(guarded)
    own = {**FORM, "Host": "localhost"}

    told = guarded("POST", "/_rulebound/console/nowhere/world/make", "from=running", own)

    assert told.status == 404
    assert _worlds(guarded) == before


@pytest.mark.parametrize("to", ["//[", "http://[x/", "/_rulebound/console/[", "\\\\[", "", "[::1"])
def test_an_odd_way_back_is_no_failure(guarded: Caller, to: str) -> None:
    """Whatever stands in `to`, the sign-in page and the theme's form answer."""
    page = guarded("GET", f"{SIGN_IN}?{urlencode({'to': to})}", None, ELSEWHERE)
    own = {**FORM, "Host": "localhost"}
    theme = guarded("POST", "/_rulebound/console/theme", urlencode({"to": to}), own)

    assert page.status == 200
    assert theme.status == 303
    assert theme.headers["location"].startswith("/_rulebound/console")
