"""Connexion's security with a request that costs little: what our handlers look at, and no more."""

from __future__ import annotations

from typing import Any

from connexion.middleware.security import SecurityAPI, SecurityMiddleware, SecurityOperation
from connexion.operations import AbstractOperation
from starlette.types import Receive, Scope, Send


class Asking:
    """Who asks, as Connexion's security hands it to the handlers: the scope, and the `context` that
    it leaves its finding in."""

    __slots__ = ("context", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.context: dict[str, Any] = scope["extensions"].setdefault("connexion_context", {})


class AdmittedOperation(SecurityOperation):  # type: ignore[misc]  # Connexion carries no types
    """An operation behind Connexion's verification."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection whose caller may be known."""
        if self.security:
            await self.verification_fn(Asking(scope))
        await self.next_app(scope, receive, send)


class AdmissionAPI(SecurityAPI):  # type: ignore[misc]
    """The operations of one specification, each with what verifies its callers."""

    def make_operation(self, operation: AbstractOperation) -> AdmittedOperation:
        """What stands before one operation."""
        found: AdmittedOperation = AdmittedOperation.from_operation(
            operation,
            next_app=self.next_app,
            security_handler_factory=self.security_handler_factory,
        )
        return found


class Admission(SecurityMiddleware):  # type: ignore[misc]
    """Connexion's layer of security."""

    api_cls = AdmissionAPI
