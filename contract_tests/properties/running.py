"""Runs the properties of an API against a target, in time and repeatably."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.bench import Conformance
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.properties.bound_ground import grounded, hindrance, put_back
from rulebound.contract_tests.properties.failure import NO_ANSWER, Failure
from rulebound.contract_tests.properties.ground import Ground
from rulebound.contract_tests.properties.layers import Layer, chosen
from rulebound.contract_tests.properties.racing import CLIENTS
from rulebound.contract_tests.properties.trial import Plan
from rulebound.contract_tests.targets.target import Target

EXAMPLES = 25
SECONDS = 60.0
_SILENCE = 2


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
    untried: Callable[[Layer, str], None] = lambda layer, reason: None,
) -> list[Failure]:
    """Every property of these operations (all of them, without any) held against the target.

    The same `seed` draws the same examples, about `examples` a property. The run ends within
    `deadline` seconds, give or take one answer, or with the `most`th failure; each property gives
    at most one, made as small as `shrinking` seconds allow. `only` chooses among them by name.
    `finished` hears of each that was tried, `untried` of each that could not be, and why: on a
    deployment what needs worlds, names that are not bound, or data that cannot be put back.
    """
    end = time.monotonic() + deadline
    ground = grounded(apis, target, conformance or SchemaConformance())
    failures: list[Failure] = []
    with ThreadPoolExecutor(CLIENTS) as threads, put_back(ground):
        wished = [each for each in chosen(ground, operations, threads) if only(each)]
        layers = list(_possible(ground, wished, untried))
        for done, layer in enumerate(layers):
            plan = Plan(seed, examples, _until(end, len(layers) - done), shrinking)
            failure = layer.attempt(plan)
            failures += [failure] if failure is not None else []
            if failure is None and plan.log.hindrance:
                untried(layer, plan.log.hindrance)
            else:
                finished(layer)
            if _is_enough(failures, most) or time.monotonic() >= end:
                break
    return failures


def _possible(
    ground: Ground, wished: Iterable[Layer], untried: Callable[[Layer, str], None]
) -> Iterator[Layer]:
    """Those that can be tried on the target; `untried` hears of the others."""
    for layer in wished:
        reason = hindrance(ground, layer)
        if reason is None:
            yield layer
        else:
            untried(layer, reason)


def _is_enough(failures: list[Failure], most: int | None) -> bool:
    """Whether as many were found as are wanted, or the target does not answer."""
    silent = sum(each.relation == NO_ANSWER for each in failures)
    return silent >= _SILENCE or (most is not None and len(failures) >= most)


def _until(end: float, left: int) -> float:
    """When a property must be done: none takes more than three shares of the time that is left."""
    now = time.monotonic()
    return min(end, now + max(1.0, 3 * (end - now) / left))
