"""What is asked of a store's tables, statement by statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rulebound.mock_server.stores.tables import JOURNAL, RECORDS, WORLDS
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

BORN, SINCE = 0, 1
"""Layers of records: how a world was born, and what changed since. Those above are old states that
stale faults show."""


class Stand(NamedTuple):
    """How a world stands, without what is in it; the columns of WORLDS say what they mean."""

    version: int
    epoch: int
    swept: int
    noted: int
    cleared: int


class Row(NamedTuple):
    """A record that is otherwise than in the seed; `body` is None where it is gone."""

    layer: int
    seed: str
    kind: str
    id: str
    place: int
    body: str | None


_ROW = [RECORDS.c[name] for name in Row._fields]
_OWN = RECORDS.c.world == bindparam("own")
_STAND = select(*(WORLDS.c[name] for name in Stand._fields)).where(WORLDS.c.id == bindparam("own"))
_LOCKED = _STAND.with_for_update()
_ALL = select(WORLDS.c.id, WORLDS.c.version).order_by(WORLDS.c.place)
_SINCE = (
    select(*_ROW)
    .where(_OWN, RECORDS.c.layer == SINCE, RECORDS.c.version > bindparam("known"))
    .order_by(RECORDS.c.version, RECORDS.c.place)
)
_WHOLE = (
    select(*_ROW)
    .where(_OWN, RECORDS.c.layer <= SINCE)
    .order_by(RECORDS.c.layer, RECORDS.c.version, RECORDS.c.place)
)
_OLD = select(*_ROW).where(_OWN, RECORDS.c.layer == bindparam("old"))
_KEEP = (
    update(WORLDS)
    .where(WORLDS.c.id == bindparam("own"))
    .values({name: bindparam(f"new_{name}") for name in (*Stand._fields, "head")})
)
_NUMBER = (
    update(WORLDS)
    .where(WORLDS.c.id == bindparam("own"))
    .values(noted=bindparam("new_noted"), cleared=bindparam("new_cleared"))
)


def stand_of(connection: Connection, id: str, *, lock: bool = False) -> Stand | None:
    """How a world stands; with `lock` nobody else changes it before the transaction ends."""
    found = connection.execute(_LOCKED if lock else _STAND, {"own": id}).one_or_none()
    return None if found is None else Stand._make(found)


def versions(connection: Connection) -> dict[str, int]:
    """The version of every world by its id, the oldest world first."""
    return {row.id: row.version for row in connection.execute(_ALL)}


def head_of(connection: Connection, id: str, *, birth: bool = False) -> str:
    """The text of a world's head, or of that it was born with."""
    column = WORLDS.c.birth if birth else WORLDS.c.head
    return str(connection.execute(select(column).where(WORLDS.c.id == id)).scalar_one())


def rows_since(connection: Connection, id: str, version: int) -> list[Row]:
    """Records changed after a version, in the order of their changes."""
    found = connection.execute(_SINCE, {"own": id, "known": version})
    return [Row._make(each) for each in found]


def all_rows(connection: Connection, id: str) -> list[Row]:
    """Every record that differs from the seed, those of the birth first."""
    return [Row._make(each) for each in connection.execute(_WHOLE, {"own": id})]


def rows_of(connection: Connection, id: str, layer: int) -> list[Row]:
    """The records of one layer."""
    return [Row._make(each) for each in connection.execute(_OLD, {"own": id, "old": layer})]


def put_rows(connection: Connection, id: str, version: int, rows: Sequence[Row]) -> None:
    """Keep records as they now are."""
    if not rows:
        return
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(RECORDS)
    same = ("world", "layer", "seed", "kind", "id")
    changed = {name: new.excluded[name] for name in ("place", "body", "version")}
    upsert = new.on_conflict_do_update(index_elements=same, set_=changed)
    given = [{"world": id, "version": version, **each._asdict()} for each in rows]
    connection.execute(upsert, given)


def drop_layer(connection: Connection, id: str, layer: int, *, above: bool = False) -> None:
    """Forget the records of a layer, and of those above if asked to."""
    column = RECORDS.c.layer
    where = column >= layer if above else column == layer
    connection.execute(delete(RECORDS).where(RECORDS.c.world == id, where))


def tombstones(connection: Connection, id: str, until: int) -> list[tuple[str, str, str]]:
    """Records (seed, kind, id) that are gone since a version or longer, and were not born."""
    born = RECORDS.alias()
    columns = (RECORDS.c.seed, RECORDS.c.kind, RECORDS.c.id)
    same = [born.c[each.name] == each for each in columns]
    was_born = select(born.c.id).where(born.c.world == id, born.c.layer == BORN, *same).exists()
    gone = (RECORDS.c.layer == SINCE, RECORDS.c.body.is_(None), RECORDS.c.version <= until)
    found = connection.execute(select(*columns).where(RECORDS.c.world == id, *gone, ~was_born))
    return [(seed, kind, key) for seed, kind, key in found]


def sweep(connection: Connection, id: str, keys: Sequence[tuple[str, str, str]]) -> None:
    """Forget tombstones."""
    if not keys:
        return
    names = ("seed", "kind", "id")
    where = [RECORDS.c[name] == bindparam(f"a_{name}") for name in names]
    given = [{f"a_{name}": key for name, key in zip(names, each, strict=True)} for each in keys]
    connection.execute(
        delete(RECORDS).where(RECORDS.c.world == id, RECORDS.c.layer == SINCE, *where), given
    )


def keep(connection: Connection, id: str, stand: Stand, head: str | None) -> None:
    """How the world now stands; without a head only what its journal has changed."""
    if head is None:
        given = {"own": id, "new_noted": stand.noted, "new_cleared": stand.cleared}
        connection.execute(_NUMBER, given)
        return
    named = {f"new_{name}": value for name, value in stand._asdict().items()}
    connection.execute(_KEEP, {"own": id, **named, "new_head": head})


def count(connection: Connection) -> int:
    """How many worlds there are."""
    return int(connection.execute(select(func.count()).select_from(WORLDS)).scalar_one())


def make(connection: Connection, id: str, head: str, rows: Sequence[Row]) -> Stand:
    """A new world, born with this head and these records."""
    stand = Stand(1, 1, 0, 0, 0)
    connection.execute(insert(WORLDS).values(id=id, birth=head, head=head, **stand._asdict()))
    put_rows(connection, id, 1, rows)
    return stand


def drop(connection: Connection, id: str) -> None:
    """Forget a world and all that is of it."""
    for table in (RECORDS, JOURNAL):
        connection.execute(delete(table).where(table.c.world == id))
    connection.execute(delete(WORLDS).where(WORLDS.c.id == id))
