"""One keep-alive connection to a target, with a deadline for the whole exchange and a byte cap.

It sends exactly the bytes it is given (doubled headers, odd paths), follows no redirect and keeps
no cookie. Whatever the target does, `send` ends within the deadline and in little more memory than
the byte cap: with an answer, or with a TargetFault that says what happened.
"""

import re
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from urllib.parse import SplitResult, urlsplit

from rulebound.contract_tests.wire.connecting import connected, left
from rulebound.contract_tests.wire.depth import TooDeep, check_depth
from rulebound.contract_tests.wire.framing import AnswerReader
from rulebound.contract_tests.wire.message import (
    Answer,
    NoAnswer,
    TargetFault,
    UnsendableRequest,
    WireRequest,
    written,
)

DEADLINE = 10.0
MOST_BYTES = 16 * 1024 * 1024
"""For a stub of ours; read as values, a hostile body takes thirty times its bytes."""
MOST_BYTES_OF_OTHERS = 1024 * 1024
"""For a deployment."""
_BYTES_OF_A_VALUE = 10
"""No answer that is of use has shorter values on average, with their names."""
_REPEATABLE = ("GET", "HEAD", "OPTIONS")
_FRAMES = ("content-length", "transfer-encoding")
Reading = Callable[[str, int], AnswerReader]
_CONTROL = re.compile(r"[\r\n\0]")
_PORTS = {"http": 80, "https": 443}


class BadAddress(ValueError):
    """What should be the URL of a target is none."""


def address_of(url: str) -> tuple[SplitResult, str, int]:
    """The URL of a target in parts, with its host and port. Raises BadAddress."""
    wanted = f"{url!r} is no URL of a target; write http://host:port"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(f"{wanted} ({error})") from None
    if parts.scheme not in _PORTS or not host:
        raise BadAddress(wanted)
    return parts, host, port or _PORTS[parts.scheme]


class Line:
    """A connection that is opened when first needed and opened anew when it was closed.

    In: the address of the target (`http://host:port`, a path is ignored), the seconds one exchange
    may take (looking the name up, connecting and the TLS greeting included), and the bytes an
    answer may have, on the wire and unpacked. `again`: whether it sends a request again by itself
    where a kept connection was closed before the answer, or raises StaleConnection. Not for use by
    two threads at once.
    """

    def __init__(
        self,
        url: str,
        *,
        deadline: float = DEADLINE,
        most_bytes: int = MOST_BYTES,
        again: bool = True,
    ) -> None:
        parts, self._host, self._port = address_of(url)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._netloc = parts.netloc.rpartition("@")[2]
        self._deadline, self._most_bytes, self._again = deadline, most_bytes, again
        self._socket: socket.socket | None = None

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def send(self, request: WireRequest, within: float | None = None) -> Answer:
        """Send a request and read its answer; `within` so many seconds where that is sooner.

        Raises TargetFault (too much, too deep, not HTTP; NoAnswer where it came to nothing or came
        too late; StaleConnection) and UnsendableRequest.
        """
        return self.exchange(request.method, self.bytes_of(request), within).answer

    def exchange(
        self, method: str, data: bytes, within: float | None = None, reading: Reading = AnswerReader
    ) -> AnswerReader:
        """Send a request that is ready as bytes, and hand back what has read its answer. Raises
        as `send` does. `reading` makes the reader: of the method, and the bytes allowed."""
        seconds = self._deadline if within is None else min(self._deadline, within)
        started = time.monotonic()
        kept = self._is_kept()
        reader = reading(method, self._most_bytes)
        try:
            self._read(reader, data, started, seconds)
        except _ClosedBeforeAnswer:
            # A kept connection may be closed at any time; only a fresh one tells about the target.
            # What may have been carried out is not sent again.
            if not kept or method not in _REPEATABLE:
                raise
            if not self._again:
                raise StaleConnection("a kept connection was closed before the answer") from None
            reader = reading(method, self._most_bytes)
            self._read(reader, data, started, seconds)
        reader.seconds = time.monotonic() - started
        if not reader.known:
            self._check_depth(reader.answer)
        return reader

    def _check_depth(self, answer: Answer) -> None:
        try:
            values = self._most_bytes // _BYTES_OF_A_VALUE
            check_depth(answer.body, answer.media_type, most_values=values)
        except TooDeep as error:
            raise TargetFault(str(error)) from error

    def _read(self, reader: AnswerReader, data: bytes, started: float, seconds: float) -> None:
        try:
            self._exchange(reader, data, started + seconds)
        except TimeoutError as error:
            self.close()
            raise NoAnswer(_too_late(reader, seconds)) from error
        except OSError as error:
            self.close()
            if reader.received:
                raise TargetFault(f"the connection broke in mid-answer ({error})") from error
            raise _ClosedBeforeAnswer(f"no answer: {error}") from error
        except BaseException:
            # Whatever is left of this answer must not be read as the next one.
            self.close()
            raise
        if not reader.reusable:
            self.close()
        if reader.status is None and not reader.known:
            raise _ClosedBeforeAnswer("the connection was closed without an answer")

    def _exchange(self, reader: AnswerReader, data: bytes, until: float) -> None:
        if self._socket is None:
            self._socket = connected(self._host, self._port, until, self._tls)
        line = self._socket
        # An answer may come before all is sent, and the connection be closed for it.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send_all(line, data, until)
        while not reader.complete:
            line.settimeout(left(until))
            reader.feed(line.recv(65536))

    def _is_kept(self) -> bool:
        """Whether there is a connection to use again. One on which something came unasked for, or
        which was closed, is given up: it would be read as the answer to the next request."""
        if self._socket is None:
            return False
        unread = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
        if unread or _has_come(self._socket):
            self.close()
            return False
        return True

    @staticmethod
    def _send_all(line: socket.socket, data: bytes, until: float) -> None:
        view = memoryview(data)
        while view:
            line.settimeout(left(until))
            view = view[line.send(view[:262144]) :]

    def bytes_of(self, request: WireRequest) -> bytes:
        """What is sent for a request. Raises UnsendableRequest."""
        address = request.address
        lines = [f"{request.method} {address} HTTP/1.1"]
        names = {name.lower() for name, _ in request.headers}
        if "host" not in names:
            lines.append(f"Host: {self._netloc}")
        lines += [f"{name}: {value}" for name, value in request.headers]
        bodied = request.body is not None or request.method in ("POST", "PUT", "PATCH")
        framed = any(request.header(name) for name in _FRAMES if name in names)
        if bodied and not framed:
            lines.append(f"Content-Length: {len(request.body or b'')}")
        if _CONTROL.search("".join(lines)):
            wrong = next(line for line in lines if _CONTROL.search(line))
            raise UnsendableRequest(f"a control character stands in {wrong!r}")
        if " " in address or not address.isascii():
            raise UnsendableRequest(f"the address {address!r} is not percent-encoded")
        return written("\r\n".join(lines)) + b"\r\n\r\n" + (request.body or b"")


class StaleConnection(TargetFault):
    """A kept connection was closed before the first byte of an answer: asked again on a fresh one,
    the target may well answer."""


class _ClosedBeforeAnswer(NoAnswer):
    """The connection was closed before the first byte of an answer."""


def _has_come(line: socket.socket) -> bool:
    """Whether bytes, or the end, have come on a connection on which nothing was asked."""
    line.settimeout(0)
    try:
        # Of a TLS connection too it is the bytes on the wire that count.
        socket.socket.recv(line, 1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _too_late(reader: AnswerReader, deadline: float) -> str:
    if not reader.received:
        return f"no answer within {deadline:g} s"
    return f"the answer had not ended after {deadline:g} s ({reader.received} bytes so far)"
