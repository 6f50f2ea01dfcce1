"""Moves that may turn a condition: what it compares is set to what it is compared with, records
are exchanged for others of their table, what is in the way goes and what is missed comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rulebound.fixtures import ISO, SECONDS, format_date
from rulebound.mock_server.explaining.draft import Move, Step
from rulebound.mock_server.explaining.ground import Ground, nearest
from rulebound.mock_server.explaining.parts import UNKNOWN, Known, Part, Parts
from rulebound.mock_server.explaining.places import GONE, Place
from rulebound.mock_server.explaining.targets import Target, Targets
from rulebound.mock_server.explaining.values import around
from rulebound.openapi.conditions import Requirement
from rulebound.openapi.expressions.tree import Binary, Call, Literal, Macro, Method, Node

_MOST_LISTED = 40


class ConditionMoves:
    """The moves for the conditions of one refused request."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        operation = ground.operation
        self._targets = Targets(operation.facts)
        self._parts = Parts(self._targets, operation.names)

    def of(self, condition: Requirement) -> Iterator[Move]:
        """What may make a requirement hold, or keep it from being concerned."""
        for whole in self._wholes(condition):
            for part in self._parts.in_the_way(whole):
                yield from self._of_part(part)

    def offence(self, condition: Requirement) -> int:
        """How many things stand in the way of a requirement."""
        return sum(1 for _ in self._parts.in_the_way(self._wholes(condition)[0]))

    def _wholes(self, condition: Requirement) -> list[Part]:
        known = Known({}, self._ground.verdict.names)
        wholes = [Part(condition.require.tree, known, {}, wanted=True)]
        if condition.when is not None:
            wholes.append(Part(condition.when.tree, known, {}, wanted=False))
        return wholes

    def targets(self, condition: Requirement) -> tuple[Target, ...]:
        """Of what in the request a requirement speaks; nothing for one on the caller alone."""
        trees = [condition.require.tree, *([condition.when.tree] if condition.when else [])]
        return tuple(each for tree in trees for each in self._targets.within(tree, {}))

    def _of_part(self, part: Part) -> Iterator[Move]:
        match part.node:
            case Macro(of, _, _, _) as macro:
                yield from self._listed(part, macro)
                yield from self._touched(of, part)
                return
            case Binary(_, left, right):
                yield from self._compared(part, left, right)
                yield from self._compared(part, right, left)
            case Method(of, _, (Literal(text),)):
                yield from self._set(self._targets.of(of, part.bound), [text])
        yield from self._touched(part.node, part)

    def _listed(self, part: Part, macro: Macro) -> Iterator[Move]:
        target = self._targets.of(macro.of, part.bound)
        if target is None or target.kind not in ("list", "place"):
            return
        away = [
            Step((*target.place, index), GONE)
            for index, _ in self._parts.offenders(part, macro)
        ]  # fmt: skip
        if (macro.kind == "all") == part.wanted:
            yield from ((step,) for step in away[:_MOST_LISTED])
            yield tuple(reversed(away))
        yield from self._longer(target.place)

    def _longer(self, place: Place) -> Iterator[Move]:
        """One item more, from a valid request."""
        current = self._ground.draft.at(place)
        length = len(current) if isinstance(current, list) else 0
        for base in self._ground.shelf.bases:
            items = base.at(place)
            for item in items if isinstance(items, list) else ():
                yield (Step((*place, length), item),)

    def _compared(self, part: Part, node: Node, other: Node) -> Iterator[Move]:
        target = self._targets.of(node, part.bound)
        if target is None:
            return
        values = []
        if isinstance(other, Call) and other.arguments:
            values.append(self._parts.value(other.arguments[0], part.known))
        values.append(self._parts.value(other, part.known))
        yield from self._set(target, [each for value in values for each in self._near(value)])

    def _near(self, value: Any) -> Iterator[Any]:
        """A value and its neighbours; the members of a list."""
        if value is UNKNOWN:
            return
        if isinstance(value, datetime):
            for moment in around(value):
                for form in (self._ground.shelf.dates, ISO, SECONDS):
                    yield format_date(moment, form)
        elif isinstance(value, (list, tuple)):
            yield from value[:_MOST_LISTED]
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield from (value, value - 1, value + 1)
        else:
            yield value

    def _set(self, target: Target | None, values: list[Any]) -> Iterator[Move]:
        if target is None or target.kind != "place" or len(target.place) < 2:
            return
        plain = target.place[0] == "body"
        for value in values:
            if value is None:
                yield (Step(target.place, GONE),)
            elif plain or isinstance(value, str):
                yield (Step(target.place, value),)
            elif isinstance(value, (int, float)):
                yield (Step(target.place, str(value).lower()),)

    def _touched(self, node: Node, part: Part) -> Iterator[Move]:
        """Whatever a part speaks of put otherwise, or taken away."""
        for target in dict.fromkeys(self._targets.within(node, part.bound)):
            if len(target.place) < 2:
                continue
            if target.kind == "record":
                yield from self._exchanged(target)
            if target.kind == "list":
                yield from self._longer(target.place)
            for value in self._ground.values(target.place):
                yield (Step(target.place, value),)
            for length in range(2, len(target.place) + 1):
                yield (Step(target.place[:length], GONE),)

    def _exchanged(self, target: Target) -> Iterator[Move]:
        """Another record of the same table."""
        if target.fact is None:
            return
        current = self._ground.draft.at(target.place)
        keys = self._ground.shelf.column(target.fact.table, target.fact.by)
        for key in nearest(current, keys):
            yield (Step(target.place, key),)
