"""The application being served, which another one may replace while the server runs."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class Current:
    """Hands every connection to `app`, whichever that is when the connection begins."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        await self.app(scope, receive, send)
