"""What the tenant holds: plain tables, settings, faults that are switched on, the real clock."""

from __future__ import annotations

import asyncio
import pickle
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]
Tables = dict[str, dict[str, Record]]


def moment(text: str) -> datetime:
    """A stored date as a moment."""
    return datetime.fromisoformat(text)


def stamped(when: datetime) -> str:
    """A moment as it is stored: UTC with milliseconds and Z."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Tenant:
    """All state of one deployment.

    `tables` holds the eGain records (by table, then id), `lsq` those of LeadSquared; both with the
    names of tables and fields that the seeds use. `settings` are those of both. `lock` is for
    handlers that await something between looking and writing.
    """

    def __init__(
        self,
        tables: Tables,
        lsq: Tables,
        settings: Mapping[str, Any],
        *,
        faults: frozenset[str] = frozenset(),
        names: Mapping[str, Mapping[str, str]] | None = None,
        actors: Mapping[str, Mapping[str, Record]] | None = None,
    ) -> None:
        self._pristine = pickle.dumps((tables, lsq, dict(settings)))
        self.faults = faults
        # world -> "table.name" -> id; world -> actor -> what proves them: both for the profile
        self.names: Mapping[str, Mapping[str, str]] = names or {}
        self.actors: Mapping[str, Mapping[str, Record]] = actors or {}
        self.lock = asyncio.Lock()
        self.restore()

    def restore(self) -> None:
        """Puts everything back: records, tokens, sessions, settings."""
        tables, lsq, settings = pickle.loads(self._pristine)
        self.tables: Tables = tables
        self.lsq: Tables = lsq
        self.settings: dict[str, Any] = settings
        # what a module wants to remember until the next restore
        self.notes: dict[str, Any] = {}
        self._settle()

    def _settle(self) -> None:
        """Dates that are told relative to now ({after: seconds}) become moments."""
        for table in ("token", "session"):
            for row in self.tables.get(table, {}).values():
                for field, value in row.items():
                    if isinstance(value, dict) and "after" in value:
                        row[field] = self.later(value["after"])

    def has(self, fault: str) -> bool:
        """Whether a fault is switched on."""
        return fault in self.faults

    def now(self) -> datetime:
        """The real time, in UTC."""
        return datetime.now(UTC)

    def stamp(self) -> str:
        """Now, as it is stored."""
        return stamped(self.now())

    def later(self, seconds: float) -> str:
        """A moment from now, as it is stored."""
        return stamped(self.now() + timedelta(seconds=seconds))

    def new_id(self, table: str, *, world: str = "egain") -> str:
        """An id that no record of the table has: digits in the eGain world (but for attachments,
        sessions and tokens), UUIDs elsewhere."""
        rows = self.tables[table] if world == "egain" else self.lsq[table]
        if world != "egain" or table in ("attachment", "session", "token"):
            return str(uuid.uuid4())
        made = self.notes.setdefault(f"last {table}", max((int(i) for i in rows), default=1000))
        self.notes[f"last {table}"] = made + 7
        return str(made + 7)

    def add(self, table: str, record: Record, *, world: str = "egain") -> str:
        """Stores a record (given an id where it has none) and returns its id."""
        record.setdefault("id", self.new_id(table, world=world))
        (self.tables if world == "egain" else self.lsq)[table][record["id"]] = record
        return str(record["id"])
