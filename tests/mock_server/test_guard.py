"""Limits in size and time, and addresses with a context root."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator

import pytest
from rulebound.mock_server.reception import Limits
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import SEARCH, Caller, Running, in_console
from test_plain import CARD, LIBRARY

BOOKS = "/library/books"
LIMITS = Limits(body_bytes=1000, body_seconds=0.3, drained_bytes=3000, headers=20)


@pytest.fixture(scope="module")
def strict() -> Iterator[Caller]:
    """A stub of the library with small limits."""
    served = Running(build(Settings(apis=(LIBRARY,), limits=LIMITS)))
    yield served.caller
    served.stop()


def _post(caller: Caller, *lines: str, body: bytes = b"") -> bytes:
    head = (
        f"POST {BOOKS} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Cookie: {CARD['Cookie']}",
    )
    typed = "Content-Type: application/json"
    return caller.raw("\r\n".join((*head, typed, *lines, "", "")).encode() + body)


def test_a_body_within_the_limit_is_read(strict: Caller) -> None:
    """The limit itself is still good."""
    body = json.dumps({"title": "x" * 900}).encode().ljust(1000)

    assert strict("POST", BOOKS, body, {**CARD, "Content-Type": "application/json"}).status == 201


@pytest.mark.parametrize("size", [1001, 2500])
def test_a_body_beyond_the_limit_is_refused(strict: Caller, size: int) -> None:
    """Its size is counted, not believed: in one piece and in chunks."""
    body = json.dumps({"title": "x"}).encode().ljust(size)

    whole = _post(strict, f"Content-Length: {size}", body=body)
    chunks = _post(
        strict, "Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n0\r\n\r\n" % (size, body)
    )

    for answer in (whole, chunks):
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"larger than 1000 bytes" in answer


def test_a_body_without_end_is_given_up_on(strict: Caller) -> None:
    """Far beyond the limit nobody listens any more."""
    answer = _post(strict, "Transfer-Encoding: chunked", body=b"1000\r\n" + b"x" * 4096 + b"\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_body_that_does_not_arrive_is_not_waited_for(strict: Caller) -> None:
    """A caller that stops in the middle gets 408 after the time allowed."""
    start = time.monotonic()

    answer = _post(strict, "Content-Length: 500", body=b'{"title":')

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"took longer than 0.3 seconds" in answer
    assert time.monotonic() - start < 3


@pytest.mark.parametrize("path", ["/_rulebound/oauth2/token", "/_rulebound/worlds"])
def test_control_requests_without_their_body_hinder_no_others(strict: Caller, path: str) -> None:
    """However many promise a body and send none, the others are answered; then they are refused."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
    with contextlib.ExitStack() as open_ones:
        wires = [
            open_ones.enter_context(socket.create_connection((strict.host, strict.port), 5))
            for _ in range(12)
        ]
        for wire in wires:
            wire.sendall(f"{head}Connection: close\r\n\r\n".encode())

        assert strict("GET", "/_rulebound/health", timeout=2).status == 200
        for wire in wires:
            assert wire.recv(65536).startswith(b"HTTP/1.1 408 ")


def test_a_chunked_control_request_is_read(strict: Caller) -> None:
    """It says the same as one with a length; beyond the limit both are refused."""
    head = "POST /_rulebound/worlds HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    chunked = f"{head}Transfer-Encoding: chunked\r\n\r\n".encode()

    odd = strict.raw(chunked + b'd\r\n{"wings": 22}\r\n0\r\n\r\n')
    large = strict.raw(chunked + b"7d0\r\n" + b" " * 2000 + b"\r\n0\r\n\r\n")

    assert odd.startswith(b"HTTP/1.1 400 ")
    assert b"wings" in odd
    assert b"larger than 1000 bytes" in large


def test_a_caller_that_leaves_leaves_nothing_behind(strict: Caller) -> None:
    """A connection closed in the middle of a body is no request, and hinders no other."""
    before = strict.digest()
    with socket.create_connection((strict.host, strict.port), timeout=5) as wire:
        head = f"POST {BOOKS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500"
        wire.sendall(f"{head}\r\n\r\n{{".encode())

    assert strict("GET", BOOKS, None, CARD).status == 200
    assert strict.digest() == before


@pytest.mark.parametrize(("root", "kept"), [("", "/ws/v12/"), ("/system", "/system/ws/v12/")])
def test_a_context_root_is_stripped_and_kept_in_links(call: Caller, root: str, kept: str) -> None:
    """The same search with and without it; links repeat what the request used."""
    told = call("GET", f"{root}{SEARCH}?customer=1080", None, in_console())

    assert told.json["activity"][0]["link"][0]["href"] == f"{kept}interaction/activity/41001"


@pytest.mark.parametrize("path", ["/system/system" + SEARCH, "/systems" + SEARCH, "/system"])
def test_another_root_leads_nowhere(call: Caller, path: str) -> None:
    """Only the document's own context roots are stripped, and once."""
    assert call("GET", f"{path}?customer=1080", None, in_console()).status == 404


def test_several_requests_share_a_connection(call: Caller) -> None:
    """Requests sent without waiting are answered in order."""
    line = f"GET {SEARCH}?customer=%s HTTP/1.1\r\nHost: localhost\r\n"
    head = "".join(f"{n}: {v}\r\n" for n, v in in_console().items())
    first, last = line % "1080" + head, line % "108" + head + "Connection: close\r\n"

    answer = call.raw(f"{first}\r\n{last}\r\n".encode())

    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.index(b'"customer":{"id":"1080"') < answer.index(b'"customer":{"id":"108"')
