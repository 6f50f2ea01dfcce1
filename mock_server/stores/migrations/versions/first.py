"""Worlds, records, journals, and what a store is for."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _make(
        "worlds",
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *_numbers("version", "epoch", "swept", "noted", "cleared"),
        sa.Column("birth", sa.Text, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
    )
    _make(
        "records",
        sa.Column("world", sa.Text, primary_key=True),
        sa.Column("layer", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("seed", "kind", "id")),
        *_numbers("place", "version"),
        sa.Column("body", sa.Text, nullable=True),
    )
    op.create_index("rulebound_records_by_version", "rulebound_records", ["world", "version"])
    _make(
        "journal",
        sa.Column("world", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("depth", sa.Text, nullable=True),
        sa.Column("size", sa.Integer, nullable=False),
    )
    mark = sa.Column("name", sa.Text, primary_key=True)
    _make("marks", mark, sa.Column("value", sa.Text, nullable=False))


def _make(name: str, *columns: "sa.Column[Any]") -> None:
    op.create_table(f"rulebound_{name}", *columns)


def _numbers(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]
