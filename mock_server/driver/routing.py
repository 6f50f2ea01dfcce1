"""Connexion's router without its redirect for a trailing slash, and with a memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from starlette.routing import Mount, Router
from starlette.types import ASGIApp, Receive, Scope, Send


class ExactRouting(RoutingMiddleware):  # type: ignore[misc]  # Connexion carries no types
    """Routes as Connexion does, but a path that differs by a slash is not found.

    The stock router answers 307, which no vendor page promises. What it found for a method and a
    path without parameters is remembered, and not sought again: it cannot change while it serves,
    and there are no more of them than operations.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(self._learning)
        self._next = app
        self._found: dict[tuple[str, str], Mapping[str, Any]] = {}

    def add_api(self, *arguments: Any, **options: Any) -> None:
        """Register an API; the arguments are Connexion's."""
        super().add_api(*arguments, **options)
        self.router.redirect_slashes = False
        for route in self.router.routes:
            if isinstance(route, Mount) and isinstance(route.app, Router):
                route.app.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "http":
            found = self._found.get((scope["method"], scope["path"]))
            if found is not None:
                scope["path_params"] = {}
                scope["extensions"][ROUTING_CONTEXT] = found
                await self._next(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    async def _learning(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Where the router hands over what it has found an operation for, or none."""
        if scope["type"] == "http" and not scope.get("path_params"):
            found = scope["extensions"][ROUTING_CONTEXT]
            if found["operation_id"] is not None:
                self._found[scope["method"], scope["path"]] = found
        await self._next(scope, receive, send)
