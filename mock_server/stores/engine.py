"""Connections to a database: how they are made, how long they wait, and what their faults mean."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from rulebound.mock_server.stores.address import Address
from rulebound.mock_server.stores.faults import StoreError, StoreFault
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

PATIENCE = 5.0
"""Seconds to wait for others to let go of the store, or for a connection to it."""
_PAUSE = 0.5
"""Seconds in which a store that had somebody wait in vain is not waited for again."""
_FROZEN = 10.0
"""Seconds after which PostgreSQL gives up on who holds a world and does nothing."""
_NO_BEGIN = "rulebound_reads"
Found = TypeVar("Found")


class Database:
    """A database that stores worlds; for all threads of a process.

    A process that forks closes it before: its children then make connections of their own.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._out_until = 0.0
        self._engine = _sqlite(address) if address.kind == "sqlite" else _postgresql(address)
        self._reading = (
            self._engine.execution_options(**{_NO_BEGIN: True})
            if address.kind == "sqlite"
            else self._engine.execution_options(isolation_level="AUTOCOMMIT")
        )

    @property
    def dialect(self) -> str:
        """What SQLAlchemy calls its kind."""
        return self._engine.dialect.name

    def read(self, ask: Callable[[Connection], Found]) -> Found:
        """What `ask` finds by one statement; it sees what was kept last. Raises StoreFault."""

        def asked() -> Found:
            with self._reading.connect() as connection:
                return ask(connection)

        return self._asked_twice(asked)

    def begin(self, ask: Callable[[Connection], Found]) -> tuple[Connection, Found]:
        """A connection with a transaction, and what `ask` found first in it; on SQLite nobody else
        has one at that time. Raises StoreFault."""

        def begun() -> tuple[Connection, Found]:
            connection = self._engine.connect()
            try:
                connection.begin()
                return connection, ask(connection)
            except BaseException:
                connection.close()
                raise

        return self._asked_twice(begun)

    def close(self) -> None:
        """Close every connection; they are made anew when they are wanted."""
        self._engine.dispose()

    @contextmanager
    def asked(self) -> Iterator[None]:
        """What the database says against it becomes a StoreFault, in one sentence."""
        began = time.monotonic()
        if began < self._out_until:
            raise StoreFault(f"the store {self.address.shown} did not answer a moment ago")
        try:
            yield
        except SQLAlchemyError as fault:
            if time.monotonic() - began > _PAUSE:
                self._out_until = time.monotonic() + _PAUSE
            raise StoreFault(self._said(fault)) from None
        except sqlite3.Error as fault:
            raise StoreFault(self._said(fault)) from None

    def _asked_twice(self, ask: Callable[[], Found]) -> Found:
        """Ask, and once more where a connection was found to have ended since it was used last."""
        with self.asked():
            try:
                return ask()
            except DBAPIError as fault:
                if not fault.connection_invalidated:
                    raise
                return ask()

    def _said(self, fault: Exception) -> str:
        first = str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
        return f"the store {self.address.shown} failed: {first.replace(self._secret, '..')}"

    @property
    def _secret(self) -> str:
        netloc = self.address.place.partition("://")[2]
        return netloc.rpartition("@")[0].partition(":")[2] or "\0"


def _sqlite(address: Address) -> Engine:
    try:
        # Journals hold credentials: nobody else is to read them.
        os.close(os.open(address.place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        pass
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or str(fault)
        other = "name a file in a folder that is there and that you may write to"
        raise StoreError(f"cannot make {address.shown}: {why}; {other}") from None
    engine = create_engine(
        URL.create("sqlite", database=address.place),
        connect_args={"timeout": PATIENCE, "isolation_level": None, "check_same_thread": False},
        pool_size=8,
        max_overflow=16,
        pool_timeout=PATIENCE,
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        # A process that is killed loses nothing that it has acknowledged; a machine without power
        # may lose the last of it, and the file stays readable.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if not connection.get_execution_options().get(_NO_BEGIN):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(address: Address) -> Engine:
    import psycopg  # noqa: PLC0415 - takes a while, and a library that need not be there

    milliseconds = int(PATIENCE * 1000)
    options = (
        f"-c lock_timeout={milliseconds} -c statement_timeout={2 * milliseconds} "
        f"-c idle_in_transaction_session_timeout={int(_FROZEN * 1000)}"
    )

    def connected() -> Any:
        return psycopg.connect(
            address.place,
            connect_timeout=int(PATIENCE),
            options=options,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
            tcp_user_timeout=2 * milliseconds,
        )

    return create_engine(
        "postgresql+psycopg://",
        creator=connected,
        pool_size=8,
        max_overflow=16,
        pool_timeout=PATIENCE,
    )
