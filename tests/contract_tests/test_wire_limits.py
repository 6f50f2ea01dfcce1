"""The limits of a line: what is just allowed passes, what is just beyond is a fault, and the time
of a whole run is kept."""

from __future__ import annotations

import gzip
import socket
import time
import zlib

import pytest
from rulebound.contract_tests.targets.lines import MOST_FAULTS, Lines
from rulebound.contract_tests.wire.deadline import RunDeadline, RunOver
from rulebound.contract_tests.wire.depth import TooDeep, check_depth
from rulebound.contract_tests.wire.framing import MOST_HEADERS, MOST_INTERIM
from rulebound.contract_tests.wire.line import Line
from rulebound.contract_tests.wire.message import Answer, TargetFault, WireRequest

from tests.contract_tests.raw_server import Behaviour, answering, behaving, request_of

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
GET = WireRequest("GET", "/")
POST = WireRequest("POST", "/", body=b"{}")


def ask(behaviour: Behaviour, most_bytes: int = 10_000) -> Answer:
    """The answer of a server with this behaviour."""
    with behaving(behaviour) as url, Line(url, deadline=5, most_bytes=most_bytes) as line:
        return line.send(GET)


def packed(coding: str, body: bytes) -> Behaviour:
    """An answer with this body, packed as its header says."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return answering(head.encode() + body)


def raw_deflate(body: bytes) -> bytes:
    """Deflate without the header it should have."""
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(body) + packing.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"hi", mtime=0)),
        ("X-GZIP", gzip.compress(b"hi", mtime=0)),
        ("deflate", zlib.compress(b"hi")),
        ("deflate", raw_deflate(b"hi")),
        ("identity", b"hi"),
        ("", b"hi"),
    ],
)
def test_a_packed_body_is_unpacked(coding: str, body: bytes) -> None:
    """A body that comes packed, though nobody asked for it, is read as what it means."""
    assert ask(packed(coding, body)).body == b"hi"


def test_a_packed_body_may_be_empty() -> None:
    """An answer without a body is one, whatever it says of its packing."""
    assert ask(packed("gzip", b"")).body == b""


def test_the_bytes_of_an_unpacked_body_are_counted() -> None:
    """A body is unpacked to as many bytes as allowed, and not to one more."""
    assert len(ask(packed("gzip", gzip.compress(b"x" * 10_000))).body) == 10_000
    with pytest.raises(TargetFault, match="larger than 10000 bytes when unpacked"):
        ask(packed("gzip", gzip.compress(b"x" * 10_001)))


@pytest.mark.parametrize(
    ("repeated", "most", "says"),
    [
        (b"X-A: b\r\n", MOST_HEADERS - 1, "more than 100 headers"),
        (b"X-A: %s\r\n" % (b"x" * 8189), 8, "headers are larger than 65536 bytes"),
    ],
)
def test_headers_are_counted(repeated: bytes, most: int, says: str) -> None:
    """As many headers and bytes of them as allowed pass, and no more."""
    head, tail = b"HTTP/1.1 200 OK\r\n", b"Content-Length: 0\r\n\r\n"
    if most == 8:
        # All but the bytes of the length.
        shorter = b"X-A: %s\r\n" % (b"x" * (8192 - 3 - len("Content-Length0")))
        sound = head + repeated * 7 + shorter + tail
    else:
        sound = head + repeated * most + tail
    assert ask(answering(sound), 200_000).status == 200
    with pytest.raises(TargetFault, match=says):
        ask(answering(head + repeated * (most + 1) + tail), 200_000)


def test_interim_answers_are_counted() -> None:
    """As many interim answers as allowed are passed over, and no more."""
    interim = b"HTTP/1.1 102 Wait\r\n\r\n"
    assert ask(answering(interim * MOST_INTERIM + OK)).body == b"hi"
    with pytest.raises(TargetFault, match="more than 20 interim answers"):
        ask(answering(interim * (MOST_INTERIM + 1) + OK))


def test_what_follows_the_chunks_is_no_header() -> None:
    """Fields behind a body cannot pass for the headers in front of it."""
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"
    answer = ask(answering(chunks + b"Content-Type: text/html\r\n\r\n"))
    assert (answer.body, answer.media_type) == (b"hi", None)


@pytest.mark.parametrize(
    ("media", "just", "beyond"),
    [
        ("application/json", b"[" * 200 + b"]" * 200, b"[" * 201 + b"]" * 201),
        ("application/json", b'["%s"]' % (b"[" * 300), b'["\\"", %s' % (b"[" * 300)),
        ("application/problem+json", b"[[], " * 150 + b"]" * 150, b'{"a":[' * 101),
        (None, b"text [" + b"[" * 300, b" [" + b"[" * 300),
        ("application/xml", b"<a>" * 200 + b"</a>" * 200, b"<a>" * 201 + b"</a>" * 201),
        ("application/xml", b"<a>" + b"<b/><c></c>" * 300 + b"</a>", b"<a>" * 201),
        ("text/xml", b"<a><![CDATA[" + b"<a>" * 300 + b"]]></a>", b"<a>" * 150 + b"<a b='>'>" * 51),
        ("text/xml", b"<!DOCTYPE a><a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'),
    ],
)
def test_levels_are_counted(media: str | None, just: bytes, beyond: bytes) -> None:
    """200 levels are allowed; brackets and tags inside of texts are none."""
    check_depth(just, media)
    with pytest.raises(TooDeep):
        check_depth(beyond, media)


@pytest.mark.parametrize(
    ("media", "body", "values"),
    [
        ("application/json", b'[1, 2, {"a": "3, 4, [5"}]', 4),
        ("application/xml", b'<a b="1"><c/></a>', 3),
    ],
)
def test_values_are_counted(media: str, body: bytes, values: int) -> None:
    """A body of as many values as allowed passes, and of no more; texts are one each."""
    check_depth(body, media, most_values=values)
    with pytest.raises(TooDeep, match=f"more than {values - 1} values"):
        check_depth(body, media, most_values=values - 1)


def test_a_write_is_never_sent_twice() -> None:
    """A request that changes something is not repeated when the connection breaks under it, as it
    may have been carried out."""
    posts: list[bytes] = []

    def take_and_break(line: socket.socket) -> None:
        request_of(line)
        line.sendall(OK)
        posts.append(request_of(line))
        line.close()

    with behaving(take_and_break) as url, Line(url, deadline=5) as line:
        assert line.send(GET).status == 200
        with pytest.raises(TargetFault, match="without an answer"):
            line.send(POST)
    assert len(posts) == 1


def test_bytes_behind_an_answer_are_no_answer() -> None:
    """A second answer that nobody asked for is never taken for that to the next request."""

    def split(line: socket.socket) -> None:
        request_of(line)
        line.sendall(OK + b"HTTP/1.1 500 Forged\r\n\r\n")
        line.recv(1)

    def split_later(line: socket.socket) -> None:
        request_of(line)
        line.sendall(OK)
        time.sleep(0.05)
        line.sendall(b"HTTP/1.1 500 Forged\r\n\r\n")
        line.recv(1)

    with behaving(split, split_later, answering(OK)) as url, Line(url) as line:
        statuses = [line.send(POST).status for _ in range(2)]
        time.sleep(0.2)
        assert [*statuses, line.send(POST).status] == [200, 200, 200]


def test_an_answer_before_the_whole_request_is_read() -> None:
    """A target that refuses a large body without reading it is heard."""

    def refuse(line: socket.socket) -> None:
        line.recv(100)
        line.sendall(b"HTTP/1.1 413 Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass

    with behaving(refuse) as url, Line(url, deadline=5) as line:
        assert line.send(WireRequest("POST", "/", body=b"x" * 5_000_000)).status == 413


def test_a_run_ends_by_its_deadline() -> None:
    """An exchange is cut off by the end of the run, and after it nothing is sent."""
    reached: list[bytes] = []

    def silent(line: socket.socket) -> None:
        reached.append(request_of(line))
        line.recv(1)

    with behaving(silent) as url:
        lines = Lines(url, 60, run=RunDeadline(0.3))
        for _ in range(MOST_FAULTS + 2):
            with pytest.raises(RunOver, match=r"the time of the run \(0.3 s\) is over"):
                lines.send(GET)
        lines.close()
    assert len(reached) == 1


def test_the_time_of_a_run_is_told() -> None:
    """What is left grows less with the clock and is never below 0."""
    now = 100.0
    run = RunDeadline(5, lambda: now)
    assert run.left() == 5
    run.check()
    now = 107.0
    assert run.left() == 0
    with pytest.raises(RunOver):
        run.check()


def test_a_name_nobody_knows_is_a_fault() -> None:
    """A host that cannot be looked up, or is no name at all, is told as that, in time."""
    for host in ("nobody.invalid", "a" * 70 + ".invalid"):
        line = Line(f"http://{host}:1", deadline=5)
        with line, pytest.raises(TargetFault, match=r"looked up|no answer within"):
            line.send(GET)


def test_many_small_answers_pass() -> None:
    """A kept line carries one answer after the other, each read whole."""
    with behaving(answering(*[OK] * 50)) as url, Line(url) as line:
        assert {line.send(POST).body for _ in range(50)} == {b"hi"}
