"""Where a request has its turn in a shared store: who asks, the step and the journal, in one."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import Any

from rulebound.mock_server.api import Api
from rulebound.mock_server.exchange import exchange_of, operation_id_of
from rulebound.mock_server.faults.fault import only_reads
from rulebound.mock_server.guard import UNKNOWN_WORLD
from rulebound.mock_server.plain_answers import send_json
from rulebound.mock_server.stores.faults import ChangesWorld, WorldGone
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class TurnLayer:
    """One of Connexion's layers: what is behind it is done in one turn of the world, and answered
    once that is kept.

    One `before_faults` begins the turn where the faults of the desk are looked for, unless there
    are some: a fault may have to be waited for.
    """

    def __init__(self, app: ASGIApp, api: Api, *, before_faults: bool = False) -> None:
        self._app = app
        self._before_faults = before_faults
        self._reading = {id: only_reads(step.operation) for id, step in api.steps.items()}

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one ASGI connection."""
        if scope["type"] != "http" or exchange_of(scope).served.home is None:
            return self._app(scope, receive, send)
        return self._in_turn(scope, receive, send)

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        reading = self._reading.get(operation_id_of(scope) or "", False)
        try:
            try:
                answer = self._answer(scope, receive, reading=reading or exchange_of(scope).scratch)
            except ChangesWorld:
                answer = self._answer(scope, receive, reading=False)
        except WorldGone:
            await send_json(send, 400, UNKNOWN_WORLD)
            return
        if answer is None:
            await self._app(scope, receive, send)
            return
        for message in answer:
            await send(message)

    def _answer(self, scope: Scope, receive: Receive, *, reading: bool) -> list[Message] | None:
        """The messages of the answer; None where faults have to be met first."""
        exchange = exchange_of(scope)
        own, messages = exchange.own_world, list[Message]()

        async def hold(message: Message) -> None:
            messages.append(message)

        try:
            with exchange.served.turn(reading=reading):
                if self._before_faults and exchange.served.faults.standing:
                    return None
                _at_once(self._app(scope, receive, hold))  # type: ignore[arg-type]
        except BaseException:
            exchange.own_world, exchange.number = own, 0
            raise
        return messages


def _at_once(work: Coroutine[Any, Any, None]) -> None:
    """Do it without letting others in: nobody else of this process may come into the turn.

    Raises RuntimeError for work that waits for something.
    """
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("a request waited inside its turn")
