"""A stub with one fault: a small server on loopback in front of the real one, which it misuses."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.wire.message import Answer, WireRequest

SEARCH, TASK = "/ws/v12/interaction/activity", "/activity/task"
EMAIL, PICK = "/activity/email/general", "/activity/pick"
_HOP = frozenset(("content-length", "connection", "host", "transfer-encoding"))


@dataclass
class Exchange:
    """One request on its way to the real stub; `memory` is the fault's own, shared by all."""

    request: WireRequest
    lines: Lines
    memory: dict[str, Any]
    lock: threading.Lock

    @property
    def world(self) -> str:
        """The world the request is for."""
        return self.request.header("rulebound-world") or "default"

    def to(self, path: str, method: str | None = None) -> bool:
        """Whether the request is for an operation, by the end of its address."""
        right = method is None or self.request.method == method
        return right and self.request.path.endswith(path)

    def asks(self, name: str) -> str | None:
        """The value of a query parameter."""
        return next((value for key, value in self.request.query if key == name), None)

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.request.body or b"")
        except (ValueError, RecursionError):
            return None

    def pass_on(self, **changes: Any) -> Answer:
        """What the real stub answers to the request, changed in some fields."""
        return self.lines.send(replace(self.request, **changes))

    def tried(self) -> Answer:
        """What the real stub would answer: nothing is changed by it."""
        if self.request.header("rulebound-scratch") is not None:
            return self.pass_on()
        return self.pass_on(headers=(*self.request.headers, ("Rulebound-Scratch", "yes")))

    def with_body(self, body: Any) -> Answer:
        """What the real stub answers with another JSON body."""
        return self.pass_on(body=json.dumps(body).encode())

    def with_query(self, **values: str | None) -> Answer:
        """What the real stub answers with other query parameters; None takes one away."""
        kept = [(name, value) for name, value in self.request.query if name not in values]
        more = [(name, value) for name, value in values.items() if value is not None]
        return self.pass_on(query=(*kept, *more))

    def activities(self, answer: Answer) -> list[dict[str, Any]] | None:
        """The activities in a search's JSON answer; an empty list for 204, None for others."""
        if not self.to(SEARCH, "GET") or answer.status not in (200, 204):
            return None
        if answer.status == 204:
            return []
        if answer.media_type != "application/json":
            return None
        found: list[dict[str, Any]] = answer.json()["activity"]
        return found


Fault = Callable[[Exchange], Answer]


def showing(answer: Answer, activities: list[dict[str, Any]], like: Answer | None = None) -> Answer:
    """A search answer with other activities; `like` is where the rest of a new body comes from."""
    if not activities:
        return replace(answer, status=204, body=b"")
    body = (like or answer).json()
    return with_json(replace(like or answer), {**body, "activity": activities})


def with_json(answer: Answer, body: Any) -> Answer:
    """The same answer with another JSON body."""
    return replace(answer, body=json.dumps(body).encode())


@dataclass
class FaultyStub:
    """Serves the stub at `upstream` with one fault switched on, as long as the context is open."""

    upstream: str
    fault: Fault
    memory: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> FaultyStub:
        self._lines = Lines(self.upstream)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.lock = threading.Lock()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._lines.close()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, request: WireRequest) -> Answer:
        """The answer to a request: by way of the fault, unless it is for the control plane."""
        if request.path.startswith("/_rulebound"):
            return self._lines.send(request)
        return self.fault(Exchange(request, self._lines, self.memory, self.lock))


def _handler(stub: FaultyStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            length = self.headers.get("Content-Length")
            body = self.rfile.read(int(length)) if length else None
            parts = urlsplit(self.path)
            answer = stub.answer(
                WireRequest(
                    method=self.command,
                    path=parts.path,
                    query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
                    headers=tuple(
                        pair for pair in self.headers.items() if pair[0].lower() not in _HOP
                    ),
                    body=body,
                )
            )
            head = [f"HTTP/1.1 {answer.status} Answered"]
            head += [f"{k}: {v}" for k, v in answer.headers if k.lower() not in _HOP]
            head += [f"Content-Length: {len(answer.body)}"] if answer.status != 204 else []
            self.wfile.write("\r\n".join(head).encode() + b"\r\n\r\n" + answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    return Handler
