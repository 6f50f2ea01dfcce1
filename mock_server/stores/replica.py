"""Records between a replica in memory and the rows of a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rulebound.fixtures import Record, Seed, World
from rulebound.mock_server.stores.ledger import Row
from rulebound.mock_server.stores.texts import key_of, text_of, value_of

Seeds = Mapping[str, Seed]


def fresh(seeds: Seeds) -> dict[str, World]:
    """Worlds as they are in the seeds, their clocks running."""
    return {name: seed.world(running=True) for name, seed in seeds.items()}


def stand_at(worlds: Mapping[str, World], rows: Iterable[Row]) -> None:
    """Let records stand as the rows say, one after the other."""
    for row in rows:
        record = None if row.body is None else value_of(row.body)
        worlds[row.seed].store.table(row.kind).stand(value_of(row.id), record, row.place)


def rows_at(
    worlds: Mapping[str, World], seeds: Seeds, keys: Iterable[tuple[str, str, str]], layer: int
) -> list[Row]:
    """The rows of these records (seed, table, id) as they now stand, by their places."""
    found = []
    for seed, kind, id in keys:
        table = worlds[seed].store.table(kind)
        place = table.place_of(id)
        if place is None:
            place = seeds[seed].bases[kind].order.get(id, -1)
        found.append(Row(layer, seed, kind, key_of(id), place, _body(table.get(id))))
    return sorted(found, key=lambda row: row.place)


def difference(worlds: Mapping[str, World], seeds: Seeds, layer: int) -> list[Row]:
    """The rows of all records that are otherwise than in the seeds."""
    return list(_difference(worlds, seeds, layer))


def _difference(worlds: Mapping[str, World], seeds: Seeds, layer: int) -> Iterator[Row]:
    for seed, world in worlds.items():
        for kind, base in seeds[seed].bases.items():
            for id, record, place in world.store.table(kind).difference(base):
                yield Row(layer, seed, kind, key_of(id), place, _body(record))


def _body(record: Record | None) -> str | None:
    return None if record is None else text_of(record)
