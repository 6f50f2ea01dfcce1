"""Reading a request's body off the wire: bounded in size, and in what all bodies take together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from starlette.types import Receive


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a request is read, and for how long. What lies beyond is refused, never stored.

    Bytes and seconds. `held_bytes` is what the bodies that are still arriving may take together,
    `connections` how many may be open; `ending_seconds` is what a stub that ends gives to what is
    under way.
    """

    target_bytes: int = 8 * 1024
    parameters: int = 200
    headers: int = 100
    header_bytes: int = 32 * 1024
    body_bytes: int = 4 * 1024 * 1024
    drained_bytes: int = 64 * 1024 * 1024
    held_bytes: int = 32 * 1024 * 1024
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    idle_seconds: float = 15.0
    sending_seconds: float = 30.0
    ending_seconds: float = 5.0
    connections: int = 500


class Received(NamedTuple):
    """A body, or why there is none: `fault` in words, `gone` when the caller has left, `crowded`
    when the bodies of others leave no room for it."""

    body: bytes = b""
    fault: str | None = None
    gone: bool = False
    crowded: bool = False


class Reception:
    """Receives the bodies of one stub. How long one may take is the connection's to say."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.too_large = f"the body is larger than {limits.body_bytes} bytes"
        """What is wrong with a body that is."""
        self._held = 0

    async def body(self, receive: Receive) -> Received:
        """The whole body, however many pieces it comes in; chunked bodies are joined.

        A body beyond the limit is read to its end without being kept, so that the caller gets to
        read the answer, and given up on only far beyond it.
        """
        message = await receive()
        if message["type"] == "http.disconnect":
            return Received(gone=True)
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            return await self._joined(body, receive)
        if len(body) > self.limits.body_bytes:
            return Received(fault=self.too_large)
        return Received(body)

    async def _joined(self, first: bytes, receive: Receive) -> Received:
        pieces, size, more = [first], len(first), True
        self._held += size
        held = size
        try:
            while more and size <= self.limits.drained_bytes:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return Received(gone=True)
                piece: bytes = message.get("body", b"")
                more = message.get("more_body", False)
                size += len(piece)
                if size > self.limits.body_bytes:
                    pieces.clear()
                    self._held -= held
                    held = 0
                    continue
                pieces.append(piece)
                held += len(piece)
                self._held += len(piece)
                if self._held > self.limits.held_bytes:
                    return Received(crowded=True)
        finally:
            self._held -= held
        if size > self.limits.body_bytes:
            return Received(fault=self.too_large)
        return Received(b"".join(pieces))
