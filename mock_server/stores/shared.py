"""The worlds of a database, as one of the processes serves them that share it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress

from rulebound.fixtures import Seed, World
from rulebound.mock_server.stores import heads, ledger
from rulebound.mock_server.stores.engine import Database
from rulebound.mock_server.stores.faults import StoreFault, WorldGone
from rulebound.mock_server.stores.heads import Book
from rulebound.mock_server.stores.home import SqlHome
from rulebound.mock_server.stores.journal import SharedJournal
from rulebound.mock_server.stores.ledger import BORN
from rulebound.mock_server.stores.opening import opened
from rulebound.mock_server.stores.replica import difference
from rulebound.mock_server.stores.turn import Known, Shop
from rulebound.mock_server.worlds import (
    DEFAULT,
    MOST_WORLDS,
    ServedWorld,
    Worlds,
    that_stays,
    too_many,
    unknown,
)
from rulebound.openapi.model import Document
from rulebound.openapi.trace import Switches

_ID = re.compile("[0-9a-f]{16}")
_MOST_UNSEEN = 50
"""Replicas, before it is looked whether their worlds are still there."""


class SharedWorlds(Worlds):
    """The worlds by id, as they stand in a database. Those met here have a replica.

    Making one raises StoreError where the database cannot be used, and prepares an empty one. Every
    method raises StoreFault where it cannot be asked, but `find`.
    """

    shared = True

    def __init__(
        self, seeds: Mapping[str, Seed], documents: Iterable[Document], database: Database
    ) -> None:
        super().__init__(seeds)
        documents = tuple(documents)
        self._database = database
        self._most = _MOST_UNSEEN
        self._shop = Shop(database, self.seeds, Book(documents))
        first = ServedWorld(DEFAULT, self._fresh(), Switches())
        opened(database, self.seeds, documents, heads.written(first))
        with self._lock:
            self._known.clear()
            self._known[DEFAULT] = self._replica(DEFAULT)

    def find(self, id: str) -> ServedWorld | None:
        """The world of this id as it stands now, or None.

        While the store cannot be asked whether there is one, there may be; a turn of it will tell.
        """
        try:
            return self._found(id)
        except StoreFault:
            return self._known.get(id) or self._replica(id)

    def met(self, id: str) -> ServedWorld | None:
        """The world of this id for who opens a turn of it before anything is looked up, or None."""
        return self._known[DEFAULT] if id == DEFAULT else self.find(id)

    def get(self, id: str) -> ServedWorld:
        """The world of this id as it stands now. Raises WorldRefusal 404."""
        found = self._found(id)
        if found is None:
            raise unknown(id)
        return found

    def all(self) -> tuple[ServedWorld, ...]:
        """Every world as it stands now, the oldest first."""
        versions = self._there()
        found = (self._found(id, version) for id, version in versions.items())
        return tuple(each for each in found if each is not None)

    def count(self) -> int:
        """How many worlds there are."""
        return self._database.read(ledger.count)

    def add(self, worlds: Mapping[str, World], switches: Switches) -> ServedWorld:
        """Serve drafted worlds, as they now stand, under a new id.

        Raises WorldRefusal 409 when there are too many.
        """
        born = {seed: world.fork() for seed, world in worlds.items()}
        served = ServedWorld(secrets.token_hex(8), born, switches)
        head, rows = heads.written(served), difference(born, self.seeds, BORN)
        link, there = self._database.begin(ledger.count)
        with self._database.asked(), closing(link):
            if there >= MOST_WORLDS:
                raise too_many()
            stand = ledger.make(link, served.id, head, rows)
            link.commit()
        self._settle(Known(served, stand, head))
        with self._lock:
            self._known[served.id] = served
        return served

    def delete(self, id: str) -> None:
        """Serve a world no longer. Raises WorldRefusal: 404 unknown, 409 for the default one."""
        served = self.get(id)
        if id == DEFAULT:
            raise that_stays()
        with suppress(WorldGone):  # somebody else was quicker
            self._home(served).drop()
        with self._lock:
            self._known.pop(id, None)

    def close(self) -> None:
        """Close the connections; they are made anew when they are wanted."""
        self._database.close()

    def _found(self, id: str, version: int | None = None) -> ServedWorld | None:
        """The world of this id, which has `version` if that is known, or None."""
        if id != DEFAULT and not _ID.fullmatch(id):
            return None  # nor could every store be asked for every text
        served = self._known.get(id) or self._replica(id)
        try:
            if version is None or self._home(served).version != version:
                with served.turn(reading=True):
                    pass
        except WorldGone:
            with self._lock:
                self._known.pop(id, None)
            return None
        with self._lock:
            served = self._known.setdefault(id, served)
        if version is None and len(self._known) > self._most:
            # Others delete worlds too; those that are left may be many all the same.
            self._most = max(_MOST_UNSEEN, 2 * len(self._there()))
        return served

    def _there(self) -> dict[str, int]:
        """The versions of all worlds; replicas of others are forgotten."""
        versions = self._database.read(ledger.versions)
        with self._lock:
            for id in self._known.keys() - versions.keys():
                del self._known[id]
        return versions

    def _replica(self, id: str) -> ServedWorld:
        """A replica of which nothing is known yet."""
        return self._settle(Known(ServedWorld(id, self._fresh(), Switches())))

    def _settle(self, known: Known) -> ServedWorld:
        served, home = known.served, SqlHome(self._shop, known)
        served.settle(home, SharedJournal(served.id, home, self._shop.book))
        return served

    @staticmethod
    def _home(served: ServedWorld) -> SqlHome:
        assert isinstance(served.home, SqlHome)
        return served.home
