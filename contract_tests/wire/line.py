"""One keep-alive connection to a target, with a deadline for the whole exchange and a byte cap.

It sends exactly the bytes it is given (doubled headers, odd paths), follows no redirect and keeps
no cookie. Whatever the target does, `send` ends within the deadline: with an answer, or with a
TargetFault that says what happened.
"""

import socket
import ssl
import time
from types import TracebackType
from urllib.parse import SplitResult, urlsplit

from rulebound.contract_tests.wire.framing import AnswerReader
from rulebound.contract_tests.wire.message import (
    Answer,
    TargetFault,
    UnsendableRequest,
    WireRequest,
)

DEADLINE = 10.0
MOST_BYTES = 16 * 1024 * 1024
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
    may take, and the bytes an answer may have. Not for use by two threads at once.
    """

    def __init__(
        self, url: str, *, deadline: float = DEADLINE, most_bytes: int = MOST_BYTES
    ) -> None:
        parts, self._host, self._port = address_of(url)
        self._tls = parts.scheme == "https"
        self._netloc = parts.netloc.rpartition("@")[2]
        self._deadline, self._most_bytes = deadline, most_bytes
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

    def send(self, request: WireRequest) -> Answer:
        """Send a request and read its answer.

        Raises TargetFault (nothing, too late, too much, not HTTP) and UnsendableRequest.
        """
        data = self._bytes(request)
        started = time.monotonic()
        until = started + self._deadline
        reused = self._socket is not None
        try:
            answer = self._exchange(request.method, data, until)
        except _ClosedBeforeAnswer:
            # A kept connection may be closed at any time; only a fresh one tells about the target.
            if not reused:
                raise
            answer = self._exchange(request.method, data, until)
        status, headers, body = answer
        return Answer(status, headers, body, time.monotonic() - started)

    def _exchange(
        self, method: str, data: bytes, until: float
    ) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        reader = AnswerReader(method, self._most_bytes)
        try:
            line = self._open(until)
            self._send_all(line, data, until)
            while not reader.complete:
                line.settimeout(_left(until))
                reader.feed(line.recv(65536))
        except TimeoutError as error:
            self.close()
            raise TargetFault(_too_late(reader, self._deadline)) from error
        except OSError as error:
            self.close()
            if reader.received:
                raise TargetFault(f"the connection broke in mid-answer ({error})") from error
            raise _ClosedBeforeAnswer(f"no answer: {error}") from error
        except TargetFault:
            self.close()
            raise
        if not reader.reusable:
            self.close()
        if reader.status is None:
            raise _ClosedBeforeAnswer("the connection was closed without an answer")
        return reader.status, tuple(reader.headers), bytes(reader.body)

    def _open(self, until: float) -> socket.socket:
        if self._socket is None:
            line = socket.create_connection((self._host, self._port), timeout=_left(until))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = line
            if self._tls:
                context = ssl.create_default_context()
                self._socket = context.wrap_socket(line, server_hostname=self._host)
        return self._socket

    @staticmethod
    def _send_all(line: socket.socket, data: bytes, until: float) -> None:
        view = memoryview(data)
        while view:
            line.settimeout(_left(until))
            view = view[line.send(view[:262144]) :]

    def _bytes(self, request: WireRequest) -> bytes:
        lines = [f"{request.method} {request.address} HTTP/1.1"]
        if request.header("host") is None:
            lines.append(f"Host: {self._netloc}")
        lines += [f"{name}: {value}" for name, value in request.headers]
        bodied = request.body is not None or request.method in ("POST", "PUT", "PATCH")
        framed = request.header("content-length") or request.header("transfer-encoding")
        if bodied and not framed:
            lines.append(f"Content-Length: {len(request.body or b'')}")
        for line in lines:
            if any(mark in line for mark in "\r\n\0"):
                raise UnsendableRequest(f"a control character stands in {line!r}")
        if " " in request.address or not request.address.isascii():
            raise UnsendableRequest(f"the address {request.address!r} is not percent-encoded")
        head = "\r\n".join(lines).encode("utf-8", "surrogatepass")
        return head + b"\r\n\r\n" + (request.body or b"")


class _ClosedBeforeAnswer(TargetFault):
    """The connection was closed before the first byte of an answer."""


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _too_late(reader: AnswerReader, deadline: float) -> str:
    if not reader.received:
        return f"no answer within {deadline:g} s"
    return f"the answer had not ended after {deadline:g} s ({reader.received} bytes so far)"
