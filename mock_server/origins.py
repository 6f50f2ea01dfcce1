"""Which web pages may call the stub from a browser (CORS): those of this machine, and some more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_EXPOSED = (
    "Rulebound-World",
    "Rulebound-Rule",
    "Rulebound-Explain",
    "Rulebound-Fault",
    "Rulebound-Digest",
    "X-egain-session",
    "Location",
    "Allow",
    "Retry-After",
)


class Origins:
    """The outermost layer: answers preflights and marks answers, errors included."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._marked = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_origin_regex=LOOPBACK.pattern,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection; a request from no web page is none of this layer's work."""
        if scope["type"] == "http" and any(name == b"origin" for name, _ in scope["headers"]):
            await self._marked(scope, receive, send)
        else:
            await self._app(scope, receive, send)
