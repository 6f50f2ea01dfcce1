"""What moves are made from: a refused request, requests known to be valid, and the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from rulebound.fixtures import ISO, RecordError
from rulebound.fixtures.records import View
from rulebound.mock_server.explaining.bench import Bench, Verdict
from rulebound.mock_server.explaining.draft import Draft
from rulebound.mock_server.explaining.places import GONE, Place
from rulebound.mock_server.explaining.values import fitting, schemas_at
from rulebound.openapi.model import Operation

MOST_RECORDS = 300
_MOST_ALIKE = 40


@dataclass(frozen=True)
class Shelf:
    """What is the same for all requests of one search: valid requests (the likeliest first), how
    dates are written, and the tables of the world."""

    bases: tuple[Draft, ...]
    dates: str
    tables: tuple[str, ...]
    view: View

    @cached_property
    def fields(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Text -> the (table, field) pairs where a record holds it."""
        found: dict[str, dict[tuple[str, str], None]] = {}
        for table in self.tables:
            for record in list(self.view.scan(table))[:MOST_RECORDS]:
                for field, value in record.items():
                    if isinstance(value, str) and value:
                        found.setdefault(value, {})[table, field] = None
        return {text: tuple(pairs) for text, pairs in found.items()}

    def column(self, table: str, field: str) -> list[Any]:
        """The values of a field, each once."""
        try:
            records = list(self.view.scan(table))[:MOST_RECORDS]
        except RecordError:
            return []
        values = [each.get(field) for each in records]
        return list(dict.fromkeys(each for each in values if isinstance(each, (str, int, float))))


@dataclass(frozen=True)
class Ground:
    """One refused request of a search."""

    bench: Bench
    shelf: Shelf
    draft: Draft
    verdict: Verdict

    @property
    def operation(self) -> Operation:
        """What is asked for."""
        return self.draft.operation

    def schemas(self, place: Place) -> list[Any]:
        """The schemas that speak of a place."""
        return schemas_at(self.operation, place)

    def values(self, place: Place) -> list[Any]:
        """What might stand at a place: what stands there in valid requests, and what its schema
        says; in a query or a header all of it text."""
        current = self.draft.at(place)
        found: list[Any] = [
            value for base in self.shelf.bases if (value := base.at(place)) is not GONE
        ]
        found += fitting(self.schemas(place), current, self.bench.now, self.shelf.dates or ISO)
        if place[0] != "body":
            found = [_as_text(each) for each in found]
        kept: list[Any] = []
        for each in found:
            # What is empty passes at times, but is seldom meant.
            if each not in kept and each != current and each not in ({}, [], ""):
                kept.append(each)
        return kept

    def alike(self, place: Place) -> Iterator[Any]:
        """Values of the world's records of the kind that valid requests hold at a place."""
        samples = [*self.values(place)[:6], self.draft.at(place)]
        seen: set[tuple[str, str]] = set()
        for sample in samples:
            for pair in self.shelf.fields.get(sample, ()) if isinstance(sample, str) else ():
                if pair not in seen:
                    seen.add(pair)
                    column = self.shelf.column(*pair)
                    yield from nearest(self.draft.at(place), column)[:_MOST_ALIKE]


def nearest(current: Any, values: Sequence[Any]) -> list[Any]:
    """Values, those most like the current one first."""
    if not isinstance(current, str):
        return list(values)
    return sorted(values, key=lambda each: -SequenceMatcher(None, current, str(each)).ratio())


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(_as_text, value))
    return value if isinstance(value, str) else str(value)
