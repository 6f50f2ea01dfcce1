"""One turn of a world: the replica catches up, is changed, and what changed is kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from rulebound.fixtures import Seed, World
from rulebound.mock_server.stores import heads, ledger
from rulebound.mock_server.stores.engine import Database
from rulebound.mock_server.stores.faults import ChangesWorld, WorldGone
from rulebound.mock_server.stores.heads import Book
from rulebound.mock_server.stores.ledger import SINCE, Stand
from rulebound.mock_server.stores.replica import difference, fresh, rows_at, stand_at
from rulebound.mock_server.stores.texts import key_of, value_of
from rulebound.mock_server.worlds import ServedWorld
from sqlalchemy import Connection

UNKNOWN = Stand(-1, -1, 0, 0, 0)
_SWEPT_EVERY = 500
"""Versions between two sweeps of tombstones; those of the last so many versions stay."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What the homes of one store share."""

    database: Database
    seeds: Mapping[str, Seed]
    book: Book


@dataclass(slots=True)
class Known:
    """A replica: how its world stood when it was looked at last, and the head it then had."""

    served: ServedWorld
    stand: Stand = UNKNOWN
    head: str = ""


class Turn:
    """One turn of a world: what it found, what it has changed so far."""

    def __init__(self, shop: Shop, known: Known) -> None:
        self._shop = shop
        self._known = known
        self.served = known.served
        self.rows: set[tuple[str, str, str]] = set()
        self.noted = 0
        self.cleared = 0
        self._touched = self._noting = False
        self._connection: Connection | None = None

    def begin(self, *, reading: bool) -> None:
        """Catch up with what others did; unless only `reading`, keep them from doing more."""
        if reading:
            id = self.served.id
            found = self._shop.database.read(lambda on: ledger.stand_of(on, id))
            if found is None:
                raise WorldGone(f"world {id} was deleted")
            if found.version == self._known.stand.version:
                return
        self._catch_up(self._lock())
        if reading:
            self._let_go()

    def connection(self) -> Connection:
        """The connection of this turn, while nobody else changes the world. Raises StoreFault."""
        if self._connection is None:
            self._lock()
        assert self._connection is not None
        return self._connection

    def note(self, *, cleared: bool = False) -> Connection:
        """The connection to write into the journal by; `noted` and `cleared` are kept with it."""
        connection = self.connection()
        self._noting = True
        if cleared:
            self.cleared = self.noted
        return connection

    def reset(self) -> None:
        """Go back to the birth; the journal is not looked at."""
        id, connection = self.served.id, self.connection()
        stale = self._known.stand
        self._touched = True
        self.rows.clear()
        with self._shop.database.asked():
            ledger.drop_layer(connection, id, SINCE, above=True)
            birth = ledger.head_of(connection, id, birth=True)
            self._load(connection)
        last = self.served.faults.last
        heads.stand(self.served, value_of(birth), self._shop.book, lambda _: {})
        self.served.faults.stand(last, ())
        self._known.head = ""
        self._known.stand = stale._replace(epoch=stale.epoch + 1)

    def end(self, *, reading: bool) -> None:
        """Keep what was changed. Raises StoreFault, and ChangesWorld."""
        head = heads.written(self.served)
        changed = self._touched or bool(self.rows) or head != self._known.head
        if changed and reading:
            raise ChangesWorld
        if not changed and not self._noting:
            self._let_go()
            return
        connection, stand = self.connection(), self._known.stand
        if changed:
            stand = stand._replace(version=stand.version + 1)
        stand = stand._replace(noted=self.noted, cleared=self.cleared)
        with self._shop.database.asked():
            if changed:
                stand = self._keep(connection, stand, head)
            ledger.keep(connection, self.served.id, stand, head if changed else None)
            connection.commit()
        self._let_go()
        self._known.stand, self._known.head = stand, head

    def break_off(self) -> None:
        """Keep nothing; what stands here otherwise than there is learnt anew next time."""
        with suppress(Exception):
            self._let_go()
        if self._touched or self.rows or heads.written(self.served) != self._known.head:
            self._known.stand = UNKNOWN

    def _lock(self) -> Stand:
        id = self.served.id
        self._connection, found = self._shop.database.begin(
            lambda on: ledger.stand_of(on, id, lock=True)
        )
        if found is None:
            raise WorldGone(f"world {id} was deleted")
        self.noted, self.cleared = found.noted, found.cleared
        return found

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with self._shop.database.asked():
                connection.close()

    def _catch_up(self, found: Stand) -> None:
        known, id, connection = self._known.stand, self.served.id, self.connection()
        if found.version == known.version:
            return
        self._known.stand = UNKNOWN
        with self._shop.database.asked():
            if known.epoch != found.epoch or known.version < found.swept:
                self._load(connection)
            else:
                stand_at(self.served.worlds, ledger.rows_since(connection, id, known.version))
            head = ledger.head_of(connection, id)
            heads.stand(self.served, value_of(head), self._shop.book, self._past)
        self._known.stand, self._known.head = found, heads.written(self.served)

    def _load(self, connection: Connection) -> None:
        worlds = fresh(self._shop.seeds)
        stand_at(worlds, ledger.all_rows(connection, self.served.id))
        for seed, world in worlds.items():
            self.served.worlds[seed].become(world)

    def _past(self, number: int) -> dict[str, World]:
        worlds = fresh(self._shop.seeds)
        stand_at(worlds, ledger.rows_of(self.connection(), self.served.id, SINCE + number))
        return worlds

    def _keep(self, connection: Connection, stand: Stand, head: str) -> Stand:
        id, worlds = self.served.id, self.served.worlds
        rows = rows_at(worlds, self._shop.seeds, self.rows, SINCE)
        old = _stale(self._known.head)
        now = {each.number: each.past for each in self.served.faults.standing if each.past}
        for number in old - now.keys():
            ledger.drop_layer(connection, id, SINCE + number)
        for number in now.keys() - old:
            rows += difference(now[number], self._shop.seeds, SINCE + number)
        ledger.put_rows(connection, id, stand.version, rows)
        if stand.version % _SWEPT_EVERY == 0:
            stand = stand._replace(swept=stand.version - _SWEPT_EVERY)
            self._sweep(connection, stand.swept)
        return stand

    def _sweep(self, connection: Connection, until: int) -> None:
        gone = ledger.tombstones(connection, self.served.id, until)
        seeded = {
            (seed, table, key_of(id))
            for seed, each in self._shop.seeds.items()
            for table, base in each.bases.items()
            for id in base.rows
        }
        ledger.sweep(connection, self.served.id, [key for key in gone if key not in seeded])


def _stale(head: str) -> frozenset[int]:
    """The numbers of the stale faults in a head."""
    if '"past":{"' not in head.replace(" ", ""):
        return frozenset()
    return frozenset(
        each["number"] for each in value_of(head)["faults"]["standing"] if each["past"]
    )
