"""A connection's patience: how long it waits for a request, a body, a reader, and for how many.

uvicorn waits for ever for the rest of a request, and for whoever does not read his answer.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from rulebound.mock_server.reception import Limits
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LINGERS = 1.0
"""Seconds in which a caller that is being refused may go on sending, so that it reads why."""
MOST_AROUND = 64 * 1024
"""Bytes of a chunked body that are no body: sizes, extensions, trailers."""
_NO_ROOM = "there are {} connections already"


class Connection(HttpToolsProtocol, ABC):
    """uvicorn's protocol with deadlines, and a most of connections.

    When that is reached, whoever has kept the stub waiting longest makes room. What a subclass
    does with a request it refuses is `refuse`.
    """

    limits: ClassVar[Limits]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ended = False
        """Nothing that still arrives is read."""
        self.since = self.loop.time()
        self._deadline: asyncio.TimerHandle | None = None
        self._for_body = False
        self._head = self._around_body = 0
        self._unread: asyncio.TimerHandle | None = None

    @abstractmethod
    def refuse(self, name: str, fault: str) -> None:
        """Answer what is no request, or none that can be served, and end the connection."""

    @abstractmethod
    def turn_away(self, name: str, fault: str) -> None:
        """Refuse and close at once."""

    @property
    def waits(self) -> bool:
        """Whether it is the caller who has to go on."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, if there is room for one more connection."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(self.limits.head_seconds, self._head_is_late)
        if len(self.connections) <= self.limits.connections:
            return
        others: Iterable[Any] = self.connections
        slow = [each for each in others if each is not self and each.waits and not each.ended]
        slowest = min(slow, key=lambda each: each.since, default=self)
        slowest.turn_away("busy", _NO_ROOM.format(self.limits.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self.ended = True
        self.at_ease()
        self.resume_writing()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def at_ease(self) -> None:
        """Nothing is awaited from the caller."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._for_body = False
        self._head = self._around_body = 0

    def await_head(self, size: int) -> None:
        """So many bytes came, and the head of a request is still not whole."""
        if self._for_body:
            self.at_ease()
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.limits.head_seconds, self._head_is_late)
        self._head += size
        # What is whole is counted by the guard, which tells what of it is too large.
        if self._head > self.limits.header_bytes + self.limits.target_bytes:
            self.refuse("malformed", "its head is too large")

    def await_body(self, size: int, grown: int) -> None:
        """So many bytes came, of which so many are body, and the body is still not whole."""
        if not self._for_body:
            self.at_ease()
            self._for_body = True
            self._deadline = self.loop.call_later(self.limits.body_seconds, self._body_is_late)
            return
        # A chunk of one byte takes six; what comes of trailers and the like is kept by the parser.
        self._around_body = max(0, self._around_body + size - 7 * grown)
        if self._around_body > MOST_AROUND:
            self.refuse("malformed", "there is too much around its body")

    def _head_is_late(self) -> None:
        self._deadline = None
        if self._head:
            self.refuse("late", f"its head took longer than {self.limits.head_seconds:g} seconds")
        elif self.cycle is None or self.cycle.response_complete:
            self.timeout_keep_alive_handler()

    def _body_is_late(self) -> None:
        self._deadline = None
        if self.pipeline:  # it was not read meanwhile
            self._deadline = self.loop.call_later(self.limits.body_seconds, self._body_is_late)
        else:
            self.refuse("late", f"its body took longer than {self.limits.body_seconds:g} seconds")

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that nobody uses, even if what it was told is never read."""
        super().timeout_keep_alive_handler()
        self._expect_reader()

    def pause_writing(self) -> None:
        """Wait for the caller to read what it asked for, but not for ever."""
        super().pause_writing()
        self._expect_reader()

    def resume_writing(self) -> None:
        """Go on; the caller reads."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def _expect_reader(self) -> None:
        if self._unread is None:
            self._unread = self.loop.call_later(self.limits.sending_seconds, self.transport.abort)
