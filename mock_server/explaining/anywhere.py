"""Moves at every place of a request, for rules that do not tell which place they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rulebound.mock_server.explaining.difference import difference
from rulebound.mock_server.explaining.draft import Draft, Move, Step
from rulebound.mock_server.explaining.ground import Ground, nearest
from rulebound.mock_server.explaining.places import GONE, Place, leaves
from rulebound.mock_server.explaining.targets import Targets
from rulebound.openapi.expressions import parse
from rulebound.openapi.model import Operation

_MOST_PLACES = 40
_LONG = 20


def moves_anywhere(ground: Ground) -> Iterator[Move]:
    """Every place of the request put otherwise, shortened or taken away, and what valid requests
    have besides."""
    yield from _other_records(ground)
    for place in _places(ground.draft):
        for length in range(2, len(place) + 1):
            yield (Step(place[:length], GONE),)
        for value in ground.values(place):
            yield (Step(place, value),)
        for value in ground.alike(place):
            yield (Step(place, value),)
        yield from _shorter(ground, place)
    for base in ground.shelf.bases:
        for step in difference(ground.draft, base):
            yield (step,)
    for parameter in ground.operation.where("query"):
        if parameter.name not in ground.operation.credential_names:
            place = ("query", parameter.name)
            yield from ((Step(place, value),) for value in ground.values(place))


def _other_records(ground: Ground) -> Iterator[Move]:
    """Another record than the one that the effect is about."""
    effect = ground.operation.effect
    if effect is None or effect.id is None or effect.table is None:
        return
    target = Targets(ground.operation.facts).of(parse(effect.id), {})
    if target is not None and target.kind == "place" and len(target.place) > 1:
        current = ground.draft.at(target.place)
        for id in nearest(current, ground.shelf.column(effect.table, "id")):
            yield (Step(target.place, id),)


def _places(draft: Draft) -> list[Place]:
    own = own_names(draft.operation)
    found: list[Place] = [("query", name) for name, _ in draft.query if name not in own]
    found += [("path", name) for name in draft.parameters]
    declared = {each.name.lower() for each in draft.operation.where("header")} - own
    found += [("headers", name) for name, _ in draft.headers if name in declared]
    found += [place for place, _ in leaves(draft.value) if len(place) > 1]
    return list(dict.fromkeys(found))[:_MOST_PLACES]


def own_names(operation: Operation) -> frozenset[str]:
    """Names of parameters and headers that carry credentials: they are left as they are."""
    return operation.credential_names | operation.credential_headers | {"authorization", "cookie"}


def _shorter(ground: Ground, place: Place) -> Iterator[Move]:
    """The longest beginning of a long text that gets further than the whole."""
    value = ground.draft.at(place)
    if not isinstance(value, str) or len(value) < _LONG:
        return
    rank = ground.verdict.rank

    def gets_on(length: int) -> bool:
        move = (Step(place, value[:length]),)
        return ground.bench.judge(ground.draft.taken(move)).rank < rank

    length = longest(len(value), gets_on)
    if length is not None:
        yield (Step(place, value[:length]),)


def longest(size: int, does: Callable[[int], bool]) -> int | None:
    """The greatest number below `size` that does, if 0 does and all below one that does do."""
    if not does(1):
        return None
    low, high = 1, size
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if does(middle) else (low, middle)
    return low
