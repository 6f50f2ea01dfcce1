"""Connections: who is slow, idle or one too many, and what HTTP leaves a server to decide."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from collections.abc import Iterator

import pytest
from rulebound.mock_server.reception import Limits
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import PICK, PICKED, SEARCH, Caller, Running, as_user, in_console
from test_plain import CARD, LIBRARY

BOOKS = "/library/books"
LIMITS = Limits(
    head_seconds=0.4,
    body_seconds=0.4,
    idle_seconds=1,
    sending_seconds=0.6,
    connections=8,
    body_bytes=300_000,
    held_bytes=400_000,
    drained_bytes=1_000_000,
)
HEAD = f"POST {BOOKS} HTTP/1.1\r\nHost: localhost\r\nCookie: {CARD['Cookie']}\r\n"
HEAD += "Content-Type: application/json\r\n"


@pytest.fixture(scope="module")
def hurried() -> Iterator[Running]:
    """A stub of the library with little patience."""
    served = Running(build(Settings(apis=(LIBRARY,), limits=LIMITS)))
    yield served
    served.stop()


@contextlib.contextmanager
def _wire(running: Running) -> Iterator[socket.socket]:
    caller = running.caller
    with socket.create_connection((caller.host, caller.port), timeout=5) as wire:
        yield wire


def _all(wire: socket.socket) -> bytes:
    """What comes until the other side closes."""
    pieces = []
    with contextlib.suppress(ConnectionResetError):
        while piece := wire.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def _body(answer: bytes) -> bytes:
    return answer.rpartition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("drip", [b"", b"X-A: b\r\n", b"\r\n"])
def test_a_head_that_does_not_end_is_not_waited_for(hurried: Running, drip: bytes) -> None:
    """However it drips: 408 in the vendor's form, as soon as the address tells whose."""
    with _wire(hurried) as wire:
        wire.sendall(b"" if drip == b"\r\n" else HEAD.encode())
        wire.settimeout(0.05)
        answer, ends = b"", time.monotonic() + 4
        while time.monotonic() < ends and b"408" not in answer:
            with contextlib.suppress(OSError):
                wire.sendall(drip)
            with contextlib.suppress(TimeoutError):
                answer += wire.recv(65536)

    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"connection: close" in answer
    named = json.loads(_body(answer))["error"]
    assert "took longer than 0.4 seconds" in (named if isinstance(named, str) else named["text"])


def test_a_second_head_has_its_time_too(hurried: Running) -> None:
    """What was answered before does not make the next request of a connection free."""
    get = f"GET {BOOKS} HTTP/1.1\r\nHost: localhost\r\nCookie: {CARD['Cookie']}\r\n\r\n"
    with _wire(hurried) as wire:
        wire.sendall(get.encode())
        assert wire.recv(65536).startswith(b"HTTP/1.1 200 ")
        wire.sendall(get[:30].encode())

        assert _all(wire).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("before", [b"", b"GET /library HTTP/1.1\r\nHost: localhost\r\n\r\n"])
def test_an_idle_connection_is_closed_without_a_word(hurried: Running, before: bytes) -> None:
    """Nobody asked anything."""
    with _wire(hurried) as wire:
        wire.sendall(before)

        assert _all(wire).count(b"HTTP/1.1 ") == bool(before)


def test_a_body_that_drips_is_not_waited_for(hurried: Running) -> None:
    """The time is for the whole of it: 408, and the world is as it was."""
    before = hurried.caller.digest()
    with _wire(hurried) as wire:
        wire.sendall(f"{HEAD}Content-Length: 100000\r\n\r\n".encode())
        wire.settimeout(0.05)
        answer, ends = b"", time.monotonic() + 4
        while time.monotonic() < ends and not answer:
            wire.sendall(b" ")
            with contextlib.suppress(TimeoutError):
                answer = wire.recv(65536)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert hurried.caller.digest() == before


def test_who_is_slow_makes_room_for_others(hurried: Running) -> None:
    """Whatever number of slow callers there are, a quick one is answered at once."""
    with contextlib.ExitStack() as opened:
        slow = [opened.enter_context(_wire(hurried)) for _ in range(3 * LIMITS.connections)]
        for number, wire in enumerate(slow):
            with contextlib.suppress(OSError):
                wire.sendall(HEAD.encode() + (b"Content-Length: 9\r\n\r\n{" if number % 2 else b""))

        assert hurried.caller("GET", BOOKS, None, CARD).status == 200
        assert _all(slow[0]).startswith((b"", b"HTTP/1.1 503 "))


def test_who_is_served_is_not_pushed_out(hurried: Running) -> None:
    """With a request under way on every connection, the next caller is told 503 at once."""
    caller = hurried.caller.in_new_world()
    path = f"/worlds/{caller.world}/faults"
    caller.control("POST", path, {"kind": "latency", "milliseconds": 1500})
    get = f"GET {BOOKS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    get += f"Rulebound-World: {caller.world}\r\nCookie: {CARD['Cookie']}\r\n\r\n"
    time.sleep(0.1)
    with contextlib.ExitStack() as opened:
        busy = [opened.enter_context(_wire(hurried)) for _ in range(LIMITS.connections)]
        for wire in busy:
            wire.sendall(get.encode())
        time.sleep(0.3)
        with _wire(hurried) as late:
            told = _all(late)

        assert told.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert json.loads(_body(told)).keys() == {"error", "instead"}
        assert [_all(wire)[:15] for wire in busy] == [b"HTTP/1.1 200 OK"] * LIMITS.connections


def test_who_does_not_read_is_not_waited_for(hurried: Running) -> None:
    """Answers that nobody fetches are dropped with their connection."""
    get = "GET /_rulebound/docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
    wire = socket.socket()
    with wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect((hurried.caller.host, hurried.caller.port))
        wire.sendall(get.encode() * 8)
        time.sleep(2)
        wire.settimeout(5)

        assert len(_all(wire)) < 8 * 1_000_000
    assert hurried.caller("GET", BOOKS, None, CARD).status == 200


def test_bodies_take_so_much_together(hurried: Running) -> None:
    """One body that waits for its end leaves no room for a second as large: 503, to be repeated."""
    piece = b" " * 250_000
    with _wire(hurried) as first, _wire(hurried) as second:
        for wire in (first, second):
            wire.sendall(f"{HEAD}Content-Length: 290000\r\n\r\n".encode() + piece)
            time.sleep(0.1)

        assert _all(second).startswith(b"HTTP/1.1 503 ")
        assert _all(first).startswith(b"HTTP/1.1 408 ")
    assert hurried.caller("GET", BOOKS, None, CARD).status == 200


@pytest.mark.parametrize("line", ["Content-Length: 99000000", "Content-Length: 400000"])
def test_a_body_far_too_large_is_not_asked_for(hurried: Running, line: str) -> None:
    """It is refused by what it says of itself; with `Expect` before any of it is sent."""
    with _wire(hurried) as wire:
        wire.sendall(f"{HEAD}{line}\r\nExpect: 100-continue\r\n\r\n".encode())
        answer = _all(wire)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"larger than 300000 bytes" in answer


def test_a_body_is_asked_for_where_it_is_wanted(hurried: Running) -> None:
    """`Expect: 100-continue` is answered by 100, then by what the body deserves."""
    body = json.dumps({"title": "Emma"}).encode()
    with _wire(hurried) as wire:
        wire.sendall(f"{HEAD}Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode())
        assert wire.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.sendall(body)

        assert wire.recv(65536).startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    "around",
    [b"1;" + b"a" * 500_000, b"1\r\n{\r\n0\r\nX-A: " + b"a" * 500_000, b"0" * 500_000],
)
def test_what_is_around_a_body_is_bounded(hurried: Running, around: bytes) -> None:
    """Extensions and trailers are read and thrown away, but not by the megabyte."""
    with _wire(hurried) as wire:
        wire.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            for start in range(0, len(around), 50_000):
                wire.sendall(around[start : start + 50_000])
                time.sleep(0.01)
        answer = _all(wire)

    assert answer.startswith(b"HTTP/1.1 400 ")


GOOD = json.dumps(PICKED).encode()


def _pick(call: Caller, *lines: str, body: bytes = GOOD, **other: str) -> bytes:
    named = {**as_user(), "Host": "localhost", "Rulebound-World": call.world or "", **other}
    head = (f"PATCH {PICK} HTTP/1.1", *(f"{n}: {v}" for n, v in named.items() if v), *lines)
    return "\r\n".join((*head, "", "")).encode() + body


LENGTH = f"Content-Length: {len(GOOD)}"
CHUNKS = b"%x;note=1\r\n%s\r\n0\r\n" % (len(GOOD), GOOD)
OFFER = ("Connection: Upgrade, HTTP2-Settings, close", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")


def test_trailers_are_no_headers(call: Caller) -> None:
    """What stands behind a body neither signs in nor chooses a world."""
    before = call.digest()
    trailer = b"Authorization: Bearer token-anna\r\nConnection: close\r\n\r\n"

    sent = _pick(call, "Transfer-Encoding: chunked", body=CHUNKS + trailer, Authorization="")
    answer = call.raw(sent + b"GET / HTTP/1.1\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert answer.count(b"HTTP/1.1 4") == 1
    assert call.digest() == before


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_an_offer_to_speak_otherwise_is_passed_over(call: Caller, framing: str) -> None:
    """A client of HTTP/2 offers it with its first request, whose body is part of the request."""
    lines = (LENGTH, *OFFER) if framing == "length" else ("Transfer-Encoding: chunked", *OFFER)

    answer = call.raw(_pick(call, *lines, body=GOOD if framing == "length" else CHUNKS + b"\r\n"))

    assert answer.startswith(b"HTTP/1.1 204 ")


def test_what_follows_an_offer_is_a_request(call: Caller) -> None:
    """Each of many is answered, in order."""
    get = f"GET {SEARCH}?customer=1080 HTTP/1.1\r\nHost: localhost\r\n"
    get += "".join(f"{name}: {value}\r\n" for name, value in in_console().items())
    offer = f"{get}Connection: upgrade\r\nUpgrade: h2c\r\n\r\n"

    answer = call.raw((offer * 20 + f"{get}Connection: close\r\n\r\n").encode())

    assert answer.count(b"HTTP/1.1 200 OK") == 21


@pytest.mark.parametrize(
    "behind",
    [b"\x00\r\n\r\n", b"GET / HTTP/1.1\r\nA: b\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
)
def test_what_was_asked_before_is_answered_first(call: Caller, behind: bytes) -> None:
    """Bytes that are no request do not take the place of an answer that is due."""
    answer = call.raw(_pick(call, LENGTH) + _pick(call, LENGTH) + behind)

    assert re.findall(rb"HTTP/1\.1 (\d+) [A-Z]", answer) == [b"204", b"400", b"400"]
    assert answer.index(b"rulebound-rule: pick.") < answer.index(b"connection: close")


def test_heads_behind_each_other_are_not_one_head(call: Caller) -> None:
    """However much comes at once, a head that is not whole yet is only what follows the others."""
    one = f"GET {BOOKS} HTTP/1.1\r\nHost: localhost\r\nX-Filler: {'a' * 900}\r\n\r\n".encode()
    with socket.create_connection((call.host, call.port), timeout=5) as wire:
        for _ in range(3):
            wire.sendall(one * 60 + one[:30])
            time.sleep(0.1)
            wire.sendall(one[30:-2] + b"X-Last: b\r\n\r\n")
        wire.shutdown(socket.SHUT_WR)
        answers = _all(wire)

    assert answers.count(b"HTTP/1.1 ") == 183
    assert b"too large" not in answers


def test_a_broken_body_behind_a_good_request_is_refused_in_its_turn(call: Caller) -> None:
    """The good one is carried out, the broken one is not."""
    broken = _pick(call, "Transfer-Encoding: chunked", body=b"zz\r\n")

    answer = call.raw(_pick(call, LENGTH) + broken)

    assert answer.startswith(b"HTTP/1.1 204 ")
    assert answer.count(b"HTTP/1.1 400 ") == 1


def test_who_only_stops_sending_is_answered(call: Caller) -> None:
    """A half-closed connection is one that still reads."""
    with socket.create_connection((call.host, call.port), timeout=5) as wire:
        wire.sendall(_pick(call, LENGTH))
        wire.shutdown(socket.SHUT_WR)

        assert _all(wire).startswith(b"HTTP/1.1 204 ")


def test_who_stops_in_the_middle_is_gone(call: Caller) -> None:
    """Half a body is none, and changes nothing."""
    before = call.digest()
    with socket.create_connection((call.host, call.port), timeout=5) as wire:
        wire.sendall(_pick(call, LENGTH)[:-5])
        wire.shutdown(socket.SHUT_WR)

        assert _all(wire) == b""
    assert call.digest() == before


@pytest.mark.parametrize(
    ("line", "lines", "status"),
    [
        (f"GET http://localhost{SEARCH} HTTP/1.1", ("Host: evil.example.com",), b"401"),
        (f"GET http://evil.example.com{SEARCH} HTTP/1.1", ("Host: localhost",), b"421"),
        (f"GET HTTPS://localhost{SEARCH} HTTP/1.1", ("Host: localhost",), b"401"),
        ("GET http://localhost HTTP/1.1", ("Host: localhost",), b"404"),
        (f"GET ftp://localhost{SEARCH} HTTP/1.1", ("Host: localhost",), b"400"),
        ("GET * HTTP/1.1", ("Host: localhost",), b"400"),
        ("OPTIONS * HTTP/1.1", ("Host: localhost",), b"404"),
        ("CONNECT localhost:80 HTTP/1.1", ("Host: localhost",), b"400"),
        (f"CONNECT {SEARCH} HTTP/1.1", ("Host: localhost",), b"400"),
        (f"TRACE {SEARCH} HTTP/1.1", ("Host: localhost",), b"405"),
        (f"GET {SEARCH} HTTP/2.0", ("Host: localhost",), b"400"),
        (f"GET {SEARCH} HTTP/0.9", ("Host: localhost",), b"400"),
        (f"GET {SEARCH} HTTP/1.1", ("Host: localhost", "Transfer-Encoding: gzip, chunked"), b"400"),
        (f"GET {SEARCH} HTTP/1.0", ("Host: localhost", "Transfer-Encoding: chunked"), b"400"),
        (f"GET {SEARCH}?{'a=1&' * 200} HTTP/1.1", ("Host: localhost",), b"400"),
    ],
)
def test_odd_requests_are_decided(
    call: Caller, line: str, lines: tuple[str, ...], status: bytes
) -> None:
    """What is served, and what is refused, of all that a parser lets through."""
    end = b"0\r\n\r\n" if any("chunked" in each for each in lines) else b""

    answer = call.raw("\r\n".join((line, *lines, "Connection: close", "", "")).encode() + end)

    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.count(b"HTTP/1.1 ") == 1
