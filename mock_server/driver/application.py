"""An API as a Connexion application whose innermost layer is our request step.

Connexion routes, finds the actor and binds each operation to its step by operationId; what it does
per request beyond that (validation, decorators) is the step's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any

from connexion.apps.abstract import AbstractApp
from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.middleware.main import API
from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver
from rulebound.mock_server.answers import send_answer
from rulebound.mock_server.api import Api
from rulebound.mock_server.driver.admission import Admission
from rulebound.mock_server.driver.errors import OurErrors
from rulebound.mock_server.driver.routing import ExactRouting, finds_nothing
from rulebound.mock_server.driver.security import actor_of, security_map
from rulebound.mock_server.driver.specification import Spec31
from rulebound.mock_server.exchange import exchange_of
from rulebound.mock_server.faults.layer import FaultLayer
from rulebound.mock_server.step import RequestStep
from rulebound.mock_server.stores.layer import TurnLayer
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send


class StepResolver(Resolver):  # type: ignore[misc]  # Connexion carries no types
    """operationId -> the request step of that operation."""

    def __init__(self, steps: Mapping[str, RequestStep]) -> None:
        super().__init__()
        self._steps = steps

    def resolve(self, operation: Any) -> Resolution:
        """Called once for each layer and operation. Raises KeyError for an unknown id."""
        return Resolution(self._steps[operation.operation_id], operation.operation_id)


class BoundStep:
    """An operation as the innermost ASGI application: its step, bound by Connexion."""

    def __init__(self, step: RequestStep) -> None:
        self._step = step
        # Connexion's router writes a dash in the name of a path parameter as an underscore.
        names = (each.name for each in step.operation.where("path"))
        self._names = {name.replace("-", "_"): name for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. The body was read before routing: nothing here waits but `send`."""
        exchange = exchange_of(scope)
        if exchange.past is not None:  # who asks was looked up in the present
            exchange.own_world = exchange.past
        path = values = scope.get("path_params", {})
        if values:
            path = {self._names.get(name, name): value for name, value in values.items()}
        answer = self._step.answer(exchange, actor_of(scope), path)
        await send_answer(send, exchange, answer)


class StepAPI(RoutedAPI[BoundStep]):  # type: ignore[misc]
    """The operations of one specification, each with its bound step."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> BoundStep:
        """What stands behind one operation: what Connexion's resolver found for it."""
        return BoundStep(operation.function)


class StepApplication(RoutedMiddleware[StepAPI]):  # type: ignore[misc]
    """The innermost application: routed requests go to their step, there is nothing behind it."""

    api_cls = StepAPI

    def __init__(self) -> None:
        super().__init__(_nothing)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one ASGI connection."""
        if scope["type"] == "http" and finds_nothing(scope):
            return _nothing(scope, receive, send)
        return super().__call__(scope, receive, send)  # type: ignore[no-any-return]


class StubApp(AbstractApp):  # type: ignore[misc]
    """Connexion's application with our request step inside, beside its Async and Flask ones."""

    def __init__(self, name: str, **options: Any) -> None:
        self._middleware_app = StepApplication()
        super().__init__(name, **options)

    def add_error_handler(self, code_or_exception: Any, function: Any) -> None:
        """Not used: `OurErrors` answers every exception. Raises TypeError."""
        raise TypeError("OurErrors turns exceptions into answers")

    def add_url_rule(
        self, rule: Any, endpoint: Any = None, view_func: Any = None, **options: Any
    ) -> None:
        """Not used: every address stands in the document. Raises TypeError."""
        raise TypeError("addresses are added in the document")


def application(api: Api, *, shared: bool = False) -> StubApp:
    """The Connexion application of one API, not yet built; the first ASGI call builds it.

    With `shared`, requests have their turn among those of other processes.
    """
    faults: list[Any] = [partial(FaultLayer, api=api)]
    if shared:
        turns = partial(TurnLayer, api=api)
        # In one turn, unless faults stand: those are waited for outside.
        faults = [partial(turns, before_faults=True), *faults, turns]
    layers: list[Any] = [partial(OurErrors, api=api), ExactRouting, *faults, Admission]
    app = StubApp(
        __name__,
        middlewares=layers,
        resolver=StepResolver(api.steps),
        security_map=security_map(api),
    )
    options = app.middleware.options.__dict__
    # add_api would load the file anew and validate it as 3.0; this is what it appends.
    specification = Spec31(api.document.bundle, api.base)
    app.middleware.apis.append(API(specification, base_path=None, name=None, **options))
    return app


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the steps: no address, and a lifespan without work."""
    if scope["type"] == "http":
        raise HTTPException(404, "Not Found")  # the words that it would look up else
    if scope["type"] == "lifespan":
        for phase in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{phase}.complete"})
