"""Runs the properties: against every operation what fits any, and what its id is known for."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from hypothesis import strategies as st
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.bench import Conformance
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.properties.asking import SEARCH
from rulebound.contract_tests.properties.conforming import Conforming
from rulebound.contract_tests.properties.drawing import Drawing
from rulebound.contract_tests.properties.failure import Failure
from rulebound.contract_tests.properties.ground import Ground
from rulebound.contract_tests.properties.keeping import Keeping
from rulebound.contract_tests.properties.listed import Listed
from rulebound.contract_tests.properties.machine import play
from rulebound.contract_tests.properties.paging import KEYS, Paging
from rulebound.contract_tests.properties.racing import CLIENTS, Racing
from rulebound.contract_tests.properties.searching import Searching
from rulebound.contract_tests.properties.stage import EMAIL, PICK, TASK
from rulebound.contract_tests.properties.trial import NO_ANSWER, Plan, Trial
from rulebound.contract_tests.targets.target import Target

EXAMPLES = 25
SECONDS = 60.0
SEARCHER = "anna-console"
_SILENCE = 2
Property = Callable[[st.DataObject], None]


@dataclass(frozen=True)
class Layer:
    """One property to be tried; `worlds` when it changes something, or reads the seed's world."""

    name: str
    operation: str
    attempt: Callable[[Plan], Failure | None]
    worlds: bool = True


def run(  # noqa: PLR0913 - each a wish of its own
    target: Target,
    apis: Apis,
    operations: Collection[str] = (),
    *,
    seed: int = 0,
    examples: int = EXAMPLES,
    deadline: float = SECONDS,
    shrinking: float = 10.0,
    conformance: Conformance | None = None,
    most: int | None = None,
    only: Callable[[Layer], bool] = lambda layer: True,
    finished: Callable[[Layer], None] = lambda layer: None,
) -> list[Failure]:
    """Every property of these operations (all of them, without any) held against the target.

    The same `seed` draws the same examples, about `examples` a property. The run ends within
    `deadline` seconds, give or take one answer, or with the `most`th failure; each property gives
    at most one, made as small as `shrinking` seconds allow. `only` chooses among them by name;
    what needs worlds is not tried on a target without.
    """
    ground = Ground(apis, target, conformance or SchemaConformance())
    end = time.monotonic() + deadline
    failures: list[Failure] = []
    with ThreadPoolExecutor(CLIENTS) as threads:
        all_of_them = chosen(ground, operations, threads)
        layers = [each for each in all_of_them if only(each) and (target.strict or not each.worlds)]
        for done, layer in enumerate(layers):
            plan = Plan(seed, examples, _until(end, len(layers) - done), shrinking)
            failure = layer.attempt(plan)
            finished(layer)
            failures += [failure] if failure is not None else []
            silent = sum(each.relation == NO_ANSWER for each in failures)
            enough = most is not None and len(failures) >= most
            if enough or silent >= _SILENCE or time.monotonic() >= end:
                break
    return failures


def _until(end: float, left: int) -> float:
    """When a property must be done: none takes more than three shares of the time that is left."""
    now = time.monotonic()
    return min(end, now + max(1.0, 3 * (end - now) / left))


def chosen(
    ground: Ground, operations: Collection[str], threads: ThreadPoolExecutor
) -> Iterator[Layer]:
    """The properties to be tried, in their order."""
    for api in ground.apis.all:
        for operation in api.document.operations:
            wished = not operations or operation.id in operations
            if wished and operation.id in api.files:
                yield from _of_any(ground, operation.id)
    have = {id for id in (SEARCH, TASK, EMAIL, PICK) if ground.has(id)}
    wished_here = have if not operations else have & set(operations)
    if SEARCH in wished_here:
        yield from _of_search(ground)
    for creating in sorted(wished_here & {TASK, EMAIL}) if SEARCH in have else ():
        keeping = Keeping(Drawing(ground.about(creating)), SEARCHER)
        yield _layer(ground, "keeping.created", creating, keeping.created, 2.0)
    if SEARCH in have and wished_here:
        yield Layer("machine.play", SEARCH, lambda plan: play(ground, plan))
    if have >= {SEARCH, TASK, PICK} and wished_here & {TASK, PICK}:
        yield from _of_races(ground, threads)


def _of_any(ground: Ground, operation: str) -> Iterator[Layer]:
    drawing = Drawing(ground.about(operation))
    conforming = Conforming(drawing)
    yield _layer(ground, "drawing.accepts", operation, drawing.accepts, 1.5)
    if drawing.breaks:
        yield Layer("drawing.refuses", operation, lambda plan: _refusals(ground, drawing, plan))
    if Listed(drawing).values:
        yield Layer("drawing.values", operation, lambda plan: _values(ground, drawing, plan))
    if drawing.oracle.read:
        yield _layer(ground, "drawing.agrees", operation, drawing.agrees, 1.5)
    yield _layer(ground, "conforming.answers", operation, conforming.answers)
    yield _layer(ground, "conforming.nonsense", operation, conforming.nonsense, 0.6)


def _refusals(ground: Ground, drawing: Drawing, plan: Plan) -> Failure | None:
    """Every rule in turn, so that none is left to chance."""
    properties = (partial(drawing.refuses, breaks=breaks) for breaks in drawing.breaks)
    return _first(ground, drawing.tried.operation.id, plan.share(0.12), properties)


def _values(ground: Ground, drawing: Drawing, plan: Plan) -> Failure | None:
    """Every listed value in turn."""
    listed = Listed(drawing)
    properties = (partial(listed.takes, place=place, value=value) for place, value in listed.values)
    return _first(ground, drawing.tried.operation.id, plan.share(0.24), properties)


def _first(
    ground: Ground, operation: str, plan: Plan, properties: Iterable[Property]
) -> Failure | None:
    """The first failure of many small properties."""
    for property_ in properties:
        failure = Trial(plan, ground.target.url, operation).of(property_)
        if failure is not None or plan.is_over:
            return failure
    return None


def _of_search(ground: Ground) -> Iterator[Layer]:
    searching = Searching(ground.about(SEARCH), SEARCHER)
    paging = Paging(searching)
    for share, property_ in (
        (1.0, searching.selects),
        (1.0, searching.narrows),
        (1.0, searching.exact),
        (0.6, paging.pages),
        (0.6, paging.ranges),
        (0.5, paging.repeats),
        (0.5, paging.nothing),
    ):
        name = f"searching.{property_.__name__}"
        yield _layer(ground, name, SEARCH, property_, share, worlds=False)
    by_key = tuple(partial(paging.sorts, name=name) for name in KEYS)
    yield Layer(
        "searching.sorts",
        SEARCH,
        lambda plan: _first(ground, SEARCH, plan.share(0.16), by_key),
        worlds=False,
    )


def _of_races(ground: Ground, threads: ThreadPoolExecutor) -> Iterator[Layer]:
    racing = Racing(ground, threads)
    yield _layer(ground, "racing.picks", PICK, racing.picks, 0.2)
    yield _layer(ground, "racing.creates", TASK, racing.creates, 0.2)
    yield _layer(ground, "racing.worlds", TASK, racing.worlds, 0.1)


def _layer(  # noqa: PLR0913, PLR0917 - the parts of a layer
    ground: Ground,
    name: str,
    operation: str,
    property_: Property,
    share: float = 1.0,
    worlds: bool = True,
) -> Layer:
    def attempt(plan: Plan) -> Failure | None:
        return Trial(plan.share(share), ground.target.url, operation).of(property_)

    return Layer(name, operation, attempt, worlds)
