"""Connections to a database: how they are made, how long they wait, and what their faults mean."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from rulebound.mock_server.stores.address import Address
from rulebound.mock_server.stores.faults import StoreFault
from rulebound.mock_server.stores.link import Link
from rulebound.mock_server.stores.pools import PATIENCE, POOLS
from sqlalchemy import Connection, Engine

_PAUSE = 0.5
"""Seconds in which a store that had somebody wait in vain is not waited for again."""
_HASTE = 0.05
"""Seconds that may be waited meanwhile for the lock of SQLite, which is asked for all the same."""
Found = TypeVar("Found")


class Database:
    """A database that stores worlds; for all threads of a process.

    A process that forks closes it before: its children then make connections of their own.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._out_until = 0.0
        self._pools = POOLS[address.kind](address)
        self._faults: tuple[type[Exception], ...] = (*self._pools.faults, OSError)

    def read(self, ask: Callable[[Link], Found]) -> Found:
        """What `ask` finds; each statement sees what was kept last. Raises StoreFault."""

        def found(link: Link) -> Found:
            told = ask(link)
            link.close()
            return told

        with self.asked(anew=True):
            return self._asked_twice(self._pools.reading, found)

    def begin(self, ask: Callable[[Link], Found]) -> tuple[Link, Found]:
        """A link with a transaction, and what `ask` found first in it; on SQLite nobody else has
        one at that time. Raises StoreFault."""

        # Where somebody has just waited in vain the next ones do not: they would wait in a row.
        patience = PATIENCE if time.monotonic() >= self._out_until else _HASTE

        def begun(link: Link) -> tuple[Link, Found]:
            link.begin(patience)
            return link, ask(link)

        with self.asked(anew=True):
            return self._asked_twice(self._pools.writing, begun)

    @contextmanager
    def prepared(self) -> Iterator[Connection]:
        """SQLAlchemy's own connection, to look at tables and to make some; what was done is kept
        at the end. Nobody else has one meanwhile. Raises StoreFault."""
        with self.asked(), self._pools.writing.connect() as connection:
            self._pools.lock_all(connection)
            yield connection
            connection.commit()

    def close(self) -> None:
        """Close every connection; they are made anew when they are wanted."""
        for engine in (self._pools.writing, self._pools.reading):
            engine.dispose()

    @contextmanager
    def asked(self, *, anew: bool = False) -> Iterator[None]:
        """What the database says against it becomes a StoreFault, in one sentence. Whoever asks
        `anew` is told so at once while it is out of reach; what has begun goes on to its end."""
        began = time.monotonic()
        if anew and began < self._out_until and self.address.kind != "sqlite":
            raise StoreFault(f"the store {self.address.shown} did not answer a moment ago")
        try:
            yield
        except self._faults as fault:
            if time.monotonic() - began > _PAUSE or began < self._out_until:
                self._out_until = time.monotonic() + _PAUSE
            raise StoreFault(self._said(fault)) from None

    def _asked_twice(self, engine: Engine, ask: Callable[[Link], Found]) -> Found:
        """Ask, and once more where a connection was found to have ended since it was used last."""
        for again in (True, False):
            link = Link(engine.raw_connection(), engine.dialect)
            try:
                return ask(link)
            except BaseException:
                ended = link.has_ended
                with suppress(*self._faults):
                    link.drop()
                if not (again and ended):
                    raise
                engine.dispose()  # those that rest in the pool have ended with it
        raise AssertionError("unreachable")

    def _said(self, fault: Exception) -> str:
        first = str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
        netloc = self.address.place.partition("://")[2]
        secret = netloc.rpartition("@")[0].partition(":")[2] or "\0"
        return f"the store {self.address.shown} failed: {first.replace(secret, '..')}"
