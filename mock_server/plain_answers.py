"""Answers of the stub itself, where no vendor's form applies."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.types import Send


def plain(error: str, instead: str) -> bytes:
    """The body of a refusal of the stub's own, in JSON."""
    return orjson.dumps({"error": error, "instead": instead})


async def send_json(send: Send, status: int, body: Any) -> None:
    """Send `body` as JSON."""
    content = orjson.dumps(body)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
