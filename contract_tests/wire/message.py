"""A request as it is sent and an answer as it came, both frozen."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

NO_VALUE: Any = object()
"""Stands for "no body value known" (no body, or bytes that follow no schema)."""

_SAFE_IN_QUERY = "$-_.~!*'(),:@/"


@dataclass(frozen=True)
class WireRequest:
    """One request, complete but for the host.

    `query` and `headers` are lists of pairs, so a name may stand twice. `value` is the body before
    it was written as bytes (NO_VALUE for raw bytes or none). `secrets` are (text, name) pairs: the
    credentials inside, and what is printed in their place. `api` and `operation` name what it is
    for, so that a target can tell where to send it and what it does there.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    value: Any = NO_VALUE
    secrets: tuple[tuple[str, str], ...] = ()
    api: str = ""
    operation: str = ""

    @property
    def address(self) -> str:
        """Path and query as they stand in the request line."""
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self.query)
        return f"{self.path}?{query}" if query else self.path

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its letter case; None when it is not sent."""
        return _first(self.headers, name)

    def with_headers(self, extra: Iterable[tuple[str, str]]) -> "WireRequest":
        """The same request with further headers."""
        return WireRequest(
            self.method,
            self.path,
            self.query,
            (*self.headers, *extra),
            self.body,
            self.value,
            self.secrets,
            self.api,
            self.operation,
        )


@dataclass(frozen=True)
class Answer:
    """One answer: status, headers as they came, the whole body and how long it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float = 0.0

    @cached_property
    def _first_of(self) -> dict[str, str]:
        return {name.lower(): value for name, value in reversed(self.headers)}

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its letter case; None when it is not there."""
        return self._first_of.get(name.lower())

    @cached_property
    def media_type(self) -> str | None:
        """The media type without its parameters, in lower case."""
        value = self.header("content-type")
        return None if value is None else value.partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body read as JSON; ValueError when it is none."""
        return json.loads(self.body)


class TargetFault(Exception):
    """The target gave no answer that could be judged; the text says what happened instead."""


class NoAnswer(TargetFault):
    """Not even a fault came in time: nothing at all, or never the end of it."""


class UnsendableRequest(Exception):
    """The request cannot be put on the wire (a line break in a header, say)."""


def written(text: str) -> bytes:
    """The bytes of a text. A byte of the environment that is no UTF-8 goes out as that byte, half
    of a surrogate pair as UTF-8 would have it."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _first(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


def _quoted(text: str) -> str:
    return quote(text, safe=_SAFE_IN_QUERY, errors="surrogatepass")
