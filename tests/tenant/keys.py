"""Ids, tokens and passwords of the tenant's own, the same ones for the same number.

Digits stay digits and UUIDs stay UUIDs. What the seeds mean by an id's spelling is kept: the order
of the numbers in a table, ids that begin like another one, UUIDs that differ in the last sign only.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterable

from tenant.state import Record

_Ids = dict[str, dict[str, str]]


class Keys:
    """Makes them for one world and one number."""

    def __init__(self, world: str, number: int) -> None:
        self._salt = f"{world}/{number}"

    def renamed(self, ids: _Ids) -> _Ids:
        """table -> name -> new id, from table -> name -> old id."""
        return {table: self._table(table, rows) for table, rows in ids.items()}

    def _table(self, table: str, rows: dict[str, str]) -> dict[str, str]:
        digits = self.digits(table, [old for old in rows.values() if old.isdigit()])
        return {name: digits.get(old) or self._other(old) for name, old in rows.items()}

    def _other(self, old: str) -> str:
        try:
            uuid.UUID(old)
        except ValueError:
            return self.token(old)
        return self.uuid(old)

    def digits(self, table: str, old: Iterable[str]) -> dict[str, str]:
        """Six digits for the shortest, in the old order; ids that began like another one still do,
        and longer ones that come after all shorter ones as numbers come before them as texts."""
        texts = sorted(old, key=int)
        draw = random.Random(f"{self._salt}/{table}")
        number, new = draw.randrange(200_000, 800_000), {}
        for text in texts:
            parent = max((t for t in new if text.startswith(t)), key=len, default=None)
            number += draw.randrange(1, 40)
            longer = "1" * (len(text) - len(texts[0]))
            new[text] = new[parent] + text[len(parent) :] if parent else f"{longer}{number}"
        return new

    def uuid(self, old: str) -> str:
        """Another UUID; those that differ in the last sign only still do."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._salt}/{old[:-1]}"))[:-1] + old[-1]

    def token(self, old: str) -> str:
        """An unguessable text."""
        return hashlib.sha256(f"{self._salt}/{old}".encode()).hexdigest()[:40]

    def secrets(self, table: str, row: Record) -> Record:
        """The row with its further ids, password and secret exchanged."""
        if table == "user" and row.get("password"):
            row["password"] = f"{self.token(row['password'])[:12]}-Pw9"
        if (row.get("externalId") or "").startswith("EXT-"):
            row["externalId"] = f"EXT-{row['id']}"
        if row.get("prospectId"):
            row["prospectId"] = self._prospect(row["prospectId"])
        if "secret" in row:
            row["secret"] = self.token(row["secret"])
        return row

    def _prospect(self, old: str) -> str:
        new = self.token("prospects")[:4]
        return f"P-{int(new, 16) % 9000 + int(old[2:6]):05d}{old[6:]}"
