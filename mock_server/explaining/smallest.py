"""The smallest change by which a refused request would have passed.

Looked for in the request first, then in who asks, then in the world. What is proposed was tried on
the stub itself. No rule is known here: what may help comes from the document, the seed and trials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from rulebound.fixtures import World
from rulebound.mock_server.api import Api
from rulebound.mock_server.explaining.asked import Asked, Change, Edit, Kind
from rulebound.mock_server.explaining.bench import Judging
from rulebound.mock_server.explaining.consulting import Case, Consulting
from rulebound.mock_server.explaining.routes import Route, near, route_of
from rulebound.mock_server.explaining.telling import (
    as_it_stands,
    beside_faults,
    by_address,
    nothing_helps,
)
from rulebound.mock_server.explaining.trial import Trials, Tried
from rulebound.mock_server.explaining.turns import Busy, Turns
from rulebound.mock_server.faults.desk import Standing
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal, Worlds
from starlette.types import ASGIApp

__all__ = ["Advisor", "Asked", "Change", "Edit", "Kind"]

SECONDS = 2.0
"""How long a change is looked for."""
MOST_AT_ONCE = 2
PATIENCE = 1.0
"""Seconds that others wait for their turn."""
_LATER = "try again in a moment"
_NOWHERE = (404, 405)


class Advisor:
    """Proposes changes; one for a stub, for any thread that runs no event loop.

    `app` is the ASGI application from the guard on.
    """

    def __init__(self, app: ASGIApp, apis: Sequence[Api], worlds: Worlds) -> None:
        self._app = app
        self._apis = tuple(apis)
        self._worlds = worlds
        self._judging: dict[str, Judging] = {}
        self._turns: Turns[Change] = Turns(MOST_AT_ONCE, PATIENCE)

    def change(self, asked: Asked, world: str) -> Change:
        """The smallest change found for a request in a world.

        Raises WorldRefusal: 404 unknown, 503 where many others look for changes.
        """
        served = self._worlds.get(world)
        try:
            return self._turns.of((asked, world), lambda: self._looked_for(asked, served))
        except Busy:
            raise WorldRefusal(
                503, "the stub is busy looking for changes of other requests", _LATER
            ) from None

    def _looked_for(self, asked: Asked, served: ServedWorld) -> Change:
        until = monotonic() + SECONDS
        with Trials(self._app, served, until) as trials:
            found = self._found(asked, served, trials, until)
            # Trials meet no faults, so that those that stand are told besides.
            operation = trials.of(found.request or asked).operation
        standing = self._standing(served, operation)
        return replace(beside_faults(found, standing) if standing else found, world=served.id)

    def _standing(self, served: ServedWorld, id: str | None) -> list[Standing]:
        """The faults in the way of an operation; one that is only late is in nobody's way."""
        known = (each for api in self._apis for each in api.document.operations)
        operation = next((each for each in known if each.id == id), None)
        return [
            each
            for each in served.faults.all()
            if operation is not None
            and each.fault.kind != "latency"
            and each.fault.concerns(operation)
        ]

    def _found(self, asked: Asked, served: ServedWorld, trials: Trials, until: float) -> Change:
        tried = trials.of(asked)
        if tried.passes:
            return as_it_stands(asked, tried)
        route = route_of(self._apis, asked, tried.operation, tried.root)
        if route is not None:
            return self._consulting(route, tried, served, trials, until).change()
        return self._elsewhere(asked, served, trials, until)

    def _elsewhere(self, asked: Asked, served: ServedWorld, trials: Trials, until: float) -> Change:
        """For a request that leads to no operation: the nearest address from which it passes."""
        for route in near(self._apis, asked):
            tried = trials.of(route.asked)
            if tried.passes:
                return by_address(asked, route.asked, (), tried.status)
            if tried.status not in _NOWHERE and tried.operation is not None:
                found = self._consulting(route, tried, served, trials, until).by_request()
                if found is not None and found.request is not None and found.status is not None:
                    return by_address(asked, found.request, found.edits, found.status)
        return nothing_helps("No address of the documents is near to that of this request.")

    def _consulting(
        self, route: Route, tried: Tried, served: ServedWorld, trials: Trials, until: float
    ) -> Consulting:
        id = f"{route.api.document.name} {route.operation.id}"
        if id not in self._judging:
            self._judging[id] = Judging(route.operation)
        world: World = trials.worlds[route.api.seed.name]
        case = Case(route, tried, world, served, self._judging[id], until)
        return Consulting(case, trials)
