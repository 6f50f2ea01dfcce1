"""A finished answer, and how it is written onto the wire."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from rulebound.mock_server.exchange import Exchange
from rulebound.mock_server.pieces import Pieces, as_json
from rulebound.openapi.request import NO_BODY
from rulebound.openapi.schema_codec import write_xml
from starlette.types import Send

JSON = "application/json"


class Answer(NamedTuple):
    """Status, headers and body as they go out. `rule` is the one that decided a refusal."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    media: str | None = None
    rule: str | None = None


def is_xml(media: str) -> bool:
    """Whether a media type is written as XML."""
    return media.endswith(("/xml", "+xml"))


def write_body(body: Any, media: str, schema: Any, pieces: Pieces | None = None) -> bytes:
    """A JSON value as bytes of a media type; XML takes its names from the schema. Of a list of
    `pieces` in it each is written once."""
    if body is NO_BODY:
        return b""
    if is_xml(media):
        return write_xml(body, schema)
    try:
        return as_json(body) if pieces is None else pieces.written(body)
    except TypeError:  # whole numbers beyond 64 bits
        return json.dumps(body, allow_nan=False).encode("ascii")


def _explained(exchange: Exchange) -> str:
    """Where the console explains an answer."""
    return f"/_rulebound/console/{exchange.served.id}/requests/{exchange.number}"


async def send_answer(send: Send, exchange: Exchange, answer: Answer) -> None:
    """Send an answer with the headers that say which world and rule it came from."""
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
    headers.append((b"rulebound-world", exchange.served.id.encode()))
    if answer.rule is not None:
        headers.append((b"rulebound-rule", answer.rule.encode()))
    if exchange.number:
        headers.append((b"rulebound-explain", _explained(exchange).encode()))
    if exchange.wants_digest:
        digest = exchange.served.digest(exchange.own_world)
        headers.append((b"rulebound-digest", digest.encode()))
    if answer.media is not None and answer.body:
        headers.append((b"content-type", answer.media.encode()))
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    body = b"" if exchange.method == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body})
