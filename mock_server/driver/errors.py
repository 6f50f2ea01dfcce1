"""What routing, security and the step raise, turned into the vendor's own error answers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from rulebound.mock_server.answers import Answer, send_answer
from rulebound.mock_server.api import Api
from rulebound.mock_server.exchange import Exchange, exchange_of, operation_id_of
from rulebound.mock_server.noting import Findings, note
from rulebound.mock_server.stores.faults import Lost
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

_log = logging.getLogger("rulebound.stub")


class OurErrors:
    """The outermost of Connexion's layers, in place of its own handler of exceptions."""

    def __init__(self, app: ASGIApp, api: Api) -> None:
        self._app = app
        self._api = api
        operations = api.document.operations
        self._credentials = frozenset[str]().union(
            *(each.credential_names | each.credential_headers for each in operations)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection; an exception becomes an answer in the vendor's form."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except HTTPException as refused:
            await self._send(scope, send, self._refused, refused)
        except Exception as fault:
            await self._send(scope, send, self._failed, fault)

    async def _send(self, scope: Scope, send: Send, make: Any, fault: Exception) -> None:
        exchange = exchange_of(scope)
        try:
            answer = make(scope, exchange, fault)
        except Exception as second:
            answer = self._failed(scope, exchange, second)
        await send_answer(send, exchange, answer)

    def _refused(self, scope: Scope, exchange: Exchange, refused: HTTPException) -> Answer:
        id = operation_id_of(scope)
        if refused.status_code == 401 and id is not None and id in self._api.credentials:
            # Judged without an actor, so that the rule on credentials decides, and is traced.
            return self._api.steps[id].answer(exchange, None, scope.get("path_params", {}))
        if refused.status_code == 401:
            return self._unrouted(exchange, id, "credentials")
        if refused.status_code == 404:
            return self._unrouted(exchange, id, "not-found")
        if refused.status_code == 405:
            return self._unrouted(exchange, id, "method", refused.headers)
        if refused.status_code < 500:
            details = {"fault": getattr(refused, "detail", None) or "it cannot be taken"}
            operation = self._api.steps[id].operation if id else None
            answer = self._api.refusals.failure(exchange, "malformed", operation, details)
            self._note(exchange, id, answer, details["fault"])
            return answer
        return self._failed(scope, exchange, refused)

    def _unrouted(
        self,
        exchange: Exchange,
        id: str | None,
        name: str,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        kept: tuple[tuple[str, str], ...] = ()
        if headers:
            kept = tuple((key, value) for key, value in headers.items() if key.lower() == "allow")
        answer = self._api.refusals.failure(exchange, name, headers=kept)
        self._note(exchange, id, answer, None)
        return answer

    def _failed(self, scope: Scope, exchange: Exchange, fault: Exception) -> Answer:
        id = operation_id_of(scope)
        operation = self._api.steps[id].operation if id else None
        answer = self._api.refusals.failure(exchange, "unexpected", operation)
        if isinstance(fault, Lost):  # nothing of the stub's own: a line tells it, and no journal
            _log.error("%s %s: %s", exchange.method, exchange.path, fault)
            return answer
        _log.error("%s %s: %r", exchange.method, exchange.path, fault, exc_info=fault)
        self._note(exchange, id, answer, f"{type(fault).__name__}: {fault}")
        return answer

    def _note(
        self, exchange: Exchange, id: str | None, answer: Answer, problem: str | None
    ) -> None:
        world = exchange.world(self._api.seed.name)
        name, found = self._api.document.name, Findings(problem=problem)
        note(exchange, world, name, id, self._credentials, answer, found)
