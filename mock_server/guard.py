"""The first layer: limits, doubled headers, odd paths, and which world a request meets.

It reads and marks but refuses nothing a vendor would: a request it finds at fault still goes
through Connexion, and is answered behind it in the vendor's own form. Only a body that will not
be read to its end is refused here, by the connection.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from rulebound.mock_server.exchange import LINE, TRIAL, Exchange, attach
from rulebound.mock_server.heads import Heads
from rulebound.mock_server.plain_answers import send_json
from rulebound.mock_server.reception import Received, Reception
from rulebound.mock_server.worlds import ServedWorld, Worlds
from starlette.types import ASGIApp, Receive, Scope, Send

_ODD = re.compile(rb"[\x00-\x1f\x7f\\]")


class Guard:
    """Opens an exchange for each request and hands it to `app` by the scope's extensions."""

    def __init__(self, app: ASGIApp, worlds: Worlds, reception: Reception) -> None:
        self._app = app
        self._worlds = worlds
        self._reception = reception
        self._limits = reception.limits
        self._heads = Heads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        values, pairs, size, doubled = self._heads.of(scope["headers"])
        served = scope.get("extensions", {}).get(TRIAL) or self._world(values)
        if served is None:
            await send_json(send, 400, UNKNOWN_WORLD)
            return
        exchange = Exchange(
            method=scope["method"],
            path=_path(scope),
            query=scope["query_string"].decode("utf-8", "replace"),
            headers=pairs,
            served=served,
            fault=doubled or self._fault(scope, values, size),
            scratch=values.get("rulebound-scratch") == "yes",
            wants_digest=values.get("rulebound-want") == "digest",
        )
        if "content-length" in values or "transfer-encoding" in values:
            received = await self._received(scope, receive, values)
            if received is None:
                return
            exchange.body, exchange.body_fault = received.body, received.fault
        attach(scope, exchange)
        await self._app(scope, receive, send)

    def _world(self, headers: dict[str, str]) -> ServedWorld | None:
        wanted = headers.get("rulebound-world")
        if wanted is None and "rulebound-world=" in headers.get("cookie", ""):
            pairs = (pair.strip().partition("=") for pair in headers["cookie"].split(";"))
            wanted = next((value for name, _, value in pairs if name == "rulebound-world"), None)
        return self._worlds.met(wanted or "default")

    async def _received(
        self, scope: Scope, receive: Receive, headers: dict[str, str]
    ) -> Received | None:
        """The body; None where there is nothing more to answer."""
        line = scope.get("extensions", {}).get(LINE)
        length = int(headers.get("content-length", "0"))
        far = length > self._limits.drained_bytes or "expect" in headers
        if length > self._limits.body_bytes and far and line is not None:
            # So much is not read to its end, and what is sent only when asked for not at all.
            line.refuse("malformed", self._reception.too_large)
            return None
        received = await self._reception.body(receive)
        if received.crowded and line is not None:
            line.refuse("busy", "too many bodies are arriving at once")
        return None if received.gone or received.crowded else received

    def _fault(self, scope: Scope, headers: dict[str, str], size: int) -> str | None:
        limits, query = self._limits, scope["query_string"]
        if len(scope["headers"]) > limits.headers:
            return f"there are more than {limits.headers} headers"
        if size > limits.header_bytes:
            return f"the headers are larger than {limits.header_bytes} bytes"
        if len(scope.get("raw_path") or b"") + len(query) > limits.target_bytes:
            return f"the address is longer than {limits.target_bytes} bytes"
        if query and query.count(b"&") >= limits.parameters:
            return f"there are more than {limits.parameters} parameters"
        coding = headers.get("transfer-encoding")
        if coding is not None and (coding.lower() != "chunked" or scope["http_version"] == "1.0"):
            return (
                f"the transfer coding {coding[:60]!r} is not read in HTTP/{scope['http_version']}"
            )
        return None if _is_text(query) else "the query is not UTF-8"


UNKNOWN_WORLD = {
    "error": "the request names a world that does not exist",
    "instead": "make one with POST /_rulebound/worlds, or leave the Rulebound-World header out",
}


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
