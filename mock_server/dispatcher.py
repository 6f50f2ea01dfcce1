"""Which API a request is for, told by the prefix of its path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rulebound.mock_server.api import Api
from rulebound.mock_server.exchange import exchange_of
from rulebound.mock_server.plain_answers import send_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Place:
    """Where an API is found: a context root (mostly none) and its own prefix behind it."""

    root: str
    mount: str
    api: Api
    app: ASGIApp

    def covers(self, path: str) -> bool:
        """Whether a path is for this API."""
        prefix = self.root + self.mount
        return path == prefix or path.startswith(f"{prefix}/")


class Dispatcher:
    """Hands a request to the application of its API, the context root taken off its path."""

    def __init__(self, mounted: Sequence[tuple[Api, ASGIApp]]) -> None:
        self._apps = [app for _, app in mounted]
        places = [
            Place(root, api.mount, api, app)
            for api, app in mounted
            for root in (*api.document.context_roots, "")
        ]
        # The longest prefix first, so that an API inside another's path is found.
        places.sort(key=lambda each: len(each.root + each.mount), reverse=True)
        self._places = tuple(places)

    def place_of(self, path: str) -> Place | None:
        """Where a path belongs. A stub of one API answers for every path."""
        plain = "/" + path.lstrip("/")
        for place in self._places:
            if place.covers(plain):
                return place
        return self._places[-1] if len(self._apps) == 1 else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        exchange = exchange_of(scope)
        place = self.place_of(exchange.path)
        if place is None:
            known = ", ".join(sorted({each.mount or "/" for each in self._places}))
            error = f"no API is served under {exchange.path!r}"
            instead = f"there are {known}; the console is at /_rulebound/"
            await send_json(send, 404, {"error": error, "instead": instead})
            return
        if place.covers(exchange.path):
            exchange.root = place.root
            exchange.path = exchange.path[len(place.root) :]
        await place.app({**scope, "path": exchange.path}, receive, send)

    async def start(self) -> None:
        """Let every application build its layers, which it does when its lifespan begins.

        Raises what it raises when it cannot. None of them has anything to do at the end.
        """
        for app in self._apps:
            phases = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))

            async def receive(phases: Iterator[Message] = phases) -> Message:
                return next(phases)

            scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
            await app(scope, receive, _unheard)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


async def _unheard(message: Message) -> None:
    """Where the applications' own lifespan messages go."""
