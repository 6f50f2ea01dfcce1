"""What is no HTTP request, answered all the same in the form of the API it was meant for.

Everything that goes wrong before there is a request to route: bytes that cannot be parsed, that
come too slowly, or for which there is no room. What HTTP leaves open is decided here too.
"""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus
from typing import Any
from weakref import ref

import httptools
from rulebound.mock_server.answers import JSON, Answer
from rulebound.mock_server.connections import LINGERS, Connection
from rulebound.mock_server.current import Current
from rulebound.mock_server.exchange import LINE
from rulebound.mock_server.joining import Joined
from rulebound.mock_server.plain_answers import plain
from rulebound.mock_server.refusals import FAILURES
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_UNREADABLE = "it is no HTTP request that can be read"
_ABSOLUTE = re.compile(rb"https?://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_LINE = re.compile(rb"(?:\r\n)*[!-~]{1,40} (/[!-~]*) HTTP/")
_INSTEAD = "send one request of HTTP/1.1, as RFC 9112 writes it"


class _Odd(Exception):
    """Why a request that the parser takes is none that is served."""


class Line:
    """The connection of one request, as what serves it may end it; ASGI has no message for that."""

    __slots__ = ("_cycle", "_protocol")

    def __init__(self, protocol: Protocol, cycle: RequestResponseCycle) -> None:
        self._protocol = protocol
        # The scope of the cycle leads here: held firmly, each request would be left to collections.
        self._cycle = ref(cycle)

    def hang_up(self) -> None:
        """Close the connection. The request counts as left by its caller: no answer is due."""
        cycle = self._cycle()
        if cycle is not None:
            cycle.disconnected = True
            cycle.transport.close()

    def refuse(self, name: str, fault: str) -> None:
        """Answer a request whose body is still arriving, and end the connection."""
        self._protocol.refuse(name, fault)


def protocol_of(current: Current) -> type[Protocol]:
    """The protocol by which uvicorn serves the current stub."""
    served = {"current": current, "limits": current.stub.limits}
    return type("StubProtocol", (Protocol,), served)


class Protocol(Connection):
    """One connection: what comes in is a request, or it is refused and the connection ends."""

    current: Current

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.url = b""
        self._earlier: list[RequestResponseCycle] = []
        """Those that were not answered yet when the next one came."""

    def data_received(self, data: bytes) -> None:
        """Read what came; wait, but not for ever, for what is missing."""
        if self.ended:
            return
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        cycle = self.cycle
        known = 0 if cycle is None else len(cycle.body)
        self._feed(data)
        if self.ended:
            return
        before, cycle = cycle, self.cycle
        if cycle is not before:
            self.at_ease()
        if cycle is None or cycle.response_complete or cycle.scope is not self.scope:
            # Behind whole requests, how much of it is the next head only the parser knows.
            self.await_head(len(data) if cycle is before else 1)
        elif cycle.more_body:
            grown = len(cycle.body) - (known if cycle is before else 0)
            self.await_body(len(data), grown)
        else:
            if self._deadline is not None:
                self.at_ease()
            if self.headers:  # trailers, by which the parser may have ended
                cycle.keep_alive = False

    def _feed(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as upgrade:
                data = self._without_upgrade() + data[upgrade.args[0] :]
            except httptools.HttpParserError as error:
                odd = error.__context__
                if not self.url and (line := _LINE.match(data)):
                    self.url = line[1]  # of a method that the parser does not know
                self.refuse("malformed", str(odd) if isinstance(odd, _Odd) else _UNREADABLE)
                return

    def _without_upgrade(self) -> bytes:
        """The head of a request that offers another protocol, as if it did not; for a new parser.

        RFC 9110 lets a server go on as if nothing was offered; but the parser would take what
        follows, be it the body, for that other protocol.
        """
        version = self.parser.get_http_version()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version.encode())]
        for name, value in self.headers:
            if name == b"connection":
                kept = (each for each in value.split(b",") if each.strip().lower() != b"upgrade")
                lines.append(b"connection: " + b",".join(kept))
            elif name != b"upgrade":
                lines.append(name + b": " + value)
        self.parser = httptools.HttpRequestParser(self)
        return b"\r\n".join((*lines, b"", b""))

    def _should_upgrade(self) -> bool:
        """A request that offers another protocol is not served yet: see `_without_upgrade`."""
        return True

    def on_headers_complete(self) -> None:
        """Have a request served. Raises _Odd for what is none, which ends up in `_feed`."""
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise _Odd("the stub is no proxy")
            return
        if self.url[:1] != b"/":
            self._read_target()
        if self.cycle is not None and not self.cycle.response_complete:
            self._earlier.append(self.cycle)
        elif self._earlier:
            self._earlier = []
        super().on_headers_complete()
        self.since = self.loop.time()
        # What comes behind the body is no header: it is read, and thrown away.
        self.headers = []
        self.scope["extensions"] = {LINE: Line(self, self.cycle)}  # type: ignore[dict-item]
        # An answer to HEAD is its head alone, and the word to go on comes before any answer.
        if self.scope["method"] != "HEAD" and not self.expect_100_continue:
            self.cycle.transport = Joined(self.transport)  # type: ignore[assignment]

    def _read_target(self) -> None:
        """A target with scheme and host is the path, and its host stands for the header."""
        if self.url == b"*" and self.parser.get_method() == b"OPTIONS":
            return
        absolute = _ABSOLUTE.fullmatch(self.url)
        if absolute is None:
            raise _Odd("its target is no path")
        self.url = absolute[2] if absolute[2].startswith(b"/") else b"/" + absolute[2]
        self.headers[:] = [each for each in self.headers if each[0] != b"host"]
        self.headers.append((b"host", absolute[1]))

    def eof_received(self) -> bool:  # type: ignore[override]
        """A caller that only stops sending still gets its answer."""
        cycle = self.cycle
        if self.ended or cycle is None or cycle.more_body or cycle.response_started:
            return False
        cycle.keep_alive = False
        return True

    def refuse(self, name: str, fault: str) -> None:
        """Answer behind what is under way, and end: where a next request begins cannot be told."""
        if self.ended:
            return
        self.ended = True
        self.at_ease()
        answer = self._answer(name, fault)
        last: RequestResponseCycle | None = self.cycle
        if last is not None and last.more_body and not last.response_complete:
            if not self.pipeline:
                last.disconnected = True
                last.message_event.set()
                self._part(b"" if last.response_started else answer)
                return
            self.pipeline.popleft()
            last = self._earlier[-1]
        if last is None or last.response_complete:
            # What is still coming of a body that was answered already is due no second answer.
            self._part(b"" if last is not None and last.more_body else answer)
        else:
            last.on_response = partial(self._part, answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """All that is under way counts as left by its caller; uvicorn tells the last one only."""
        for cycle in self._earlier:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def turn_away(self, name: str, fault: str) -> None:
        """Refuse and close at once; who waits for nothing is not told why."""
        self.ended = True
        if self.transport.is_closing():  # what it was told it does not read
            self.transport.abort()
            return
        if self.cycle is None or not self.cycle.response_complete:
            self.transport.write(self._answer(name, fault))
        self.transport.close()

    def _part(self, last_words: bytes) -> None:
        """Say this, and close soon: at once, what still comes in would destroy what goes out."""
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        self.transport.write(last_words)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self.loop.call_later(LINGERS, self.transport.abort)

    def _answer(self, name: str, fault: str) -> bytes:
        target = self.url.decode("latin-1")
        path = target.partition("?")[0]
        place = self.current.stub.vendors.place_of(path) if path.startswith("/") else None
        if place is None:
            answer = Answer(FAILURES[name][0], (), plain(fault, _INSTEAD), JSON)
        else:
            accepted = next((v for n, v in self.scope["headers"] if n == b"accept"), b"")
            answer = place.api.refusals.unread(name, fault, accepted.decode("latin-1"))
        lines = (
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"content-type: {answer.media}",
            f"content-length: {len(answer.body)}",
            "connection: close",
        )
        return "\r\n".join((*lines, "", "")).encode() + answer.body
