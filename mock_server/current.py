"""The stub being served, which another one may replace while the server runs."""

from __future__ import annotations

from collections.abc import Awaitable

from rulebound.mock_server.stub import Stub
from starlette.types import Receive, Scope, Send


class Current:
    """Hands every connection to `stub`, whichever that is when the connection begins."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one ASGI connection."""
        return self.stub.app(scope, receive, send)
