"""Reads the bytes of one HTTP/1.1 answer; says when it is complete and whether it was sound."""

from functools import cached_property
from typing import Any

import httptools
from rulebound.contract_tests.wire.coding import Decoder, decoder_for
from rulebound.contract_tests.wire.message import Answer, TargetFault

MOST_HEADERS = 100
MOST_HEADER_BYTES = 64 * 1024
MOST_INTERIM = 20
_STATUSES = range(100, 600)


class AnswerReader:
    """Collects one answer. Feed it what arrives; b"" means the target closed the connection.

    `complete` turns true when the answer ended; then `status` (None when nothing came at all),
    `headers` and `body` (unpacked, if it came packed) hold it, and `reusable` says whether the
    connection may carry another. `seconds` is for whoever takes the time; `known` is for readers
    that need not read what they know. Raises TargetFault for what is no HTTP, and for an answer
    with more bytes, headers, or interim answers before it than allowed.
    """

    known = False
    seconds = 0.0

    def __init__(self, method: str, most_bytes: int) -> None:
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()
        self.received = 0
        self.complete = False
        self.reusable = False
        self._headless = method == "HEAD"
        self._most_bytes = most_bytes
        self._headers_done = False
        self._fields = self._field_bytes = self._unfinished = self._interim = 0
        self._decoder: Decoder | None = None
        # What goes wrong inside the parser is kept, since it would wrap it in an error of its own.
        self._fault: TargetFault | None = None
        self._parser: Any = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take what arrived."""
        if not data:
            self._closed()
            return
        self.received += len(data)
        if self.received > self._most_bytes:
            raise TargetFault(f"the answer is larger than {self._most_bytes} bytes")
        if self.complete:
            self.reusable = False
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as error:
            raise TargetFault("the target switched protocols") from error
        except httptools.HttpParserError as error:
            if not self.complete and self._fault is None:
                raise TargetFault(f"the answer is not HTTP ({error})") from error
            # Bytes after a complete answer: the answer stands, the connection is spoilt.
            self.reusable = False
        self._limit_headers(len(data))
        if self._fault is not None:
            raise self._fault

    @cached_property
    def answer(self) -> Answer:
        """What was read, once it is complete and has a status."""
        assert self.status is not None
        body = bytes(self.body)
        return Answer(self.status, tuple(self.headers), body, self.seconds)

    def _limit_headers(self, arrived: int) -> None:
        self._unfinished = 0 if self._headers_done else self._unfinished + arrived
        if max(self._field_bytes, self._unfinished) > MOST_HEADER_BYTES:
            self._refuse(f"the headers are larger than {MOST_HEADER_BYTES} bytes")

    def _closed(self) -> None:
        if self._headers_done and not self._framed() and self._parser.get_status_code() >= 200:
            self._finish(self._parser.get_status_code())
        elif self.received:
            raise TargetFault("the connection was closed in mid-answer")
        if self._fault is not None:
            raise self._fault
        self.complete = True

    def _framed(self) -> bool:
        return any(self._field(name) for name in ("content-length", "transfer-encoding"))

    def _field(self, name: str) -> list[str]:
        size = len(name)
        return [value for key, value in self.headers if len(key) == size and key.lower() == name]

    def _refuse(self, what: str) -> None:
        if self._fault is None:
            self._fault = TargetFault(what)

    def _finish(self, status: int) -> None:
        self.status, self.complete = status, True
        if self._decoder is not None:
            self._guarded(self._decoder.end)

    def _guarded(self, act: Any, *given: Any) -> Any:
        try:
            return act(*given)
        except TargetFault as fault:
            self._fault = self._fault or fault
            return None

    # What httptools calls.

    def on_message_begin(self) -> None:
        if self.complete:
            # Another answer that nobody asked for.
            self.reusable = False
            return
        self.headers.clear()
        self._headers_done = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.complete:
            return
        self._fields += 1
        self._field_bytes += len(name) + len(value)
        if self._fields > MOST_HEADERS:
            self._refuse(f"the answer has more than {MOST_HEADERS} headers")
        # What follows a body in chunks is counted, but must not pass for a header.
        elif not self._headers_done:
            self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        if self.complete:
            return
        self._headers_done = True
        status = self._parser.get_status_code()
        if status not in _STATUSES:
            self._refuse(f"the answer is not HTTP (status {status})")
        if status < 200:
            return
        if self._headless:
            self._finish(status)
            return
        transfers = ", ".join(self._field("transfer-encoding")).strip().lower()
        if transfers not in ("", "chunked", "identity"):
            self._refuse(f"the body is in the transfer coding {transfers[:100]!r}")
        codings = ", ".join(self._field("content-encoding"))
        self._decoder = self._guarded(decoder_for, codings, self._most_bytes)

    def on_body(self, data: bytes) -> None:
        if self.complete or self._fault is not None:
            return
        self.body += (
            data if self._decoder is None else self._guarded(self._decoder.take, data) or b""
        )

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if self.complete:
            return
        if status < 200:
            self._interim += 1
            if self._interim > MOST_INTERIM:
                self._refuse(f"more than {MOST_INTERIM} interim answers came before the answer")
            return
        self._finish(status)
        self.reusable = bool(self._parser.should_keep_alive())
