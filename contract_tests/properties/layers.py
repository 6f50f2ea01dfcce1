"""The properties there are for an API: what fits any operation, and what an id is known for."""

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from hypothesis import strategies as st
from rulebound.contract_tests.properties.asking import SEARCH
from rulebound.contract_tests.properties.conforming import Conforming
from rulebound.contract_tests.properties.drawing import Drawing
from rulebound.contract_tests.properties.failure import Failure
from rulebound.contract_tests.properties.ground import Ground
from rulebound.contract_tests.properties.keeping import Keeping
from rulebound.contract_tests.properties.listed import Listed
from rulebound.contract_tests.properties.machine import play
from rulebound.contract_tests.properties.paging import KEYS, Paging
from rulebound.contract_tests.properties.promised import Promised
from rulebound.contract_tests.properties.racing import Racing
from rulebound.contract_tests.properties.repeating import Repeating
from rulebound.contract_tests.properties.searching import Searching
from rulebound.contract_tests.properties.stage import EMAIL, PICK, TASK
from rulebound.contract_tests.properties.trial import Plan, Trial

SEARCHER = "anna-console"
Property = Callable[[st.DataObject], None]


@dataclass(frozen=True)
class Layer:
    """One property to be tried; `worlds` when it changes something, or reads the seed's world,
    `many` when it needs several of them at once."""

    name: str
    operation: str
    attempt: Callable[[Plan], Failure | None]
    worlds: bool = True
    many: bool = False


def chosen(
    ground: Ground, operations: Collection[str], threads: ThreadPoolExecutor
) -> Iterator[Layer]:
    """The properties to be tried, in their order."""
    for api in ground.apis.all:
        for operation in api.document.operations:
            wished = not operations or operation.id in operations
            if wished and operation.id in api.files:
                yield from _of_any(ground, operation.id)
    have = {id for id in (SEARCH, TASK, EMAIL, PICK) if _is_known(ground, id)}
    if SEARCH in have:
        wished_here = have if not operations else have & set(operations)
        yield from _of_activities(ground, have, wished_here, threads)


def _is_known(ground: Ground, operation: str) -> bool:
    """Whether an operation is the kit's own one, with the seed's people."""
    return ground.has(operation) and SEARCHER in ground.about(operation).api.seed.actors


def _of_activities(
    ground: Ground, have: set[str], wished: set[str], threads: ThreadPoolExecutor
) -> Iterator[Layer]:
    """What is known of making, picking and searching activities."""
    if SEARCH in wished:
        yield from _of_search(ground)
    for creating in sorted(wished & {TASK, EMAIL}):
        keeping = Keeping(Drawing(ground.about(creating)), SEARCHER)
        yield _layer(ground, "keeping.created", creating, keeping.created, 2.0)
    if wished:
        yield Layer("machine.play", SEARCH, lambda plan: play(ground, plan))
    if have >= {TASK, PICK} and wished & {TASK, PICK}:
        yield from _of_races(ground, threads)


def _of_any(ground: Ground, operation: str) -> Iterator[Layer]:
    drawing = Drawing(ground.about(operation))
    conforming = Conforming(drawing)
    yield _layer(ground, "drawing.accepts", operation, drawing.accepts, 1.5)
    if drawing.breaks:
        yield Layer("drawing.refuses", operation, lambda plan: _refusals(ground, drawing, plan))
    repeating = Repeating(drawing)
    if repeating.cases:
        yield Layer("drawing.limits", operation, lambda plan: _limits(ground, repeating, plan))
    if Listed(drawing).values:
        yield Layer("drawing.values", operation, lambda plan: _values(ground, drawing, plan))
    promised = Promised(drawing)
    if promised.promises:
        yield Layer("drawing.promises", operation, lambda plan: _promises(ground, promised, plan))
    if drawing.oracle.read:
        yield _layer(ground, "drawing.agrees", operation, drawing.agrees, 1.5)
    yield _layer(ground, "conforming.answers", operation, conforming.answers)
    yield _layer(ground, "conforming.nonsense", operation, conforming.nonsense, 0.6)


def _refusals(ground: Ground, drawing: Drawing, plan: Plan) -> Failure | None:
    """Every break in turn, so that none is left to chance."""
    properties = (
        partial(drawing.refuses, breaks=(each,)) for breaks in drawing.breaks for each in breaks
    )
    return _first(ground, drawing.tried.operation.id, plan.share(0.08), properties)


def _promises(ground: Ground, promised: Promised, plan: Plan) -> Failure | None:
    """The promises of every rule in turn."""
    properties = (partial(promised.holds, cases=cases) for cases in promised.promises)
    return _first(ground, promised.drawing.tried.operation.id, plan.share(0.12), properties)


def _limits(ground: Ground, repeating: Repeating, plan: Plan) -> Failure | None:
    """Every limit in turn."""
    properties = (partial(repeating.counts, rule=rule, case=case) for rule, case in repeating.cases)
    return _first(ground, repeating.drawing.tried.operation.id, plan.share(0.08), properties)


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
    searching = Searching(replace(ground.about(SEARCH), own_ids=True), SEARCHER)
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
    yield replace(_layer(ground, "racing.worlds", TASK, racing.worlds, 0.1), many=True)


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
