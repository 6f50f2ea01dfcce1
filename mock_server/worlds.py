"""The worlds being served: each id stands for one world per seed, its switches and its journal."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from typing import Protocol

from rulebound.fixtures import Seed, World
from rulebound.fixtures.shared import Home as WorldsHome
from rulebound.mock_server.budget import Budget
from rulebound.mock_server.faults.desk import Desk
from rulebound.mock_server.journal import Journal
from rulebound.openapi.trace import Switches

DEFAULT = "default"
MOST_WORLDS = 5000
_ALONE = nullcontext()


class WorldRefusal(Exception):
    """A world that cannot be given, made or deleted; `status` is the answer for it."""

    def __init__(self, status: int, message: str, instead: str) -> None:
        super().__init__(message)
        self.status = status
        self.instead = instead


def unknown(id: str) -> WorldRefusal:
    """The refusal of an id that no world has."""
    instead = "GET /_rulebound/worlds lists those there are"
    return WorldRefusal(404, f"there is no world {id!r}", instead)


def too_many() -> WorldRefusal:
    """The refusal of one more world."""
    message = f"there are {MOST_WORLDS} worlds already"
    return WorldRefusal(409, message, "delete those no longer needed")


def that_stays() -> WorldRefusal:
    """The refusal to delete the default world."""
    return WorldRefusal(409, "the default world stays", "reset it instead")


class Home(WorldsHome, Protocol):
    """Where a served world stands for all who serve it."""

    def turn(self, *, reading: bool = False) -> AbstractContextManager[None]:
        """See fixtures.shared.Home. One that is only `reading` waits for nobody who changes the
        world, and must not change it."""

    def reset(self) -> None:
        """Let the world stand as it was made, but for its journal."""


class ServedWorld:
    """What one world id stands for. Its switches are replaced as a whole, never changed.

    Whatever is changed in it is changed inside a turn: faults and transactions open one by
    themselves. Without a `home` the world stands here alone, and a turn is nothing.
    """

    __slots__ = ("_birth", "faults", "home", "id", "journal", "switches", "worlds")

    def __init__(
        self,
        id: str,
        worlds: Mapping[str, World],
        switches: Switches,
        budget: Budget | None = None,
    ) -> None:
        self.id = id
        self.worlds = dict(worlds)
        self.switches = switches
        self.journal = Journal(budget=budget)
        self.faults = Desk(self.worlds, self.turn)
        self.home: Home | None = None
        self._birth = switches

    def settle(self, home: Home, journal: Journal) -> None:
        """Be a replica of what stands there, from now on."""
        self.home, self.journal = home, journal
        for world in self.worlds.values():
            world.home = home

    def turn(self, *, reading: bool = False) -> AbstractContextManager[None]:
        """As long as it is open nobody else changes the world; see `Home`."""
        return _ALONE if self.home is None else self.home.turn(reading=reading)

    def reset(self) -> None:
        """Stand again as when it was made: records, settings, clock, rules; no faults, the
        journal empty."""
        with self.turn():
            if self.home is not None:
                self.home.reset()
            else:
                self._reset()
            self.journal.clear()

    def _reset(self) -> None:
        for world in self.worlds.values():
            world.reset()
        self.switches = self._birth
        self.faults.clear()

    def digest(self, own: World | None = None) -> str:
        """64 hex digits over all of its worlds, `own` standing in for that of the same seed."""
        whole = hashlib.sha256()
        for seed in sorted(self.worlds):
            world = own if own is not None and own.name == seed else self.worlds[seed]
            whole.update(f"{seed}={world.digest()}\n".encode())
        return whole.hexdigest()


class Worlds:
    """The worlds by id, in the memory of this process. One of them, `default`, is always there."""

    shared = False

    def __init__(self, seeds: Mapping[str, Seed]) -> None:
        self.seeds = dict(seeds)
        self._lock = RLock()
        self._budget = Budget()
        self._known: dict[str, ServedWorld] = {}
        self._known[DEFAULT] = ServedWorld(DEFAULT, self._fresh(), Switches(), self._budget)

    def find(self, id: str) -> ServedWorld | None:
        """The world of this id, or None."""
        return self._known.get(id)

    def met(self, id: str) -> ServedWorld | None:
        """The world of this id for who opens a turn of it before anything is looked up, or None."""
        return self._known.get(id)

    def get(self, id: str) -> ServedWorld:
        """The world of this id. Raises WorldRefusal 404."""
        found = self._known.get(id)
        if found is None:
            raise unknown(id)
        return found

    def all(self) -> tuple[ServedWorld, ...]:
        """Every world, the oldest first."""
        with self._lock:
            return tuple(self._known.values())

    def draft(self, source: str | None) -> dict[str, World]:
        """Worlds for a new id: fresh from the seeds, or forks of those of `source`.

        Raises WorldRefusal 404 for an unknown source.
        """
        if source is None:
            return self._fresh()
        served = self.get(source)
        with served.turn(reading=True):
            return {seed: world.fork() for seed, world in served.worlds.items()}

    def count(self) -> int:
        """How many worlds there are."""
        return len(self._known)

    def close(self) -> None:
        """Let go of what the store keeps open, before a fork of this process and at its end."""

    def add(self, worlds: Mapping[str, World], switches: Switches) -> ServedWorld:
        """Serve drafted worlds, as they now stand, under a new id.

        Raises WorldRefusal 409 when there are too many.
        """
        # Forked once more, so that a reset leads back to the settings and clock asked for.
        born = {seed: world.fork() for seed, world in worlds.items()}
        with self._lock:
            if len(self._known) >= MOST_WORLDS:
                raise too_many()
            id = secrets.token_hex(8)
            self._known[id] = ServedWorld(id, born, switches, self._budget)
            return self._known[id]

    def delete(self, id: str) -> None:
        """Serve a world no longer. Raises WorldRefusal: 404 unknown, 409 for the default one."""
        with self._lock:
            self.get(id)
            if id == DEFAULT:
                raise that_stays()
            self._known.pop(id).journal.clear()

    def _fresh(self) -> dict[str, World]:
        return {name: seed.world(running=True) for name, seed in self.seeds.items()}
