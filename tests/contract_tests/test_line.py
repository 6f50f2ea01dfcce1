"""One line to a target: whatever the target does, an exchange ends, and rightly."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rulebound.contract_tests.targets.lines import MOST_FAULTS, Lines, NotSent
from rulebound.contract_tests.wire.line import BadAddress, Line
from rulebound.contract_tests.wire.message import (
    Answer,
    NoAnswer,
    TargetFault,
    UnsendableRequest,
    WireRequest,
)

from tests.contract_tests.raw_server import Behaviour, answering, behaving, request_of

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
GET = WireRequest("GET", "/x")


def ask(*behaviours: Behaviour, request: WireRequest = GET, deadline: float = 5) -> Answer:
    """The answer of a server with this behaviour."""
    with behaving(*behaviours) as url, Line(url, deadline=deadline, most_bytes=10_000) as line:
        return line.send(request)


def fault(*behaviours: Behaviour) -> str:
    """What is said of a server with this behaviour; it has to be said in time."""
    started = time.monotonic()
    with pytest.raises(TargetFault) as caught:
        ask(*behaviours, deadline=0.4)
    # The servers below stay silent for 3 s and more: what is said before is said by the deadline.
    assert time.monotonic() - started < 3
    return str(caught.value)


def test_an_answer_is_read_whole() -> None:
    """Status, headers, body and time of an answer are there."""
    answer = ask(answering(b"HTTP/1.1 201 Made\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 2\r\n\r\nhi"))
    assert (answer.status, answer.body) == (201, b"hi")
    assert answer.headers[:2] == (("X-A", "1"), ("x-a", "2"))
    assert answer.header("x-A") == "1"
    assert 0 < answer.seconds < 5


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("chunked", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
        ("until the end", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi"),
        ("after a 100", b"HTTP/1.1 100 Continue\r\n\r\n" + OK),
    ],
)
def test_every_framing_is_understood(name: str, answer: bytes) -> None:
    """Bodies by chunks, by the end of the connection, and after an interim answer are read."""
    assert ask(answering(answer)).body == b"hi", name


def test_a_head_request_waits_for_no_body() -> None:
    """The answer to HEAD ends with its headers, whatever length they name."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    assert ask(answering(answer), request=WireRequest("HEAD", "/")).body == b""


def test_silence_is_a_fault() -> None:
    """A target that never answers is given up at the deadline."""
    assert fault(lambda line: time.sleep(3)) == "no answer within 0.4 s"


def test_a_drip_is_a_fault() -> None:
    """Bytes that keep coming do not stretch the deadline of the whole exchange."""

    def drip(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            line.sendall(b"X-A: 1\r\n")
            time.sleep(0.05)

    assert "had not ended after 0.4 s" in fault(drip)


def test_an_endless_answer_is_a_fault() -> None:
    """An answer is read up to a number of bytes and no further."""

    def flood(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x" * 4096)

    assert fault(flood) == "the answer is larger than 10000 bytes"


@pytest.mark.parametrize(
    ("bytes_", "says"),
    [
        (b"SSH-2.0-nonsense\r\n\r\n", "is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n", "is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", "in mid-answer"),
        (b"HTTP/1.1 200 OK\r\nX", "in mid-answer"),
        (b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "switched protocols"),
        (b"", "closed without an answer"),
    ],
)
def test_garbled_answers_are_faults(bytes_: bytes, says: str) -> None:
    """What is no whole HTTP answer is told as what it is."""
    assert says in fault(answering(bytes_))


def test_nobody_there_is_a_fault() -> None:
    """A refused connection is a fault of the target."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TargetFault, match="no answer"), Line(f"http://127.0.0.1:{port}") as line:
        line.send(GET)


def test_a_connection_is_kept() -> None:
    """Two requests go over one connection when the target keeps it."""
    refusing = answering(b"HTTP/1.1 500 no\r\n\r\n")
    with behaving(answering(OK, OK), refusing) as url, Line(url) as line:
        assert [line.send(GET).status for _ in range(2)] == [200, 200]


def test_a_stale_connection_is_opened_anew() -> None:
    """A kept connection that the target closed meanwhile says nothing about the target."""
    with behaving(answering(OK), answering(OK)) as url, Line(url) as line:
        assert line.send(GET).status == 200
        time.sleep(0.05)
        assert line.send(GET).status == 200


def test_a_redirect_is_not_followed() -> None:
    """The answer to judge is the one that came."""
    moved = b"HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n"
    assert ask(answering(moved, OK)).status == 302


def test_what_is_sent_is_what_was_asked_for() -> None:
    """Doubled headers and parameters, an odd path and the body go out as they stand; nothing but
    Host and Content-Length is added."""
    seen: list[bytes] = []

    def look(line: socket.socket) -> None:
        seen.append(request_of(line))
        line.sendall(OK)

    request = WireRequest(
        "POST",
        "/a//b;c",
        (("$x", "1 é"), ("$x", "[a,]")),
        (("X-A", "1"), ("X-A", "ü")),
        "ß".encode(),
    )
    ask(look, request=request)
    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /a//b;c?$x=1%20%C3%A9&$x=%5Ba,%5D HTTP/1.1"
    assert lines[1].startswith(b"Host: 127.0.0.1:")
    assert lines[2:] == [b"X-A: 1", "X-A: ü".encode(), b"Content-Length: 2"]
    assert body == "ß".encode()


@pytest.mark.parametrize(
    "request_",
    [
        WireRequest("GET", "/", headers=(("X", "a\r\nY: b"),)),
        WireRequest("GET", "/a b"),
        WireRequest("GET", "/é"),
    ],
)
def test_what_cannot_be_sent_is_not_sent(request_: WireRequest) -> None:
    """A line break in a header or a bare blank in the address is refused before sending."""
    with pytest.raises(UnsendableRequest):
        ask(answering(OK), request=request_)


@pytest.mark.parametrize("url", ["127.0.0.1:80", "ftp://x", "http://", "nonsense"])
def test_an_address_that_is_none_is_told(url: str) -> None:
    """A URL without http or host is refused with what to write instead."""
    with pytest.raises(BadAddress, match="write http://host:port"):
        Line(url)


def test_a_large_body_goes_out_whole() -> None:
    """More than a socket's buffer is sent piece by piece."""
    sizes: list[int] = []

    def look(line: socket.socket) -> None:
        sizes.append(len(request_of(line).partition(b"\r\n\r\n")[2]))
        line.sendall(OK)

    ask(look, request=WireRequest("POST", "/", body=b"x" * 3_000_000), deadline=5)
    assert sizes == [3_000_000]


@contextmanager
def deaf() -> Iterator[int]:
    """The port of a listener whose queue is full: who connects there is not even refused."""
    with socket.create_server(("127.0.0.2", 0), backlog=0) as listener:
        waiting = []
        for _ in range(4):
            line = socket.socket()
            line.setblocking(False)
            line.connect_ex(listener.getsockname())
            waiting.append(line)
        try:
            yield listener.getsockname()[1]
        finally:
            for line in waiting:
                line.close()


def test_a_dead_address_leaves_time_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host of two addresses is reached by the second, where the first says nothing at all."""
    looked_up = socket.getaddrinfo
    with deaf() as port, behaving(answering(OK)) as url:
        own = int(url.rpartition(":")[2])

        def both(host: str, *given: object, **more: object) -> object:
            if host != "both.test":
                return looked_up(host, *given, **more)  # type: ignore[arg-type]
            kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
            return [(*kind, ("127.0.0.2", port)), (*kind, ("127.0.0.1", own))]

        monkeypatch.setattr(socket, "getaddrinfo", both)
        with Line("http://both.test", deadline=2) as line:
            assert line.send(GET).body == b"hi"


def test_an_address_where_nobody_answers_ends_by_the_deadline() -> None:
    """The last address has all the time that is left, and no more."""
    with (
        deaf() as port,
        Line(f"http://127.0.0.2:{port}", deadline=0.3) as line,
        pytest.raises(NoAnswer, match="no answer within"),
    ):
        line.send(GET)


USELESS = {
    "too large": b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + b"x" * 20_000,
    "too deep": b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n" + b"[" * 600,
    "packed": b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nhi",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
}


@pytest.mark.parametrize("kind", USELESS)
def test_a_target_that_answers_is_not_given_up(kind: str) -> None:
    """What cannot be used is an answer still: the target is there."""
    useless = [answering(USELESS[kind])] * (MOST_FAULTS + 1)
    with behaving(*useless, answering(OK)) as url:
        lines = Lines(url, 5, most_bytes=10_000)
        for _ in useless:
            with pytest.raises(TargetFault) as caught:
                lines.send(GET)
            assert not isinstance(caught.value, NoAnswer | NotSent)
        assert lines.send(GET).body == b"hi"
        lines.close()


def test_a_target_without_an_answer_is_given_up() -> None:
    """Five in a row; an answer in between, if useless, begins the count anew."""
    hangs_up: Behaviour = lambda line: line.close()  # noqa: E731
    behaviours = [hangs_up] * (MOST_FAULTS - 1) + [answering(USELESS["no HTTP"])]
    with behaving(*behaviours, hangs_up) as url:
        lines = Lines(url, 5)
        for _ in range(2 * MOST_FAULTS):
            with pytest.raises(TargetFault) as caught:
                lines.send(GET)
            assert not isinstance(caught.value, NotSent)
        with pytest.raises(NotSent, match="given up after 5"):
            lines.send(GET)
        lines.close()
