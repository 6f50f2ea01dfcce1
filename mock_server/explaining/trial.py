"""Tries a request on the stub itself: routed, signed in, judged, carried out, leaving nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Any, Self

from rulebound.fixtures import World
from rulebound.mock_server.driver.security import actor_of
from rulebound.mock_server.exchange import TRIAL, exchange_of, operation_id_of
from rulebound.mock_server.explaining.asked import Asked, quoted_path
from rulebound.mock_server.worlds import ServedWorld
from starlette.types import ASGIApp, Message

MOST_TRIALS = 400
_GRACE = 0.5
"""Seconds after the end of the search in which what it found can still be tried."""
_OWN = frozenset((
    "content-length", "transfer-encoding", "expect",
    "rulebound-scratch", "rulebound-want",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """How a trial went: the status, which operation was found and who was seen to ask; `root` is
    the context root on the path."""

    status: int
    operation: str | None = None
    actor: Mapping[str, Any] | None = None
    root: str = ""

    @property
    def passes(self) -> bool:
        """Whether it was accepted."""
        return 200 <= self.status < 300


class Trials:
    """Trials in forks of one world, on an event loop of their own; to be used in a `with`.

    The thread that uses it must not run an event loop. None begins much later than `until`.
    """

    def __init__(self, app: ASGIApp, served: ServedWorld, until: float) -> None:
        self._app = app
        self._served = served
        with served.turn(reading=True):
            self.worlds = {seed: world.fork() for seed, world in served.worlds.items()}
        self._runner = asyncio.Runner()
        self._left = MOST_TRIALS
        self._until = until + _GRACE
        self._known: dict[Asked, Tried] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.close()

    def of(self, asked: Asked, world: World | None = None) -> Tried:
        """How a request goes, where `world` takes the place of that of its seed.

        A trial too many or too late goes like one without an answer (status 0).
        """
        if world is None and asked in self._known:
            return self._known[asked]
        if self._left <= 0 or monotonic() > self._until:
            return Tried(0)
        self._left -= 1
        worlds = {**self.worlds, **({} if world is None else {world.name: world})}
        forks = {seed: each.fork() for seed, each in worlds.items()}
        tried = self._runner.run(self._tried(asked, forks))
        if world is None:
            self._known[asked] = tried
        return tried

    async def _tried(self, asked: Asked, forks: Mapping[str, World]) -> Tried:
        # A served world has a journal of its own, so that nothing is noted in that of the first.
        served = ServedWorld(self._served.id, forks, self._served.switches)
        scope = _scope(asked, served)
        statuses: list[int] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": asked.body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self._app(scope, receive, send)
        if not statuses:
            return Tried(0)
        found = exchange_of(scope)
        return Tried(statuses[0], operation_id_of(scope), actor_of(scope), found.root)


def _scope(asked: Asked, served: ServedWorld) -> dict[str, Any]:
    headers = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
               for name, value in asked.headers if name not in _OWN]  # fmt: skip
    if asked.body:
        headers.append((b"content-length", str(len(asked.body)).encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        # What was taken without a host came by the version that needs none.
        "http_version": "1.1" if any(name == b"host" for name, _ in headers) else "1.0",
        "method": asked.method,
        "scheme": "http",
        "path": asked.path,
        "raw_path": quoted_path(asked.path).encode("ascii"),
        "root_path": "",
        "query_string": asked.query.encode("utf-8", "replace"),
        "headers": headers,
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
        "extensions": {TRIAL: served},
        "state": {},
    }
