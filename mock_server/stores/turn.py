"""One turn of a world: the replica catches up, is changed, and what changed is kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from rulebound.fixtures import Seed, World
from rulebound.mock_server.stores import heads, ledger, notes
from rulebound.mock_server.stores.engine import Database
from rulebound.mock_server.stores.faults import ChangesWorld, WorldGone
from rulebound.mock_server.stores.heads import Book
from rulebound.mock_server.stores.ledger import SINCE, Row, Stand
from rulebound.mock_server.stores.link import Link
from rulebound.mock_server.stores.notes import Note
from rulebound.mock_server.stores.replica import difference, fresh, rows_at, stand_at
from rulebound.mock_server.stores.sweeping import sweep_records
from rulebound.mock_server.stores.texts import value_of
from rulebound.mock_server.worlds import ServedWorld

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

    def __init__(self, shop: Shop, known: Known, *, reading: bool) -> None:
        self._shop = shop
        self._known = known
        self._reading = reading
        self.served = known.served
        self.rows: set[tuple[str, str, str]] = set()
        self._noted = 0
        self._cleared = 0
        self._notes: list[tuple[int, Note]] = []
        self._touched = self._settled = False
        self._link: Link | None = None

    def begin(self) -> None:
        """Catch up with what others did; unless only reading, keep them from doing more."""
        if self._reading:
            id = self.served.id
            found = self._shop.database.read(lambda link: ledger.look(link, id))
            if found is None:
                raise WorldGone(f"world {id} was deleted")
            if found.version == self._known.stand.version:
                return
        self._lock()
        if self._reading:
            self._let_go()

    def note(self, note: Note) -> int:
        """Write into the journal. Gives the number. Raises StoreFault, and ChangesWorld."""
        if self._reading:
            if self._has_changed(heads.written(self.served)):
                raise ChangesWorld
            self._settled = True
            return notes.added(self._shop.database, self.served.id, note)
        self._noted += 1
        self._notes.append((self._noted, note))
        return self._noted

    def clear_notes(self) -> None:
        """Forget the journal."""
        link = self._writing()
        with self._shop.database.asked():
            notes.forget(link, self.served.id)
        self._notes.clear()
        self._cleared = self._noted
        self._touched = True

    def reset(self) -> None:
        """Go back to the birth; the journal is not looked at."""
        id, link, stand = self.served.id, self._writing(), self._known.stand
        self._touched = True
        self.rows.clear()
        with self._shop.database.asked():
            ledger.drop_layer(link, id, SINCE, above=True)
            birth = ledger.birth_of(link, id)
            self._load(link)
        last = self.served.faults.last
        heads.stand(self.served, value_of(birth), self._shop.book, lambda _: {})
        self.served.faults.stand(last, ())
        self._known.head = ""
        self._known.stand = stand._replace(epoch=stand.epoch + 1)

    def end(self) -> None:
        """Keep what was changed. Raises StoreFault, and ChangesWorld."""
        if self._settled:
            return
        head = heads.written(self.served)
        changed = self._has_changed(head)
        if changed and self._reading:
            raise ChangesWorld
        if changed or self._notes:
            self._keep(head, changed=changed)
        self._let_go()

    def break_off(self) -> None:
        """Keep nothing; what stands here otherwise than there is learnt anew next time."""
        link, self._link = self._link, None
        if link is not None:
            with suppress(Exception):
                link.close()
        if self._has_changed(heads.written(self.served)):
            self._known.stand = UNKNOWN

    def _has_changed(self, head: str) -> bool:
        return self._touched or bool(self.rows) or head != self._known.head

    def _writing(self) -> Link:
        if self._link is None:
            raise RuntimeError("the turn is only one that reads")
        return self._link

    def _lock(self) -> None:
        id, known = self.served.id, self._known.stand
        self._link, found = self._shop.database.begin(
            lambda link: ledger.lock(link, id, known.version)
        )
        if found is None:
            raise WorldGone(f"world {id} was deleted")
        self._noted, self._cleared = found.stand.noted, found.stand.cleared
        if found.stand.version != known.version:
            self._catch_up(found, self._link)
        self._known.stand = found.stand

    def _let_go(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            with self._shop.database.asked():
                link.close()

    def _catch_up(self, found: ledger.Found, link: Link) -> None:
        known, self._known.stand = self._known.stand, UNKNOWN
        with self._shop.database.asked():
            if known.epoch != found.stand.epoch or known.version < found.stand.swept:
                self._load(link)
            else:
                stand_at(self.served.worlds, found.rows)
            head = value_of(found.head)
            heads.stand(self.served, head, self._shop.book, partial(self._past, link))
        self._known.head = heads.written(self.served)

    def _load(self, link: Link) -> None:
        worlds = fresh(self._shop.seeds)
        stand_at(worlds, ledger.all_rows(link, self.served.id))
        for seed, world in worlds.items():
            self.served.worlds[seed].become(world)

    def _past(self, link: Link, number: int) -> dict[str, World]:
        worlds = fresh(self._shop.seeds)
        stand_at(worlds, ledger.rows_of(link, self.served.id, SINCE + number))
        return worlds

    def _keep(self, head: str, *, changed: bool) -> None:
        link, id, stand = self._writing(), self.served.id, self._known.stand
        version = stand.version + changed
        stand = stand._replace(version=version, noted=self._noted, cleared=self._cleared)
        rows = rows_at(self.served.worlds, self._shop.seeds, self.rows, SINCE)
        with self._shop.database.asked():
            rows += self._past_rows(link)
            if changed and version % _SWEPT_EVERY == 0:
                stand = stand._replace(swept=version - _SWEPT_EVERY)
                sweep_records(link, id, stand.swept, self._shop.seeds)
            ledger.put_rows(link, id, version, rows)
            ledger.keep(link, id, stand, head)
            notes.add(link, id, self._notes)
            link.commit()
        self._known.stand, self._known.head = stand, head

    def _past_rows(self, link: Link) -> list[Row]:
        """The rows of stale faults that are new; those of faults taken off are forgotten."""
        id, old = self.served.id, _stale(self._known.head)
        now = {each.number: each.past for each in self.served.faults.standing if each.past}
        for number in old - now.keys():
            ledger.drop_layer(link, id, SINCE + number)
        return [
            row
            for number in now.keys() - old
            for row in difference(now[number], self._shop.seeds, SINCE + number)
        ]


def _stale(head: str) -> frozenset[int]:
    """The numbers of the stale faults in a head."""
    if '"past":{"' not in head.replace(" ", ""):
        return frozenset()
    return frozenset(
        each["number"] for each in value_of(head)["faults"]["standing"] if each["past"]
    )
