"""The tables of a store. A change here is a new migration, and a new SCHEMA."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

SCHEMA = "0001"
"""The newest migration."""

META = MetaData()

WORLDS = Table(
    "rulebound_worlds",
    META,
    Column("place", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    # Counts what changed in the world; a replica of an older version catches up.
    Column("version", BigInteger, nullable=False),
    # Another one means that a replica begins anew: the world was reset.
    Column("epoch", BigInteger, nullable=False),
    # A replica older than this begins anew too: tombstones it would have to see are swept.
    Column("swept", BigInteger, nullable=False),
    Column("noted", BigInteger, nullable=False),
    Column("cleared", BigInteger, nullable=False),
    Column("birth", Text, nullable=False),
    Column("head", Text, nullable=False),
)

RECORDS = Table(
    "rulebound_records",
    META,
    Column("world", Text, primary_key=True),
    # 0: how the world was born; 1: what changed since; n: what a stale fault n-1 lets calls see.
    Column("layer", Integer, primary_key=True),
    Column("seed", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    # As JSON in ASCII: an id may hold what a text column cannot.
    Column("id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    # Null where the record is gone.
    Column("body", Text, nullable=True),
    Column("version", BigInteger, nullable=False),
    Index("rulebound_records_by_version", "world", "version"),
)

JOURNAL = Table(
    "rulebound_journal",
    META,
    Column("world", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("entry", Text, nullable=False),
    Column("depth", Text, nullable=True),
    Column("size", Integer, nullable=False),
)

MARKS = Table(
    "rulebound_marks",
    META,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
