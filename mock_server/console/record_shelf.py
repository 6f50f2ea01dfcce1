"""The records of a world as its tables show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from rulebound.fixtures import World
from rulebound.fixtures.records import Record
from rulebound.fixtures.schemas import TableSchema
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal, Worlds

MOST_COLUMNS = 8
MOST_BACK = 10


@dataclass(frozen=True, slots=True)
class Shelf:
    """One table of one world, its schema beside it."""

    seed: str
    schema: TableSchema
    schemas: Mapping[str, TableSchema]
    world: World

    def records(self, words: str = "") -> list[Record]:
        """The records, oldest first; with words those that hold all of them, in any case."""
        with self.world.transaction() as view:
            found = list(view.scan(self.schema.name))
        wanted = [_as_written(word) for word in words.casefold().split()]
        if not wanted:
            return found
        return [record for record in found if _holds(record, wanted)]

    def get(self, id: str) -> Record:
        """The record of this id. Raises WorldRefusal 404."""
        with self.world.transaction() as view:
            found = view.get(self.schema.name, id)
        if found is None:
            name = self.schema.name
            raise WorldRefusal(404, f"{name} has no record {id!r:.60}", f"search the table {name}")
        return found

    def columns(self, sample: Record | None) -> list[str]:
        """The fields a list shows: the id, what every record must give, what points elsewhere,
        then the others."""
        order = list(sample) if sample is not None else sorted(self.schema.fields)
        given = [field for field in order if field not in self.schema.defaults]
        linking = [field for field in order if field in self.schema.links]
        return list(dict.fromkeys(("id", *given, *linking, *order)))[:MOST_COLUMNS]

    def fields(self, record: Record) -> Iterator[tuple[str, Any, str | None]]:
        """Name and value of each field of a record, and the table it points into."""
        names = dict.fromkeys(("id", *(name for name in record if name not in self.schema.links)))
        for name in (*names, *(name for name in record if name in self.schema.links)):
            yield name, record[name], self.schema.links.get(name)

    def pointing(self, id: str) -> list[tuple[str, str, int, list[Record]]]:
        """Table, field, number and first records of what points at a record by one field."""
        found = []
        with self.world.transaction() as view:
            for schema in self.schemas.values():
                for field, table in schema.links.items():
                    if table == self.schema.name and (rows := view.find(schema.name, field, id)):
                        found.append((schema.name, field, len(rows), rows[:MOST_BACK]))
        return found


def shelf_of(worlds: Worlds, served: ServedWorld, seed: str, table: str) -> Shelf:
    """A table of a world. Raises WorldRefusal 404."""
    if seed not in served.worlds:
        known = ", ".join(served.worlds)
        raise WorldRefusal(404, f"there is no seed {seed!r:.60}", f"there are {known}")
    schemas = worlds.seeds[seed].tables
    if table not in schemas:
        known = ", ".join(schemas)
        raise WorldRefusal(404, f"{seed} has no table {table!r:.60}", f"there are {known}")
    return Shelf(seed, schemas[table], schemas, served.worlds[seed])


def table_counts(worlds: Worlds, served: ServedWorld) -> dict[str, dict[str, int]]:
    """Seed -> table -> how many records it has."""
    found: dict[str, dict[str, int]] = {}
    for seed, world in served.worlds.items():
        with world.transaction() as view:
            tables = worlds.seeds[seed].tables
            found[seed] = {table: len(list(view.scan(table))) for table in tables}
    return found


def _as_written(word: str) -> str:
    """A word as it stands inside JSON. Raises WorldRefusal 400."""
    try:
        return orjson.dumps(word).decode()[1:-1]
    except TypeError:
        raise WorldRefusal(400, "the search holds half a character", "write it anew") from None


def _holds(record: Record, words: Sequence[str]) -> bool:
    try:
        text = orjson.dumps(list(record.values())).decode().casefold()
    except TypeError:  # whole numbers beyond 64 bits, lone surrogates
        text = str(list(record.values())).casefold()
    return all(word in text for word in words)
