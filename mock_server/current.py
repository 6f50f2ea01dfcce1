"""The stub being served, which another one may replace while the server runs."""

from __future__ import annotations

from rulebound.mock_server.stub import Stub
from starlette.types import Receive, Scope, Send


class Current:
    """Hands every connection to `stub`, whichever that is when the connection begins."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        await self.stub.app(scope, receive, send)
