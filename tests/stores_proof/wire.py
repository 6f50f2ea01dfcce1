"""Many clients at once over connections that stay open, in one thread: each is a generator that
yields requests and is sent their answers. A tick of the shared clock passes with everything that
is sent or received, so that ticks tell what came before what."""

from __future__ import annotations

import json
import selectors
import socket
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

PATIENCE = 60.0
"""Seconds that nobody may be silent for."""


@dataclass(frozen=True)
class Answer:
    """An answer as it came; status 0 when the connection ended without one."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    began: int = 0
    ended: int = 0

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    @property
    def rule(self) -> str | None:
        """The rule that refused."""
        return self.headers.get("rulebound-rule")


Script = Generator[bytes, Answer, None]


def request(
    method: str, path: str, headers: Mapping[str, str] | None = None, body: Any = None
) -> bytes:
    """The bytes of a request; what is no text or bytes is sent as JSON."""
    lines = {"Host": "127.0.0.1", **(headers or {})}
    if body is None:
        content = b""
    else:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = {"Content-Type": "application/json", **lines, "Content-Length": str(len(content))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content


class Line:
    """One connection, kept open."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._open()

    def _open(self) -> None:
        self.wire = socket.create_connection(self._address, timeout=PATIENCE)
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = b""

    def reopen(self) -> None:
        """Begin anew after the other end has closed the connection."""
        self.close()
        self._open()

    def refresh(self) -> None:
        """Begin anew where the stub has closed the connection, as it does after five seconds
        without a request."""
        self.wire.setblocking(False)
        try:
            closed = not self.wire.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            closed = False
        except OSError:
            closed = True
        self.wire.settimeout(PATIENCE)
        if closed:
            self.reopen()

    def send(self, content: bytes) -> None:
        """Send a request. That nobody is there any more is found by who waits for the answer."""
        with suppress(OSError):
            self.wire.sendall(content)

    def receive(self) -> Answer | None:
        """Read what there is: an answer if it is whole, else None."""
        try:
            piece = self.wire.recv(1 << 16)
        except TimeoutError:
            raise
        except OSError:
            piece = b""
        if not piece:
            return Answer(0, {}, self._read)
        self._read += piece
        return self._whole()

    def _whole(self) -> Answer | None:
        head, found, rest = self._read.partition(b"\r\n\r\n")
        if not found:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        assert "transfer-encoding" not in headers, first
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return None
        self._read = rest[length:]
        return Answer(int(first.split(" ", 2)[1]), headers, rest[:length])

    def ask(self, content: bytes) -> Answer:
        """One request and its answer."""
        self.refresh()
        self.send(content)
        while True:
            told = self.receive()
            if told is not None:
                return told

    def close(self) -> None:
        """End the connection."""
        self.wire.close()


class Clients:
    """Connections that work at the same time, with the clock they share."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.ticks = 0

    def run(self, scripts: Sequence[Script]) -> None:
        """Carry out one script on each connection, all at once. A script whose connection ends is
        told so by an answer of status 0, and has to end then.

        Raises TimeoutError when all are silent for PATIENCE.
        """
        with selectors.DefaultSelector() as waiting:
            began: dict[Line, int] = {}
            for line, script in zip(self.lines, scripts, strict=True):
                line.refresh()
                waiting.register(line.wire, selectors.EVENT_READ, (line, script))
                began[line] = self._go_on(waiting, line, script, None)
            while waiting.get_map():
                ready = waiting.select(PATIENCE)
                if not ready:
                    raise TimeoutError(f"{len(waiting.get_map())} requests are not answered")
                for key, _ in ready:
                    line, script = key.data
                    told = line.receive()
                    if told is not None:
                        told = self._stamped(told, began[line])
                        began[line] = self._go_on(waiting, line, script, told)

    def _stamped(self, told: Answer, began: int) -> Answer:
        self.ticks += 1
        return Answer(told.status, told.headers, told.content, began, self.ticks)

    def _go_on(
        self, waiting: selectors.BaseSelector, line: Line, script: Script, told: Answer | None
    ) -> int:
        """Send what comes next in a script, and tell when; the connection leaves at its end."""
        try:
            content = next(script) if told is None else script.send(told)
        except StopIteration:
            waiting.unregister(line.wire)
            return 0
        self.ticks += 1
        line.send(content)
        return self.ticks
