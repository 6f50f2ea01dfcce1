"""Connexion's security with a request that costs little: what our handlers look at, and no more."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from connexion.exceptions import OAuthProblem, ProblemException
from connexion.middleware.security import SecurityAPI, SecurityMiddleware, SecurityOperation
from connexion.operations import AbstractOperation
from rulebound.mock_server.driver.routing import finds_nothing
from rulebound.mock_server.exchange import exchange_of
from starlette.types import Receive, Scope, Send


class DoubledCredential(ProblemException):  # type: ignore[misc]  # Connexion carries no types
    """A credential given twice, so that nobody can tell which one counts."""

    def __init__(self, name: str) -> None:
        super().__init__(status=400, detail=f"{name} is given more than once")


class Asking:
    """Who asks, as Connexion's security hands it to the handlers: the scope, and the `context` that
    it leaves its finding in. `unknown` is the last credential that is nobody's."""

    __slots__ = ("context", "exchange", "scope", "unknown")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.exchange = exchange_of(scope)
        self.context: dict[str, Any] = scope["extensions"].setdefault("connexion_context", {})
        self.unknown: object = None


class AdmittedOperation(SecurityOperation):  # type: ignore[misc]
    """An operation behind Connexion's verification."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection whose caller may be known. Raises OAuthProblem (401), or what
        a handler raises; the 401 of an unknown credential comes before that."""
        if self.security:
            asking = Asking(scope)
            try:
                await self.verification_fn(asking)
            except DoubledCredential as doubled:
                if asking.unknown is not None:
                    raise OAuthProblem from doubled
                raise
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

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one ASGI connection."""
        if scope["type"] == "http" and finds_nothing(scope):
            return self.app(scope, receive, send)  # type: ignore[no-any-return]
        return super().__call__(scope, receive, send)  # type: ignore[no-any-return]
