"""A real server on loopback that writes down every request, and answers as a test tells it to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request: when it came (seconds that only grow), and what it was."""

    at: float
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        """Its path."""
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """Its query, decoded."""
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Told:
    """An answer; `raw` are its bytes where it is no HTTP."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None


Answerer = Callable[[Asked], Told]


@dataclass
class Recorder:
    """`seen` are the exchanges in the order they came; `connections` counts what was opened.
    Answers come one by one, but for `at_once`."""

    answer: Answerer
    host: str = "127.0.0.1"
    at_once: bool = False
    seen: list[tuple[Asked, Told]] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> list[Asked]:
        """The requests."""
        return [asked for asked, _ in self.seen]

    def forget(self) -> None:
        """Begin anew."""
        self.seen.clear()

    def meet(self, asked: Asked) -> Told:
        """Answer one request and write it down."""
        with nullcontext() if self.at_once else self._lock:
            told = self.answer(asked)
            self.seen.append((asked, told))
        return told


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    recorder: Recorder

    def setup(self) -> None:
        self.recorder.connections += 1
        super().setup()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._handle
        raise AttributeError(name)

    def _handle(self) -> None:
        at = time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = tuple(self.headers.items())
        told = self.recorder.meet(Asked(at, self.command, self.path, headers, body))
        if told.raw is not None:
            self.wfile.write(told.raw)
            self.close_connection = True
            return
        head = [f"HTTP/1.1 {told.status} -".encode()]
        for name, value in told.headers:
            head.append(f"{name}: {value}".encode("utf-8", "surrogateescape"))
        if told.status not in (204, 304):
            head.append(f"Content-Length: {len(told.body)}".encode())
        self.wfile.write(b"\r\n".join(head) + b"\r\n\r\n" + told.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def recording(
    answer: Answerer, host: str = "127.0.0.1", *, at_once: bool = False
) -> Iterator[Recorder]:
    """A recorder that listens as long as the context is open."""
    recorder = Recorder(answer, host, at_once)
    server = ThreadingHTTPServer(
        (host, 0), type("_Bound", (_Handler,), {"recorder": recorder}), bind_and_activate=True
    )
    server.daemon_threads = True
    recorder.url = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield recorder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def most_within(moments: list[float], seconds: float) -> int:
    """The most moments in any stretch of time."""
    ordered, most, first = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
