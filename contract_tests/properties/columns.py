"""The columns of a seed: which values stand beside a value, in other records of the same table."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rulebound.fixtures.seeds import Seed

Column = tuple[str, str]
_SKIPPED = frozenset(("token", "session", "key"))


@dataclass(frozen=True)
class Columns:
    """The texts of a seed's records by table and field."""

    seed: Seed

    @cached_property
    def _values(self) -> Mapping[Column, tuple[str, ...]]:
        found: dict[Column, dict[str, None]] = defaultdict(dict)
        for name, record in self.seed.names.items():
            table = name.partition(".")[0]
            if table in _SKIPPED:
                continue
            for field, value in record.items():
                if isinstance(value, str):
                    found[table, field][value] = None
        return {column: tuple(values) for column, values in found.items()}

    @cached_property
    def _homes(self) -> Mapping[str, tuple[Column, ...]]:
        homes: dict[str, list[Column]] = defaultdict(list)
        for column, values in self._values.items():
            for value in values:
                homes[value].append(column)
        return {value: tuple(columns) for value, columns in homes.items()}

    def kin(self, value: Any) -> tuple[str, ...]:
        """Every text that stands in a column with this one; empty for a value of no record."""
        if not isinstance(value, str):
            return ()
        found: dict[str, None] = {}
        for column in self._homes.get(value, ()):
            found.update(dict.fromkeys(self._values[column]))
        return tuple(found) if len(found) > 1 else ()

    def names(self, table: str) -> tuple[str, ...]:
        """The names of a table's records, `activity.email-queued`."""
        return tuple(name for name in self.seed.names if name.startswith(f"{table}."))
