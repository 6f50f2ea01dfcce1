"""Bytes to a server and what comes back, without any HTTP library between."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

PIECE = 1 << 18
QUIET = 0.03
"""Seconds after a whole answer in which another would have begun to arrive."""
BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer as it stood on the wire; header names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        return next((value for each, value in self.headers if each == name), "")


@dataclass(frozen=True, slots=True)
class Meeting:
    """How it went: the answers, whatever stood between or behind them, and whether it was ended."""

    answers: tuple[Heard, ...]
    rest: bytes
    closed: bool
    seconds: float


def meet(address: tuple[str, int], pieces: Sequence[bytes | float], patience: float) -> Meeting:
    """Send the pieces, waiting where a number stands, and read until the server ends it.

    A server that keeps the line open is left when an answer is whole and no other follows. In:
    `patience` in seconds; after that it counts as not closed.
    """
    began = time.monotonic()
    heard = bytearray()
    with socket.create_connection(address, timeout=patience) as wire:
        closed = _send(wire, pieces, heard) or _read(wire, heard, began + patience)
    answers, rest = split(bytes(heard))
    return Meeting(answers, rest, closed, time.monotonic() - began)


def _send(wire: socket.socket, pieces: Sequence[bytes | float], heard: bytearray) -> bool:
    """Whether the server ended it before all was sent."""
    wire.setblocking(False)
    for piece in pieces:
        if isinstance(piece, float):
            if _read(wire, heard, time.monotonic() + piece, leave=False):
                return True
            continue
        left = memoryview(piece)
        while left:
            with selectors.DefaultSelector() as ready:
                ready.register(wire, selectors.EVENT_READ | selectors.EVENT_WRITE)
                events = ready.select(5)
            if not events:
                return False
            if any(mask & selectors.EVENT_READ for _, mask in events) and _take(wire, heard):
                return True
            if any(mask & selectors.EVENT_WRITE for _, mask in events):
                try:
                    left = left[wire.send(left[:PIECE]) :]
                except OSError:
                    while not _take(wire, heard):
                        pass
                    return True
    return False


def _read(wire: socket.socket, heard: bytearray, until: float, *, leave: bool = True) -> bool:
    """Whether the server ended it. A whole answer with nothing behind it is enough to leave."""
    while (left := until - time.monotonic()) > 0:
        whole = leave and bool(heard) and _whole(bytes(heard))
        with selectors.DefaultSelector() as ready:
            ready.register(wire, selectors.EVENT_READ)
            readable = ready.select(min(QUIET, left) if whole else left)
        if readable:
            if _take(wire, heard):
                return True
        elif whole:
            return False
    return False


def _take(wire: socket.socket, heard: bytearray) -> bool:
    try:
        data = wire.recv(PIECE)
    except (BlockingIOError, InterruptedError):
        return False
    except OSError:
        return True
    heard += data
    return not data


def _whole(data: bytes) -> bool:
    answers, rest = split(data)
    return bool(answers) and answers[-1].status >= 200 and not rest


def split(data: bytes) -> tuple[tuple[Heard, ...], bytes]:
    """The whole answers at the beginning, and the bytes behind them."""
    answers = []
    while data.startswith(b"HTTP/1."):
        head, middle, behind = data.partition(b"\r\n\r\n")
        if not middle:
            break
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = tuple(
            (name.strip().lower(), value.strip())
            for name, _, value in (line.partition(":") for line in lines[1:])
        )
        found = _body(status, dict(headers), behind)
        if found is None:
            break
        answers.append(Heard(status, headers, found[0]))
        data = found[1]
    return tuple(answers), data


def _body(status: int, headers: dict[str, str], data: bytes) -> tuple[bytes, bytes] | None:
    """The body and what is behind it; nothing where it has not all come."""
    if status < 200 or status in BODILESS:
        return b"", data
    if "chunked" in headers.get("transfer-encoding", ""):
        return _chunks(data)
    size = int(headers.get("content-length", "0"))
    return (data[:size], data[size:]) if len(data) >= size else None


def _chunks(data: bytes) -> tuple[bytes, bytes] | None:
    body = b""
    while True:
        line, middle, behind = data.partition(b"\r\n")
        if not middle:
            return None
        size = int(line.split(b";")[0], 16)
        if len(behind) < size + 2:
            return None
        body, data = body + behind[:size], behind[size + 2 :]
        if not size:
            return body, data
