"""What lint may be told of the world a document lives in, as plain data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

# Kind of actor -> (its table, the names it has besides the record's fields).
_ACTORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "user": ("user", ()),
    "client": ("client", ()),
    "customer": ("contact", ("contact", "department")),
    "key": ("key", ("user",)),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Tables (name -> {properties: field -> JSON Schema}), names of settings and of look-ups, and
    the rule ids that have a witness. None: not known, and then not checked.
    """

    tables: Mapping[str, Mapping[str, Any]] | None = None
    settings: Collection[str] | None = None
    lookups: Collection[str] | None = None
    witnesses: Collection[str] | None = None

    def record(self, table: str) -> Any:
        """The schema of a table's records; True (anything) where tables are not known."""
        if self.tables is None or table not in self.tables:
            return True
        fields = self.tables[table].get("properties", {})
        return {"type": "object", "properties": fields, "additionalProperties": False}

    def actor(self) -> Any:
        """A schema with every field some kind of actor has."""
        if self.tables is None:
            return True
        fields: dict[str, Any] = {"kind": {"type": "string"}, "id": {"type": "string"}}
        fields["scopes"] = {"type": "array", "items": {"type": "string"}}
        for table, more in _ACTORS.values():
            fields.update(dict.fromkeys(more, True))
            for name, schema in self.tables.get(table, {}).get("properties", {}).items():
                fields.setdefault(name, schema)
        return {"type": "object", "properties": fields, "additionalProperties": False}
