"""Actors and records of a seed in a few words, for who looks for their like on a deployment."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from rulebound.fixtures.actors import Actor
from rulebound.fixtures.clock import SEED_TIME
from rulebound.fixtures.dates import parse_date
from rulebound.fixtures.seeds import Seed

_NEVER = ("id", "password", "secret")
_WIDEST = 90


class Describer:
    """Describes what is in one seed."""

    def __init__(self, seed: Seed) -> None:
        self._seed = seed

    @cached_property
    def _names(self) -> Mapping[tuple[str, Any], str]:
        known: dict[tuple[str, Any], str] = {}
        for name, record in self._seed.names.items():
            known.setdefault((name.partition(".")[0], record["id"]), name)
        return known

    def record(self, name: str) -> str:
        """What is special about a record: `type task, assignee user.bob`; cut when wide."""
        table = name.partition(".")[0]
        return cut(", ".join(self._parts(table, self._seed.names[name])))

    def actor(self, actor: Actor) -> str:
        """Whose credential it is, what it may do, and when it ends: `user.anna, scope a b`."""
        row, ends = self._credential(actor), self.end(actor)
        parts = [self._name_of(actor)]
        if "scopes" in row:
            parts.append(f"scope {' '.join(row['scopes'])}" if row["scopes"] else "no scope")
        if ends is not None:
            left = (ends - SEED_TIME).total_seconds()
            parts.append(f"ends {left:g} s after the run began" if left > 0 else "has ended")
        return cut(", ".join(parts))

    def end(self, actor: Actor) -> datetime | None:
        """When the credential ends; None for one whose end is not what the actor is about."""
        return parse_date(self._credential(actor).get("expires"))

    def _credential(self, actor: Actor) -> Mapping[str, Any]:
        for table in ("token", "session"):
            if f"{table}.{actor.name}" in self._seed.names:
                return self._seed.names[f"{table}.{actor.name}"]
        return {}

    def _name_of(self, actor: Actor) -> str:
        table = {"customer": "contact"}.get(actor.kind, actor.kind)
        return self._names.get((table, actor.record["id"]), actor.kind)

    def _parts(self, table: str, record: Mapping[str, Any]) -> Iterator[str]:
        schema = self._seed.tables[table]
        # What every record must say tells more than what most leave as it is.
        for field, value in sorted(record.items(), key=lambda item: item[0] in schema.defaults):
            if field in _NEVER or value in (None, "", [], {}):
                continue
            if field in schema.defaults and schema.defaults[field] == value:
                continue
            if field in schema.links:
                links = value if isinstance(value, list) else [value]
                names = [self._names.get((schema.links[field], each), str(each)) for each in links]
                yield f"{field} {' '.join(names)}"
            elif isinstance(value, bool):
                yield field if value else f"not {field}"
            elif isinstance(value, str | int | float):
                yield f"{field} {value}"


def cut(text: str) -> str:
    """A text for the end of a line: on one line, and cut when wide."""
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
