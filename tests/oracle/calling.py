"""A request handed to an ASGI application, in process, and its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """A request to an operation of an API: without credentials it would be refused, so it has
    some."""

    api: str
    operation: str
    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    body: bytes | None = None

    @cached_property
    def query_string(self) -> str:
        """The query as it goes over the wire."""
        return "&".join(f"{quote(name, safe='$')}={quote(value)}" for name, value in self.query)

    def header(self, name: str) -> str | None:
        """The first value of a header (lower case), or None."""
        return next((value for each, value in self.headers if each.lower() == name), None)

    def having(self, header: str, value: str | None) -> Asked:
        """The same with another value of a header, or without it."""
        rest = tuple(pair for pair in self.headers if pair[0].lower() != header.lower())
        return replace(self, headers=rest if value is None else (*rest, (header, value)))


@dataclass(frozen=True)
class Told:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None for none."""
        return json.loads(self.body) if self.body else None


async def call(app: Any, asked: Asked, *more: tuple[str, str]) -> Told:
    """The answer of an application to a request with `more` headers."""
    body = asked.body or b""
    headers = [(k.lower().encode(), v.encode()) for k, v in (*asked.headers, *more)]
    headers.append((b"host", b"127.0.0.1:8400"))
    if asked.body is not None:
        headers.append((b"content-length", str(len(body)).encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "query_string": asked.query_string.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8400),
        "state": {},
        "extensions": {},
    }
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    found = {k.decode().lower(): v.decode() for k, v in sent[0]["headers"]}
    return Told(sent[0]["status"], found, b"".join(each.get("body", b"") for each in sent[1:]))
