"""The head of an answer and its body, sent in one piece instead of two.

uvicorn writes the one and then the other, and each is handed to the system by itself, which takes
longer than it takes to route a request.
"""

from __future__ import annotations

from asyncio import Transport

_CHUNKED = b"\r\ntransfer-encoding: chunked\r\n"
_LARGE = 64 * 1024
"""Bytes of a body from which on it is not copied behind its head."""


class Joined:
    """The transport of one answer, as far as uvicorn uses it there.

    What is written first is its head; that waits for what comes next. It does not where the body
    is streamed, as the next piece of such a one may be long in coming.
    """

    __slots__ = ("_begun", "_head", "_transport")

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._head = b""
        self._begun = False

    def write(self, data: bytes) -> None:
        """Send the next part, behind what still waits."""
        if self._head:
            if len(data) < _LARGE:
                data = self._head + data
            else:
                self._transport.write(self._head)
            self._head = b""
        elif not self._begun:
            self._begun = True
            if _CHUNKED not in data:
                self._head = data
                return
        self._transport.write(data)

    def close(self) -> None:
        """Close the connection once all is sent."""
        if self._head:
            self.write(b"")
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether the connection ends."""
        return self._transport.is_closing()
