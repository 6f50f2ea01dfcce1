"""The head of a world: all of it but its records and its journal, as JSON.

Settings, clocks and counters by seed, the rules switched off or replaced, the standing faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from rulebound.fixtures import World
from rulebound.mock_server.faults.desk import Desk, Standing
from rulebound.mock_server.faults.fault import Fault
from rulebound.mock_server.stores.texts import text_of
from rulebound.mock_server.worlds import ServedWorld
from rulebound.openapi.conditions import Requirement
from rulebound.openapi.expressions import compile_condition
from rulebound.openapi.model import Document, Operation, Rule
from rulebound.openapi.trace import Switches

_TICK = timedelta(microseconds=1)
_FAULT = tuple(each.name for each in fields(Fault))
Past = Callable[[int], Mapping[str, World]]
"""Number of a stale fault -> the records it shows, in worlds by seed."""


class Book:
    """The rules of the documents served, by their ids: what stores refer to."""

    def __init__(self, documents: Iterable[Document]) -> None:
        operations = [each for document in documents for each in document.operations]
        self._rules: dict[str, tuple[Operation, Rule]] = {
            rule.id: (operation, rule) for operation in operations for rule in operation.rules
        }
        self._own: dict[tuple[str, str], Rule] = {
            (operation.id, rule.id): rule for operation in operations for rule in operation.rules
        }

    def of(self, operation: str, id: str) -> Rule:
        """The rule of this id in an operation."""
        return self._own[operation, id]

    def requirement(self, id: str, told: Mapping[str, Any]) -> Requirement:
        """What a rule is judged by instead, from what `told_of` gave."""
        operation, rule = self._rules[id]
        names = operation.names | ({"before", "made"} if rule.kind == "effect" else frozenset())
        when = told["when"]
        return Requirement(
            compile_condition(told["require"], names),
            None if when is None else compile_condition(when, names),
        )


def told_of(requirement: Requirement) -> dict[str, Any]:
    """A requirement as JSON."""
    when = requirement.when
    return {"require": requirement.require.text, "when": None if when is None else when.text}


def written(served: ServedWorld) -> str:
    """The head of a world as it now stands."""
    return text_of({
        "worlds": _worlds(served.worlds),
        "off": sorted(served.switches.off),
        "replaced": {id: told_of(each) for id, each in served.switches.replaced.items()},
        "faults": _faults(served.faults),
    })  # fmt: skip


def stand(served: ServedWorld, head: Mapping[str, Any], book: Book, past: Past) -> None:
    """Let a world stand as a head says; its records are as they are."""
    for seed, told in head["worlds"].items():
        _stand(served.worlds[seed], told)
    replaced = {id: book.requirement(id, each) for id, each in head["replaced"].items()}
    served.switches = Switches(frozenset(head["off"]), replaced)
    known = {each.number: each for each in served.faults.standing}
    desk = head["faults"]
    standing = [_standing(each, known.get(each["number"]), past) for each in desk["standing"]]
    served.faults.stand(desk["last"], standing)


def _worlds(worlds: Mapping[str, World]) -> dict[str, Any]:
    return {seed: _world(world) for seed, world in worlds.items()}


def _world(world: World) -> dict[str, Any]:
    clock, identifiers = world.clock, world.identifiers
    return {
        "settings": dict(world.settings),
        "frozen": None if clock.frozen is None else clock.frozen.isoformat(),
        "ahead": clock.ahead // _TICK,
        "last": identifiers.last,
        "made": identifiers.made,
    }


def _stand(world: World, told: Mapping[str, Any]) -> None:
    world.have_settings(told["settings"])
    frozen = told["frozen"]
    world.clock.frozen = None if frozen is None else datetime.fromisoformat(frozen)
    world.clock.ahead = told["ahead"] * _TICK
    world.identifiers.last, world.identifiers.made = dict(told["last"]), told["made"]


def _faults(desk: Desk) -> dict[str, Any]:
    standing = [
        {
            "number": each.number,
            "left": each.left,
            "fault": {name: getattr(each.fault, name) for name in _FAULT},
            "past": _worlds(each.past),
        }
        for each in desk.standing
    ]
    return {"last": desk.last, "standing": standing}


def _standing(told: Mapping[str, Any], known: Standing | None, past: Past) -> Standing:
    number, about = told["number"], told["past"]
    if known is not None:
        worlds = known.past
    else:
        worlds = past(number) if about else {}
        for seed, each in about.items():
            _stand(worlds[seed], each)
    return Standing(number, Fault(**told["fault"]), told["left"], worlds)
