"""A connection of a database's own driver, by which statements are sent."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rulebound.mock_server.stores.statements import Statement
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import PoolProxiedConnection

Given = Mapping[str, Any]
_SHORT, _LONG = 0.0005, 0.01
"""Seconds between two tries for the lock of SQLite: others hold it for about the first."""
_HURRY = 0.05
"""Seconds in which it is tried often."""


class Link:
    """One connection, taken from a pool; `close` or `drop` gives it back."""

    def __init__(self, taken: PoolProxiedConnection, dialect: Dialect) -> None:
        self._taken = taken
        self._driver: Any = taken.driver_connection
        self._dialect = dialect
        self._spoilt = False
        self.is_sqlite = dialect.name == "sqlite"

    def begin(self, patience: float) -> None:
        """Begin a transaction; on SQLite the only one, for which it waits so many seconds.

        Elsewhere the first statement begins it.
        """
        if not self.is_sqlite:
            return
        began = time.monotonic()
        while True:
            try:
                self._driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as fault:
                waited = time.monotonic() - began
                is_busy = fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or waited > patience:
                    raise
            # SQLite's own waiting sleeps ever longer, and misses the lock each time it is free.
            time.sleep((_SHORT if waited < _HURRY else _LONG) * (0.5 + random.random()))

    def rows(self, statement: Statement, given: Given) -> list[Any]:
        """What a statement finds."""
        found: list[Any] = self._sent(statement, given).fetchall()
        return found

    def send(self, statement: Statement, given: Given | Sequence[Given]) -> None:
        """Send a statement that finds nothing, once for each that is given."""
        if isinstance(given, Mapping):
            self._sent(statement, given)
            return
        text, fixed = statement.worded(self._dialect)
        with self._spoilt_by_faults():
            self._driver.cursor().executemany(text, [{**fixed, **each} for each in given])

    def commit(self) -> None:
        """Keep what was done since `begin`."""
        with self._spoilt_by_faults():
            self._driver.commit()

    def close(self) -> None:
        """Give the connection back; what was not kept is undone. One that a statement failed on
        is closed itself."""
        if self._spoilt:
            self._taken.invalidate()
        self._taken.close()

    def drop(self) -> None:
        """Close the connection itself, of which it is not known how it stands."""
        self._spoilt = True
        self.close()

    @property
    def has_ended(self) -> bool:
        """Whether the other side has closed it."""
        return not self.is_sqlite and bool(self._driver.closed)

    def _sent(self, statement: Statement, given: Given) -> Any:
        text, fixed = statement.worded(self._dialect)
        with self._spoilt_by_faults():
            return self._driver.cursor().execute(text, {**fixed, **given} if fixed else given)

    @contextmanager
    def _spoilt_by_faults(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._spoilt = True
            raise
