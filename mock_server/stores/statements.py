"""Statements written once for every kind of database, and kept in the words of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.engine import Dialect


class Statement:
    """A statement of SQLAlchemy's, worded for a database when it is first sent to one.

    The words are kept: to send them by the driver itself takes a fraction of the time.
    """

    def __init__(self, written: ClauseElement) -> None:
        self._written = written
        self._known: dict[str, tuple[str, Mapping[str, Any]]] = {}

    def worded(self, dialect: Dialect) -> tuple[str, Mapping[str, Any]]:
        """The words, and the values in them that are always the same."""
        known = self._known.get(dialect.name)
        if known is None:
            made = self._written.compile(dialect=dialect)
            fixed = {name: value for name, value in made.params.items() if value is not None}
            known = self._known[dialect.name] = (str(made), fixed)
        return known
