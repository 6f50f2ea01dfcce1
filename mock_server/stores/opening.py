"""A store made ready: its tables as this version knows them, for the documents that are served."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from rulebound.fixtures import Seed
from rulebound.fixtures.records import canonical
from rulebound.mock_server.stores import ledger
from rulebound.mock_server.stores.engine import Database
from rulebound.mock_server.stores.faults import StoreError, StoreFault
from rulebound.mock_server.stores.tables import MARKS, SCHEMA
from rulebound.mock_server.stores.texts import text_of, value_of
from rulebound.mock_server.worlds import DEFAULT
from rulebound.openapi.model import Document
from sqlalchemy import Connection, insert, inspect, select, text

_VERSIONS = "rulebound_schema"
_MADE_FOR = "made for"
_ANOTHER = "name another store, or empty this one if its worlds are no longer wanted"
_INSTEAD = {
    "sqlite": "name a file that is a store or is not there yet, that you may write to, and that no"
    " other program keeps locked",
    "postgresql": "see that the server is there, knows the database, and lets you write to it",
}


def opened(
    database: Database, seeds: Mapping[str, Seed], documents: Iterable[Document], head: str
) -> None:
    """Bring the tables up to date, and see that they are for these documents and seeds.

    A new store begins with the default world, with this head. Whoever else opens it meanwhile
    waits. Raises StoreError; then the store is as it was.
    """
    marks = _marks(seeds, documents)
    try:
        with database.prepared() as connection:
            _up_to_date(connection, database)
            _for_these(connection, database, marks)
            ledger.make_first(connection, DEFAULT, head)
    except StoreFault as fault:
        raise StoreError(f"{fault}; {_INSTEAD[database.address.kind]}") from None


def _up_to_date(connection: Connection, database: Database) -> None:
    tables = inspect(connection).get_table_names()
    found = None
    if _VERSIONS in tables:
        found = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar()
    elif tables and database.address.kind == "sqlite":
        told = f"{database.address.shown} holds the tables of another program"
        raise StoreError(f"{told}; name a file that is not there yet")
    if found == SCHEMA:
        return
    if found is not None and found not in _known():
        told = f"the store {database.address.shown} was made by a newer rulebound"
        raise StoreError(f"{told} (its schema is {found:.40}); use that one, or another store")
    _migrate(connection)


def _known() -> frozenset[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - takes a while, and is rarely needed

    steps = ScriptDirectory(str(_folder())).walk_revisions()
    return frozenset(each.revision for each in steps)


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _folder() -> Path:
    return Path(__file__).parent / "migrations"


def _for_these(connection: Connection, database: Database, marks: Mapping[str, str]) -> None:
    found = connection.execute(select(MARKS.c.value).where(MARKS.c.name == _MADE_FOR)).scalar()
    if found is None:
        connection.execute(insert(MARKS).values(name=_MADE_FOR, value=text_of(marks)))
        return
    known = _read(found, database)
    others = [
        *(f"{name} is not served now" for name in known.keys() - marks.keys()),
        *(f"{name} was not served then" for name in marks.keys() - known.keys()),
        *(f"{name} has changed since" for name in known.keys() & marks.keys()
          if known[name] != marks[name]),
    ]  # fmt: skip
    if others:
        told = f"the store {database.address.shown} was made for other documents or seeds"
        raise StoreError(f"{told}: {', '.join(sorted(others))}; {_ANOTHER}")


def _read(found: str, database: Database) -> dict[str, str]:
    try:
        known = value_of(found)
    except ValueError:
        known = None
    if not isinstance(known, dict):
        told = f"the store {database.address.shown} does not say for which documents it was made"
        raise StoreError(f"{told}: its tables were changed by another program; {_ANOTHER}")
    return known


def _marks(seeds: Mapping[str, Seed], documents: Iterable[Document]) -> dict[str, str]:
    """What a store is made for: names of documents and seeds, with a digest of each."""
    marks = {
        f"the document {each.name}": hashlib.sha256(canonical(each.bundle)).hexdigest()
        for each in documents
    }
    return marks | {f"the seed {name}": seed.world().digest() for name, seed in seeds.items()}
