"""Reads the bytes of one HTTP/1.1 answer; says when it is complete and whether it was sound."""

from typing import Any

import httptools
from rulebound.contract_tests.wire.message import TargetFault


class AnswerReader:
    """Collects one answer. Feed it what arrives; b"" means the target closed the connection.

    `complete` turns true when the answer ended; then `status` (None when nothing came at all),
    `headers` and `body` hold it, and `reusable` says whether the connection may carry another.
    Raises TargetFault for what is no HTTP and for an answer larger than allowed.
    """

    def __init__(self, method: str, most_bytes: int) -> None:
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()
        self.received = 0
        self.complete = False
        self.reusable = False
        self._headless = method == "HEAD"
        self._headers_done = False
        self._most_bytes = most_bytes
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
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as error:
            raise TargetFault("the target switched protocols") from error
        except httptools.HttpParserError as error:
            if not self.complete:
                raise TargetFault(f"the answer is not HTTP ({error})") from error
            # Bytes after a complete answer: the answer stands, the connection is spoilt.
            self.reusable = False

    def _closed(self) -> None:
        if self._headers_done and not self._framed():
            self.status = self._parser.get_status_code()
        elif self.received:
            raise TargetFault("the connection was closed in mid-answer")
        self.complete = True

    def _framed(self) -> bool:
        names = {name.lower() for name, _ in self.headers}
        return bool(names & {"content-length", "transfer-encoding"})

    # What httptools calls.

    def on_message_begin(self) -> None:
        if not self.complete:
            self.headers.clear()
            self.body.clear()
            self._headers_done = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.complete:
            self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        self._headers_done = True
        if self._headless and self._parser.get_status_code() >= 200:
            self.status, self.complete = self._parser.get_status_code(), True

    def on_body(self, data: bytes) -> None:
        if not self.complete:
            self.body += data

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200 or self.complete:
            return
        self.status, self.complete = status, True
        self.reusable = bool(self._parser.should_keep_alive())
