"""Which API a request is for, told by the prefix of its path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rulebound.mock_server.api import Api
from rulebound.mock_server.exchange import exchange_of
from rulebound.mock_server.plain_answers import send_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Mounted = tuple[Api, ASGIApp]


class Dispatcher:
    """Hands a request to the application of its API, the context root taken off its path."""

    def __init__(self, mounted: Sequence[Mounted]) -> None:
        self._apps = [app for _, app in mounted]
        roots = [
            (root, api.mount, app)
            for api, app in mounted
            for root in (*api.document.context_roots, "")
        ]
        # The longest prefix first, so that an API inside another's path is found.
        self._prefixes = sorted(roots, key=lambda each: len(each[0] + each[1]), reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        exchange = exchange_of(scope)
        path = exchange.path
        for root, mount, app in self._prefixes:
            prefix = root + mount
            if path == prefix or path.startswith(f"{prefix}/"):
                exchange.root = root
                exchange.path = path[len(root) :]
                await app({**scope, "path": exchange.path}, receive, send)
                return
        known = ", ".join(sorted({mount or "/" for _, mount, _ in self._prefixes}))
        body = {"error": f"no API is served under {path!r}", "instead": f"there are {known}"}
        await send_json(send, 404, body)

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
