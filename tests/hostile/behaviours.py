"""What a hostile target may do with a connection, each under a name that says it."""

from __future__ import annotations

import gzip
import itertools
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from tests.contract_tests.raw_server import Behaviour, request_of

JSON = b"Content-Type: application/json\r\n"
XML = b"Content-Type: application/xml\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
_MEBIBYTE = 1024 * 1024
_BOMB = 120 * _MEBIBYTE
_PAUSE = 0.02


@dataclass(frozen=True)
class Hostile:
    """A behaviour: what a line makes of it (words of its fault; None: an answer like any other),
    and how a run of rule cases ends (2 cannot judge, as where no API would answer so; 1 it answers,
    but not as documented)."""

    name: str
    behave: Behaviour
    fault: str | None
    code: int = 2
    tls: str | None = None


def after_request(*pieces: bytes | Callable[[], bytes]) -> Behaviour:
    """Read a request, send these bytes, hang up."""

    def behave(line: socket.socket) -> None:
        request_of(line)
        for piece in pieces:
            line.sendall(piece if isinstance(piece, bytes) else piece())
        line.shutdown(socket.SHUT_WR)
        line.recv(1)

    return behave


def stream(head: bytes, pieces: Iterable[bytes], pause: float = 0.0) -> Behaviour:
    """Read a request, send the head, then the pieces until nobody takes them any more."""

    def behave(line: socket.socket) -> None:
        request_of(line)
        line.sendall(head)
        for piece in pieces:
            line.sendall(piece)
            if pause:
                time.sleep(pause)

    return behave


def drip(text: bytes, again: bytes) -> Behaviour:
    """Read a request, then send byte by byte, the last part over and over."""

    def pieces() -> Iterator[bytes]:
        for byte in itertools.chain(text, itertools.cycle(again)):
            yield bytes([byte])

    def behave(line: socket.socket) -> None:
        stream(b"", pieces(), _PAUSE)(line)

    return behave


def answer(body: bytes, fields: bytes = JSON, status: bytes = b"200 OK") -> bytes:
    """A sound answer with this body."""
    length = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + status + b"\r\n" + fields + length + b"\r\n" + body


def reset(line: socket.socket) -> None:
    """Break the connection without a farewell."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def reset_after(sent: bytes) -> Behaviour:
    """Read a request, send some of an answer, break the connection."""

    def behave(line: socket.socket) -> None:
        request_of(line)
        line.sendall(sent)
        time.sleep(0.05)
        reset(line)

    return behave


def silent(line: socket.socket) -> None:
    """Take what comes and say nothing."""
    while line.recv(65536):
        pass


def never_reading(line: socket.socket) -> None:
    """Neither take nor say anything, for longer than any test waits."""
    time.sleep(20)


def packed(coding: bytes, body: Callable[[], bytes]) -> Behaviour:
    """An answer whose body is packed in this coding, as it says."""
    return after_request(lambda: answer(body(), JSON + b"Content-Encoding: " + coding + b"\r\n"))


@cache
def bomb(wbits: int) -> bytes:
    """120 MiB of blanks, packed."""
    packing = zlib.compressobj(6, wbits=wbits)
    pieces = [packing.compress(b" " * _MEBIBYTE) for _ in range(_BOMB // _MEBIBYTE)]
    return b"".join([*pieces, packing.flush()])


def gzip_bomb() -> bytes:
    """The bomb as gzip."""
    return bomb(31)


def deflate_bomb() -> bytes:
    """The bomb as deflate without its header."""
    return bomb(-15)


@cache
def nested_bomb() -> bytes:
    """The bomb packed once more."""
    return gzip.compress(gzip_bomb())


def truncated_gzip() -> bytes:
    """Half of a packed body."""
    whole = gzip.compress(b'{"a": "' + bytes(range(256)).hex().encode() + b'"}')
    return whole[: len(whole) // 2]


def gzip_and_more() -> bytes:
    """A packed body with something behind it."""
    return gzip.compress(b"{}") + b"more"


def nested(opening: bytes, closing: bytes, levels: int) -> bytes:
    """A body so many levels deep."""
    return opening * levels + closing * levels


def switched(line: socket.socket) -> None:
    """Speak another protocol from now on."""
    request_of(line)
    line.sendall(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
    line.recv(1)


def hurried(line: socket.socket) -> None:
    """Answer before anything was asked, and go on answering."""
    line.sendall(answer(b"{}") * 3)
    silent(line)


def splitting(line: socket.socket) -> None:
    """Send a second answer behind the first, a moment later, for the next request to find."""
    while True:
        request_of(line)
        line.sendall(answer(b"{}"))
        time.sleep(0.05)
        line.sendall(NO_CONTENT)
