"""The connections of a database: one pool to write by, one to read and to take notes by."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.mock_server.stores.address import Address
from rulebound.mock_server.stores.faults import StoreError
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

PATIENCE = 5.0
"""Seconds to wait for others to let go of the store, or for a connection to it."""
_FROZEN = 10.0
"""Seconds after which PostgreSQL gives up on who holds a world and does nothing."""
_LOCK = 0x52756C65
"""What hosts that open a PostgreSQL store wait for each other by."""


@dataclass(frozen=True, slots=True)
class Pools:
    """The engines of one database, which faults its driver tells, and how all of it is locked."""

    writing: Engine
    reading: Engine
    faults: tuple[type[Exception], ...]
    lock_all: Callable[[Connection], None]


def _sqlite(address: Address) -> Pools:
    try:
        # Journals hold credentials: nobody else is to read them.
        os.close(os.open(address.place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        pass
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or str(fault)
        other = "name a file in a folder that is there and that you may write to"
        raise StoreError(f"cannot make {address.shown}: {why}; {other}") from None
    # `Link.begin` waits for the lock by itself.
    engines = [_of_file(address.place, patience) for patience in (0.0, PATIENCE)]
    return Pools(engines[0], engines[1], (SQLAlchemyError, sqlite3.Error), _lock_file)


def _of_file(path: str, patience: float) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=path),
        connect_args={"timeout": PATIENCE, "isolation_level": None, "check_same_thread": False},
        paramstyle="named",
        **_SIZES,
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        # A process that is killed loses nothing that it has acknowledged; a machine without power
        # may lose the last of it, and the file stays readable.
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")

    return engine


def _lock_file(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    connection.exec_driver_sql("PRAGMA busy_timeout=0")


def _postgresql(address: Address) -> Pools:
    import psycopg  # noqa: PLC0415 - takes a while, and a library that need not be there
    from rulebound.mock_server.stores.patient import PatientConnection  # noqa: PLC0415

    # What fails is told in a line of ours; both would tell it once more, with a traceback.
    for name in ("sqlalchemy.pool", "psycopg"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    milliseconds = int(PATIENCE * 1000)
    options = (
        f"-c lock_timeout={milliseconds} -c statement_timeout={milliseconds + 1000} "
        f"-c idle_in_transaction_session_timeout={int(_FROZEN * 1000)}"
    )

    def connecting(more: str, *, autocommit: bool) -> Callable[[], Any]:
        return lambda: PatientConnection.connect(
            address.place,
            autocommit=autocommit,
            connect_timeout=int(PATIENCE),
            options=f"{options}{more}",
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
            tcp_user_timeout=2 * milliseconds,
        )

    # What is only noted in a journal need not be on the disk before the answer goes out.
    noting = connecting(" -c synchronous_commit=off", autocommit=True)
    writing = connecting("", autocommit=False)
    engines = [
        create_engine("postgresql+psycopg://", creator=each, **_SIZES) for each in (writing, noting)
    ]
    return Pools(engines[0], engines[1], (SQLAlchemyError, psycopg.Error), _lock_others_out)


def _lock_others_out(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


_SIZES: Mapping[str, Any] = {"pool_size": 8, "max_overflow": 16, "pool_timeout": PATIENCE}
POOLS: Mapping[str, Callable[[Address], Pools]] = {"sqlite": _sqlite, "postgresql": _postgresql}
"""Kind of an address -> what makes its connections."""
