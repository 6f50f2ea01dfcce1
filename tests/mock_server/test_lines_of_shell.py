"""Lines for a shell, and requests sent once more: what comes is what was meant."""

from __future__ import annotations

import subprocess
from urllib.parse import urlencode

import pytest
from rulebound.mock_server.console.drafts import Draft
from rulebound.mock_server.explaining.asked import Asked, curl_line, quoted_path, target_of
from stub_calls import SEARCH, Caller, Running, Told, in_console


def _run(call: Caller, line: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{line.replace('curl ', 'curl -sS --max-time 5 ', 1)}"],
        capture_output=True, check=False, timeout=20,
    )  # fmt: skip
    assert done.returncode == 0, (line, done.stderr)


def _met(call: Caller) -> tuple[str, str, str, bytes]:
    """Method, path, query and body of the newest request."""
    told = call.control("GET", f"/worlds/{call.world}/journal?last=1").json["entries"][0]
    return told["method"], told["path"], told["query"], told["body"]


@pytest.mark.parametrize("query", ["a[b]=1&c={x,y}", "q=[1-3]", "a=%5B1%5D&b=%2520"])
def test_brackets_and_braces_reach_the_stub(call: Caller, query: str) -> None:
    """To curl they would be patterns: one request comes, and reads as it was meant."""
    asked = Asked("GET", SEARCH, query, tuple(in_console().items()), b"")
    base = f"http://{call.host}:{call.port}"

    _run(call, curl_line(asked, base, str(call.world)))
    first = _met(call)
    headers = {**in_console(), "Rulebound-World": str(call.world)}
    _run(call, Draft("GET", f"{SEARCH}?{query}", headers).curl(base))

    assert len(call.control("GET", f"/worlds/{call.world}/journal").json["entries"]) == 2
    marks = {ord(mark): f"%{ord(mark):X}" for mark in "[]{}"}
    assert first[2].translate(marks).replace("%2C", ",") == query.translate(marks)
    assert _met(call) == first


def test_a_head_does_not_wait_for_a_body(call: Caller) -> None:
    """curl ends once the headers of the answer are there."""
    asked = Asked("HEAD", SEARCH, "customer=1080", tuple(in_console().items()), b"")
    base = f"http://{call.host}:{call.port}"

    _run(call, curl_line(asked, base, str(call.world)))
    assert _met(call)[0] == "HEAD"
    headers = {"Rulebound-World": str(call.world)}
    _run(call, Draft("HEAD", SEARCH, headers).curl(base))


@pytest.mark.parametrize("body", [b"\xff\xfe{", b"a\0b", "it's à".encode()])
def test_a_body_that_is_no_text_reaches_the_stub(
    call: Caller, running: Running, body: bytes
) -> None:
    """Bytes that no shell can pass as a word are decoded on the way."""
    asked = Asked("POST", "/core/casemgr/v3/nothing", "", (("content-type", "text/plain"),), body)

    _run(call, curl_line(asked, f"http://{call.host}:{call.port}", str(call.world)))

    journal = running.stub.worlds.get(str(call.world)).journal
    depth = journal.depth(journal.newest)
    assert depth is not None and depth.body == body


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/x/100%41", "/x/100%2541"),
        ("/x/à b", "/x/%C3%A0%20b"),
        ("/x/a%2Fb", "/x/a%2Fb"),
        ("/x/%00", "/x/%00"),
        ("/x/\udcff", "/x/%3F"),
    ],
)
def test_a_path_is_encoded_once_more(path: str, line: str) -> None:
    """But for one that the guard left as it came, since it would read otherwise."""
    assert quoted_path(path) == line
    assert target_of(Asked("GET", path, "a=%41", (), b"")) == f"{line}?a=%41"


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _console(call: Caller, path: str, **fields: str) -> Told:
    address = f"/_rulebound/console/{call.world}/{path}"
    return call("POST", address, urlencode(fields), FORM)


@pytest.mark.parametrize("path", ["/100%2541", "/a%2Fb", "/%00", "/%E0%A4%A8%20x"])
def test_what_is_sent_again_comes_to_the_same_path(call: Caller, path: str) -> None:
    """A percent sign is a percent sign, and what was left encoded is so once more."""
    call("GET", f"/core/casemgr/v3{path}")
    first = _met(call)

    assert _console(call, "requests/last/again", what="same").status == 303

    assert _met(call) == first
    assert len(call.control("GET", f"/worlds/{call.world}/journal").json["entries"]) == 2


def test_a_header_of_any_bytes_is_sent_again(call: Caller, running: Running) -> None:
    """Bytes of UTF-8 are not all printable as single ones, and go the same way once more."""
    sent = "à ñ É".encode().decode("latin-1")
    call("GET", SEARCH, None, in_console(**{"X-Name": sent}))

    assert _console(call, "requests/1/again", what="same").status == 303

    depth = running.stub.worlds.get(str(call.world)).journal.depth(2)
    assert depth is not None and dict(depth.headers)["x-name"] == sent


@pytest.mark.parametrize("line", ["X-Name: a\x01b", "X-Name: \u20ac"])
def test_a_header_that_cannot_be_sent_is_refused(call: Caller, line: str) -> None:
    """Control characters, and letters that no header can hold."""
    told = _console(call, "try", method="GET", target=SEARCH, headers=line)
    assert (told.status, b"cannot be sent" in told.content) == (400, True)


@pytest.mark.parametrize(
    "target",
    ["/_rulebound", "/_rulebound/health", "/%5Frulebound/console/default/try", "/_rulebound?x=1"],
)
def test_the_console_asks_nothing_of_itself(call: Caller, target: str) -> None:
    """Its threads are few: they do not wait for one another."""
    told = _console(call, "try", method="GET", target=target)
    assert (told.status, b"an address of the stub itself" in told.content) == (400, True)
