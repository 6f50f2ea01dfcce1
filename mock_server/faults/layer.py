"""Where calls meet the faults of their world: behind routing, before anybody asks who calls.

An outage asks nobody for credentials, and neither do the faults. Without any set, all that is
done here is to look whether there are some.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from rulebound.fixtures import World
from rulebound.mock_server.answers import Answer, send_answer
from rulebound.mock_server.api import Api
from rulebound.mock_server.exchange import LINE, Exchange, exchange_of, operation_id_of
from rulebound.mock_server.faults.answering import answer_of
from rulebound.mock_server.faults.desk import Standing
from rulebound.mock_server.noting import Findings, note
from rulebound.openapi.model import Operation
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NO_ANSWER = Answer(0)


class FaultLayer:
    """One of Connexion's layers: lets calls through late, to an old state, or not at all."""

    def __init__(self, app: ASGIApp, api: Api) -> None:
        self._app = app
        self._api = api

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one ASGI connection."""
        if scope["type"] == "http" and exchange_of(scope).served.faults.standing:
            return self._faulty(scope, receive, send)
        return self._app(scope, receive, send)

    async def _faulty(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange, id = exchange_of(scope), operation_id_of(scope)
        if id is None:  # an address of no operation
            await self._app(scope, receive, send)
            return
        operation = self._api.steps[id].operation
        # A scratch call leaves nothing behind, so that it uses no fault up either.
        counted = not exchange.scratch
        met = exchange.served.faults.meet(operation, counting=counted)
        if met:
            words = "; ".join(each.words(counted=counted) for each in met)
            exchange.injected = f"fault desk: {words}"
            send = _marked(send, ", ".join(each.fault.kind for each in met))
        if not await self._answered(operation, met, scope, send):
            await self._app(scope, receive, send)

    async def _answered(
        self, operation: Operation, met: tuple[Standing, ...], scope: Scope, send: Send
    ) -> bool:
        """Whether the faults met leave nothing to answer."""
        exchange = exchange_of(scope)
        for each in met:
            kind = each.fault.kind
            if kind == "latency":
                if not await _waited(each.fault.milliseconds):
                    _hang_up(scope)
                    return True
            elif kind == "stale":
                exchange.past = self._past(exchange, each)
            elif kind == "drop":
                self._note(exchange, operation, _NO_ANSWER)
                _hang_up(scope)
                return True
            else:
                settings = exchange.world(self._api.seed.name).settings
                answer = answer_of(each.fault, exchange, self._api, operation, settings)
                self._note(exchange, operation, answer)
                await send_answer(send, exchange, answer)
                return True
        return False

    def _past(self, exchange: Exchange, stale: Standing) -> World:
        """The state when the fault was set, at the time that it is now; this call's own."""
        seed = self._api.seed.name
        past = stale.past[seed].fork()
        past.clock.freeze(exchange.served.worlds[seed].clock.now())
        return past

    def _note(self, exchange: Exchange, operation: Operation, answer: Answer) -> None:
        world = exchange.world(self._api.seed.name)
        credentials = operation.credential_names | operation.credential_headers
        name = self._api.document.name
        note(exchange, world, name, operation.id, credentials, answer, Findings())


def _marked(send: Send, kinds: str) -> Send:
    """A `send` whose answers say in a header which faults they met."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], (b"rulebound-fault", kinds.encode())]
            message = {**message, "headers": headers}
        await send(message)

    return marked


async def _waited(milliseconds: int) -> bool:
    """Wait so long, others being served; False when the server stops meanwhile."""
    try:
        await asyncio.sleep(milliseconds / 1000)
    except asyncio.CancelledError:
        return False
    return True


def _hang_up(scope: Scope) -> None:
    """Close the connection without an answer; a server that cannot is left without one to send."""
    line = scope["extensions"].get(LINE)
    if line is not None:
        line.hang_up()
