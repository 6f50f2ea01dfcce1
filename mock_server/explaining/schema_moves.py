"""Moves that mend what a schema refuses: take it away, add what is missing, or put what fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from rulebound.mock_server.explaining.draft import Move, Step
from rulebound.mock_server.explaining.ground import Ground
from rulebound.mock_server.explaining.places import GONE, Place
from rulebound.openapi.model import Operation
from rulebound.openapi.request_schema import Break

_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_MOST_INNER = 12
_MOST_BREAKS = 40


def schema_moves(ground: Ground, found: list[Break]) -> Iterator[Move]:
    """What may mend these breaks, one by one, and where many are alike all at once."""
    found = found[:_MOST_BREAKS]
    for broken in found:
        yield from _of_break(ground, broken)
        for inner in broken.inner[:_MOST_INNER]:
            yield from _of_break(ground, inner)
    if len(found) > 1:
        yield tuple(step for each in found for step in next(_of_break(ground, each), ()))
        places = dict.fromkeys(place for each in found for place in _taken_away(ground, each))
        yield tuple(Step(place, GONE) for place in _last_first(places))


def _of_break(ground: Ground, broken: Break) -> Iterator[Move]:
    place = place_of(ground.operation, broken)
    if broken.names:
        unknown = [(*place, name) for name in broken.names[:_MOST_BREAKS]]
        yield tuple(Step(each, GONE) for each in unknown)
        yield from ((Step(each, GONE),) for each in unknown if len(unknown) > 1)
    elif broken.item is not None or (broken.keyword == "required" and len(place) == 2):
        # `at` is then the place of what is missing.
        yield from ((Step(place, value),) for value in ground.values(place))
        if len(place) > 2:
            yield (Step(place[:-1], GONE),)
        return
    if len(place) > 1:
        yield from ((Step(place, value),) for value in ground.values(place))
        yield (Step(place, GONE),)
    else:
        yield from ((Step(place, value),) for value in ground.values(place))
    yield from _members(ground, place, broken)


def _members(ground: Ground, place: Place, broken: Break) -> Iterator[Move]:
    """For what is wrong as a whole: without one of its members, or with only one of them."""
    value = ground.draft.at(place)
    if isinstance(value, Mapping):
        for name in islice(value, _MOST_INNER):
            yield (Step((*place, name), GONE),)
            if 2 < len(value) <= _MOST_INNER:
                yield tuple(Step((*place, other), GONE) for other in value if other != name)
        for schema in ground.schemas(place):
            names = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
            for name in names:
                if name not in value:
                    inner = (*place, name)
                    yield from ((Step(inner, each),) for each in ground.values(inner)[:3])
    if isinstance(value, list):
        for index in range(len(value) - 1, max(-1, len(value) - 1 - _MOST_INNER), -1):
            yield (Step((*place, index), GONE),)
        if broken.keyword in ("minItems", "contains", "minContains"):
            more = (*place, len(value))
            yield from ((Step(more, each),) for each in ground.values(more))


def _taken_away(ground: Ground, broken: Break) -> list[Place]:
    place = place_of(ground.operation, broken)
    if broken.names:
        return [(*place, name) for name in broken.names]
    return [place[:-1] if broken.item is not None else place]


def _last_first(places: Mapping[Place, None]) -> list[Place]:
    """So that taking an item out of a list leaves the places of those still to go."""
    return sorted((each for each in places if len(each) > 1), key=_order, reverse=True)


def _order(place: Place) -> tuple[tuple[bool, int, str], ...]:
    return tuple(
        (isinstance(part, int), part if isinstance(part, int) else 0, str(part)) for part in place
    )


def place_of(operation: Operation, broken: Break) -> Place:
    """Where in the request a break is."""
    parts: tuple[str | int, ...] = tuple(
        int(index) if index else name for index, name in _PART.findall(broken.at)
    )
    if not broken.place.startswith("/parameters"):
        return ("body", *parts)
    name = broken.place.split("/")[2].replace("~1", "/").replace("~0", "~")
    for parameter in operation.parameters:
        if parameter.name == name:
            where = {"header": "headers"}.get(parameter.where, parameter.where)
            return (where, name.lower() if where == "headers" else name)
    return ("query", name)
