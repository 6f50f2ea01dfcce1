"""Compares two sides, operation by operation, in time and repeatably."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from hypothesis import strategies as st
from rulebound.contract_tests.comparing.difference import Comparison
from rulebound.contract_tests.comparing.pairing import Pairing
from rulebound.contract_tests.comparing.sides import Side
from rulebound.contract_tests.properties.bound_ground import put_back
from rulebound.contract_tests.properties.draft import is_plain
from rulebound.contract_tests.properties.failure import NO_ANSWER
from rulebound.contract_tests.properties.promised import Promised
from rulebound.contract_tests.properties.trial import Log, Plan, Trial
from rulebound.contract_tests.targets.target import BudgetSpent
from rulebound.contract_tests.terminal.progress import Telling
from rulebound.contract_tests.wire.deadline import RunOver
from rulebound.openapi.model import Operation

Property = Callable[[st.DataObject], None]


@dataclass(frozen=True)
class Effort:
    """How much is compared: the `seed` of what is drawn, about so many `examples` a property,
    `seconds` for all of it, and `shrinking` seconds to make a difference smaller. `ignored`: rules
    and places of a body that may differ."""

    seed: int = 0
    examples: int = 20
    seconds: float = 300.0
    shrinking: float = 5.0
    ignored: tuple[str, ...] = ()


def compare(
    left: Side,
    right: Side,
    operations: Collection[str] = (),
    effort: Effort | None = None,
    telling: Telling | None = None,
) -> Comparison:
    """Everything that both sides allow, of these operations (all of them, without any); `telling`
    says how far it is.

    Each property gives at most one difference, and each difference is told once.
    """
    effort = effort or Effort()
    found = Comparison(ignored=effort.ignored)
    end = time.monotonic() + effort.seconds
    with ExitStack() as kept:
        for side in (left, right):
            kept.enter_context(put_back(side.ground))
        for operation in _wished(left, operations):
            reason = left.hindrance(operation) or right.hindrance(operation)
            if reason is not None:
                found.not_compared[operation.id] = reason
            elif time.monotonic() >= end:
                found.unfinished[operation.id] = "the time was over"
            else:
                _operation(Pairing(left, right, operation.id, found), effort, end, telling)
    return found


def _wished(side: Side, operations: Collection[str]) -> Iterator[Operation]:
    for api in side.ground.apis.all:
        for operation in api.document.operations:
            if operation.id in api.files and (not operations or operation.id in operations):
                yield operation


def _operation(pairing: Pairing, effort: Effort, end: float, telling: Telling | None) -> None:
    log, found = Log(), pairing.comparison
    for share, property_ in _told(pairing, telling):
        plan = Plan(effort.seed, effort.examples, end, effort.shrinking, log)
        pairing.latest = None
        heeded = partial(_in_time, pairing, property_)
        failure = Trial(plan.share(share), "", pairing.operation).of(heeded)
        if pairing.latest is not None:
            _put_down(pairing)
        if failure is not None and (pairing.latest is None or failure.relation == NO_ANSWER):
            found.unfinished.setdefault(pairing.operation, failure.what)
        if plan.is_over:
            found.unfinished.setdefault(pairing.operation, "the time was over half-way")
            return
    if log.hindrance and pairing.operation not in found.unfinished:
        found.not_compared[pairing.operation] = log.hindrance


def _in_time(pairing: Pairing, property_: Property, data: st.DataObject) -> None:
    """The property; where the time or the budget of a side's own profile is used up, that is put
    down."""
    try:
        property_(data)
    except (RunOver, BudgetSpent) as error:
        pairing.comparison.unfinished.setdefault(pairing.operation, str(error))
        raise


def _properties(pairing: Pairing) -> Iterator[tuple[float, Property]]:
    """Each property with its share of the examples."""
    drawing = pairing.drawings[0]
    yield 1.0, pairing.valid
    for breaks in drawing.breaks:
        for rule, case in breaks:
            yield 0.1, partial(pairing.breaking, rule=rule, case=case)
    for cases in Promised(drawing).promises:
        for case in filter(is_plain, cases):
            yield 0.1, partial(pairing.promising, case=case)


def _told(pairing: Pairing, telling: Telling | None) -> Iterator[tuple[float, Property]]:
    """The properties, each told when it begins and when it is over."""
    operation, properties = pairing.operation, list(_properties(pairing))
    if telling is None:
        yield from properties
        return
    stage = telling.stage("properties", len(properties), [operation] * len(properties))
    stage.word = "different"
    stage.begins(operation)
    for each in properties:
        before = len(pairing.comparison.differences)
        yield each
        more = len(pairing.comparison.differences) > before
        stage.ends(operation, str(before) if more else None)


def _put_down(pairing: Pairing) -> None:
    found = pairing.latest
    if found is not None:
        pairing.comparison.told.add(found.key)
        pairing.comparison.differences.append(found)
