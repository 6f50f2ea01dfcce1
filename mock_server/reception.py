"""Reading a request's body off the wire: bounded in size and in time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.types import Receive


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a request is read. What lies beyond is refused, never stored."""

    body_bytes: int = 4 * 1024 * 1024
    body_seconds: float = 15.0
    drained_bytes: int = 64 * 1024 * 1024
    header_bytes: int = 32 * 1024
    headers: int = 100
    target_bytes: int = 8 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A body, or why there is none: `fault` in words, `gone` when the caller has left."""

    body: bytes = b""
    fault: str | None = None
    gone: bool = False


async def receive_body(receive: Receive, limits: Limits) -> Received:
    """The whole body, however many pieces it comes in; chunked bodies are joined.

    A body beyond the limit is read to its end without being kept, so that the caller gets to read
    the answer, and given up on only far beyond it.
    """
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _joined(receive, limits)
    except TimeoutError:
        return Received(fault=f"the body did not arrive within {limits.body_seconds:g} seconds")


async def _joined(receive: Receive, limits: Limits) -> Received:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return Received(gone=True)
        piece = message.get("body", b"")
        size += len(piece)
        if size <= limits.body_bytes:
            pieces.append(piece)
        if not message.get("more_body") or size > limits.drained_bytes:
            break
    if size > limits.body_bytes:
        return Received(fault=f"the body is larger than {limits.body_bytes} bytes")
    return Received(b"".join(pieces))
