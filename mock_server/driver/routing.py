"""Connexion's router without its redirect for a trailing slash, and layers that ask it little."""

from __future__ import annotations

from typing import Any

from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from starlette.routing import Mount, Router
from starlette.types import Scope


class ExactRouting(RoutingMiddleware):  # type: ignore[misc]  # Connexion carries no types
    """Routes as Connexion does, but a path that differs by a slash is not found.

    The stock router answers 307, which no vendor page promises.
    """

    def add_api(self, *arguments: Any, **options: Any) -> None:
        """Register an API; the arguments are Connexion's."""
        super().add_api(*arguments, **options)
        self.router.redirect_slashes = False
        for route in self.router.routes:
            if isinstance(route, Mount) and isinstance(route.app, Router):
                route.app.redirect_slashes = False


def finds_nothing(scope: Scope) -> bool:
    """Whether Connexion's router was asked, and found no operation.

    Connexion's layers pass such a request on as well, but raise an exception each to find that out.
    """
    routing = scope["extensions"].get(ROUTING_CONTEXT)
    return routing is not None and routing["operation_id"] is None
