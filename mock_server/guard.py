"""The first layer: limits, doubled headers, odd paths, and which world a request meets.

It reads and marks but refuses nothing a vendor would: a request it finds at fault still goes
through Connexion, and is answered behind it in the vendor's own form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from rulebound.mock_server.exchange import TRIAL, Exchange, attach
from rulebound.mock_server.plain_answers import send_json
from rulebound.mock_server.reception import Limits, receive_body
from rulebound.mock_server.worlds import ServedWorld, Worlds
from starlette.types import ASGIApp, Receive, Scope, Send

# Headers that HTTP lets stand more than once; their values are one list.
_LISTS = frozenset(
    ("accept", "accept-language", "accept-encoding", "cache-control", "cookie", "via")
)
_ODD = re.compile(rb"[\x00-\x1f\x7f\\]")

Headers = tuple[tuple[str, str], ...]


class Guard:
    """Opens an exchange for each request and hands it to `app` by the scope's extensions."""

    def __init__(self, app: ASGIApp, worlds: Worlds, limits: Limits) -> None:
        self._app = app
        self._worlds = worlds
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, doubled = _headers(scope["headers"])
        values = dict(headers)
        served = scope.get("extensions", {}).get(TRIAL) or self._world(values)
        if served is None:
            await send_json(send, 400, UNKNOWN_WORLD)
            return
        exchange = Exchange(
            method=scope["method"],
            path=_path(scope),
            query=scope["query_string"].decode("utf-8", "replace"),
            headers=headers,
            served=served,
            fault=self._fault(scope, doubled),
            scratch=values.get("rulebound-scratch") == "yes",
            wants_digest=values.get("rulebound-want") == "digest",
        )
        if "content-length" in values or "transfer-encoding" in values:
            received = await receive_body(receive, self._limits)
            if received.gone:
                return
            exchange.body, exchange.body_fault = received.body, received.fault
        attach(scope, exchange)
        await self._app(scope, receive, send)

    def _world(self, headers: dict[str, str]) -> ServedWorld | None:
        wanted = headers.get("rulebound-world")
        if wanted is None and "rulebound-world=" in headers.get("cookie", ""):
            pairs = (pair.strip().partition("=") for pair in headers["cookie"].split(";"))
            wanted = next((value for name, _, value in pairs if name == "rulebound-world"), None)
        return self._worlds.find(wanted or "default")

    def _fault(self, scope: Scope, doubled: str | None) -> str | None:
        if doubled:
            return f"the header {doubled} is given more than once"
        raw = scope["headers"]
        if len(raw) > self._limits.headers:
            return f"there are more than {self._limits.headers} headers"
        if sum(len(name) + len(value) for name, value in raw) > self._limits.header_bytes:
            return f"the headers are larger than {self._limits.header_bytes} bytes"
        target = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if target > self._limits.target_bytes:
            return f"the address is longer than {self._limits.target_bytes} bytes"
        return None if _is_text(scope["query_string"]) else "the query is not UTF-8"


UNKNOWN_WORLD = {
    "error": "the request names a world that does not exist",
    "instead": "make one with POST /_rulebound/worlds, or leave the Rulebound-World header out",
}


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> tuple[Headers, str | None]:
    """Names in lower case with their values, and the first name that must not stand twice."""
    found: dict[str, str] = {}
    doubled = None
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1"), value_bytes.decode("latin-1")
        if name not in found:
            found[name] = value
        elif name in _LISTS:
            found[name] += f"; {value}" if name == "cookie" else f", {value}"
        else:
            doubled = doubled or name
    return tuple(found.items()), doubled


def _is_text(query: bytes) -> bool:
    if b"%" not in query and query.isascii():
        return True
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _path(scope: Scope) -> str:
    """The decoded path; as it came when a part of it would read otherwise once decoded.

    A slash written %2F is no separator, and control characters end patterns early: such a path
    stays encoded, so that it names no operation.
    """
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or b""
    if b"%" not in raw:
        return path
    plain = unquote_to_bytes(raw)
    if _ODD.search(plain) or plain.count(b"/") != raw.count(b"/"):
        return raw.decode("latin-1")
    return path
