"""A random history of one store: deeds of whoever has its worlds open, and what is then seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from rulebound.fixtures import RecordError, SettingsError, Transaction
from rulebound.mock_server.faults.fault import Fault
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal, Worlds
from rulebound.openapi.trace import Switches
from stores.openings import LIBRARY, Opened

COLOURS = ("red", "blue", 1, 1.0, 0, True, False, None, "1", 2**70, "\ud800", "\0")
IDS = tuple(str(number) for number in range(12))
BADGES = ("a", "\0", "\ud800x", "'; --", "é")


class BrokenOff(Exception):
    """What a turn or a transaction is broken off with."""


@dataclass
class History:
    """Deeds drawn by a seed. Worlds are called by the order in which they were made."""

    store: Opened
    random: Random
    worlds: list[str] = field(default_factory=lambda: ["default"])

    def step(self) -> Any:
        """One deed, done by one of the two; what came of it, told without ids of worlds."""
        deeds = (self.write, self.write, self.write, self.break_off, self.look, self.look)
        deed = self.random.choice((*deeds, self.set_about, self.fault, self.around))
        side = self.random.choice((self.store.here, self.store.there))
        place = self.random.randrange(len(self.worlds))
        try:
            return deed.__name__, place, deed(side, place)
        except (RecordError, SettingsError, WorldRefusal) as refused:
            return deed.__name__, place, str(refused).replace(self.worlds[place], "..")

    def write(self, side: Worlds, place: int) -> Any:
        """A few changes of records, all or none of them."""
        with self._world(side, place).worlds["small"].transaction() as transaction:
            return [self._change(transaction) for _ in range(self.random.randint(1, 4))]

    def break_off(self, side: Worlds, place: int) -> Any:
        """Changes of which nothing is kept."""
        served = self._world(side, place)
        changes = self.random.randint(1, 3)
        try:
            with served.turn(), served.worlds["small"].transaction() as transaction:
                for _ in range(changes):
                    self._change(transaction)
                raise BrokenOff
        except (BrokenOff, RecordError):
            return None

    def look(self, side: Worlds, place: int) -> Any:
        """All there is to see of a world."""
        served = self._world(side, place)
        small = served.worlds["small"]
        with small.transaction() as view:
            rows = [list(view.scan(table)) for table in ("item", "badge", "person")]
            found = [view.find("item", "colour", each) for each in COLOURS]
        about = (dict(small.settings), small.clock.frozen, sorted(served.switches.off))
        faults = [each.as_json() for each in served.faults.all()]
        return repr((rows, found, about, faults, served.digest()))

    def set_about(self, side: Worlds, place: int) -> Any:
        """A setting, the clock or a rule."""
        served, way = self._world(side, place), self.random.randrange(4)
        small = served.worlds["small"]
        with served.turn():
            if way == 0:
                small.change_settings({"limit": self.random.randint(0, 9)})
            elif way == 1:
                small.clock.freeze(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=1))
            elif way == 2:
                small.clock.freeze(datetime(2027, 1, 1, tzinfo=UTC))
                small.clock.advance(self.random.randint(1, 10**6) / 1000)
            else:
                served.switches = Switches(served.switches.off ^ {"book.added"})

    def fault(self, side: Worlds, place: int) -> Any:
        """A fault of the desk, or a call that meets some."""
        desk, way = self._world(side, place).faults, self.random.randrange(4)
        operation = LIBRARY.operations[0]
        if way == 0:
            kind = self.random.choice(("stale", "500", "drop"))
            return desk.add(Fault(kind, calls=self.random.choice((None, 2)))).as_json()
        if way == 1:
            return desk.take_off(self.random.randint(1, 4))
        met = desk.meet(operation)
        pasts = [each.past["small"].digest() for each in met if each.past]
        return [each.as_json() for each in met], pasts

    def around(self, side: Worlds, place: int) -> Any:
        """A world made, forked, reset or deleted."""
        way = self.random.randrange(6)
        if way < 2:
            self._world(side, place).reset()
        elif way == 2 and len(self.worlds) > 1:
            deleted = self.worlds[place]
            side.delete(deleted)
            self.worlds.remove(deleted)
        elif len(self.worlds) < 5:
            source = self.worlds[place] if way < 5 else None
            drafted = side.draft(source)
            drafted["small"].clock.freeze(datetime(2026, 5, 5, tzinfo=UTC))
            self.worlds.append(side.add(drafted, Switches()).id)
        return side.count(), [each.id for each in side.all()] == self.worlds

    def _change(self, transaction: Transaction) -> Any:
        way, id = self.random.randrange(8), self.random.choice(IDS)
        colour = self.random.choice(COLOURS)
        ways: list[Callable[[], Any]] = [
            lambda: transaction.insert("item", {"id": id, "colour": colour}),
            lambda: transaction.insert("item", {"id": transaction.new_id("item")}),
            lambda: transaction.insert("person", {"id": transaction.uuid(), "name": "é"}),
            lambda: transaction.insert("badge", {"id": self.random.choice(BADGES)}),
            lambda: transaction.update("item", id, {"colour": colour, "parts": ["10", "11"]}),
            lambda: transaction.update("item", id, {"colour": colour}),
            lambda: transaction.delete("item", id),
            lambda: transaction.delete("item", id),
        ]
        try:
            return repr(ways[way]())
        except RecordError as refused:
            return str(refused)

    def _world(self, side: Worlds, place: int) -> ServedWorld:
        return side.get(self.worlds[place])
