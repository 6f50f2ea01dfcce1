"""What is asked of a store's tables about worlds and their records, statement by statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rulebound.mock_server.stores.link import Link
from rulebound.mock_server.stores.statements import Statement
from rulebound.mock_server.stores.tables import JOURNAL, RECORDS, WORLDS
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update
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


_NEWBORN = Stand(1, 1, 0, 0, 0)


class Row(NamedTuple):
    """A record that is otherwise than in the seed; `body` is None where it is gone."""

    layer: int
    seed: str
    kind: str
    id: str
    place: int
    body: str | None


class Found(NamedTuple):
    """A world as it stands: its head too, and what was changed since a version."""

    stand: Stand
    head: str
    rows: list[Row]


def _binds(table: Table, *names: str) -> dict[str, Any]:
    return {name: bindparam(name, type_=table.c[name].type) for name in names}


_KEY = ("world", "layer", "seed", "kind", "id")
_ROW = [RECORDS.c[name] for name in Row._fields]
_OWN = RECORDS.c.world == bindparam("own")
_HERE = WORLDS.c.id == bindparam("own")
_STAND = select(*(WORLDS.c[name] for name in Stand._fields)).where(_HERE)
_LOOK = Statement(_STAND)
_LOCK = Statement(_STAND.add_columns(WORLDS.c.head).with_for_update())
_BIRTH = Statement(select(WORLDS.c.birth).where(_HERE))
_VERSIONS = Statement(select(WORLDS.c.id, WORLDS.c.version).order_by(WORLDS.c.place))
_COUNT = Statement(select(func.count()).select_from(WORLDS))
_CHANGED = RECORDS.c.version > bindparam("known")
_ROWS_SINCE = Statement(
    select(*_ROW)
    .where(_OWN, RECORDS.c.layer == SINCE, _CHANGED)
    .order_by(RECORDS.c.version, RECORDS.c.place)
)
_ALL_ROWS = Statement(
    select(*_ROW)
    .where(_OWN, RECORDS.c.layer <= SINCE)
    .order_by(RECORDS.c.layer, RECORDS.c.version, RECORDS.c.place)
)
_LAYER = Statement(select(*_ROW).where(_OWN, RECORDS.c.layer == bindparam("old")))
_CHANGING = ("place", "body", "version")


def _put(new: sqlite.Insert | postgresql.Insert) -> Statement:
    changed = {name: new.excluded[name] for name in _CHANGING}
    return Statement(new.on_conflict_do_update(index_elements=_KEY, set_=changed))


_RECORDS = _binds(RECORDS, *_KEY, *_CHANGING)
_PUT_SQLITE = _put(sqlite.insert(RECORDS).values(_RECORDS))
_PUT_POSTGRESQL = _put(postgresql.insert(RECORDS).values(_RECORDS))
_KEEP = Statement(
    update(WORLDS)
    .where(_HERE)
    .values({name: bindparam(f"new_{name}") for name in (*Stand._fields, "head")})
)
_MADE = ("id", "birth", "head", *Stand._fields)
_MAKE = Statement(insert(WORLDS).values(_binds(WORLDS, *_MADE)))
_DROP_ABOVE = Statement(delete(RECORDS).where(_OWN, RECORDS.c.layer >= bindparam("old")))
_DROP_LAYER = Statement(delete(RECORDS).where(_OWN, RECORDS.c.layer == bindparam("old")))
_DROP = [
    Statement(delete(table).where(column == bindparam("own")))
    for table, column in (
        (RECORDS, RECORDS.c.world), (JOURNAL, JOURNAL.c.world), (WORLDS, WORLDS.c.id),
    )
]  # fmt: skip


def look(link: Link, id: str) -> Stand | None:
    """How a world stands."""
    found = link.rows(_LOOK, {"own": id})
    return Stand(*found[0]) if found else None


def lock(link: Link, id: str, version: int) -> Found | None:
    """The world, and the records changed after a version; nobody else changes it before the
    transaction ends."""
    found = link.rows(_LOCK, {"own": id})
    if not found:
        return None
    *numbers, head = found[0]
    stand = Stand(*numbers)
    known = {"own": id, "known": version}
    rows = link.rows(_ROWS_SINCE, known) if 0 <= version < stand.version else []
    return Found(stand, head, [Row(*each) for each in rows])


def versions(link: Link) -> dict[str, int]:
    """The version of every world by its id, the oldest world first."""
    return dict(link.rows(_VERSIONS, {}))


def birth_of(link: Link, id: str) -> str:
    """The head that a world was born with."""
    return str(link.rows(_BIRTH, {"own": id})[0][0])


def all_rows(link: Link, id: str) -> list[Row]:
    """Every record that differs from the seed, those of the birth first."""
    return [Row(*each) for each in link.rows(_ALL_ROWS, {"own": id})]


def rows_of(link: Link, id: str, layer: int) -> list[Row]:
    """The records of one layer."""
    return [Row(*each) for each in link.rows(_LAYER, {"own": id, "old": layer})]


def put_rows(link: Link, id: str, version: int, rows: Sequence[Row]) -> None:
    """Keep records as they now are."""
    if rows:
        given = [{"world": id, "version": version, **each._asdict()} for each in rows]
        link.send(_PUT_SQLITE if link.is_sqlite else _PUT_POSTGRESQL, given)


def drop_layer(link: Link, id: str, layer: int, *, above: bool = False) -> None:
    """Forget the records of a layer, and of those above if asked to."""
    link.send(_DROP_ABOVE if above else _DROP_LAYER, {"own": id, "old": layer})


def keep(link: Link, id: str, stand: Stand, head: str) -> None:
    """How the world now stands."""
    given: Mapping[str, Any] = {f"new_{name}": each for name, each in stand._asdict().items()}
    link.send(_KEEP, {"own": id, **given, "new_head": head})


def count(link: Link) -> int:
    """How many worlds there are."""
    return int(link.rows(_COUNT, {})[0][0])


def make(link: Link, id: str, head: str, rows: Sequence[Row]) -> Stand:
    """A new world, born with this head and these records."""
    link.send(_MAKE, {"id": id, "birth": head, "head": head, **_NEWBORN._asdict()})
    put_rows(link, id, _NEWBORN.version, rows)
    return _NEWBORN


def make_first(connection: Connection, id: str, head: str) -> None:
    """A world that every store has, unless it is there."""
    here = select(WORLDS.c.id).where(WORLDS.c.id == id)
    if connection.execute(here).one_or_none() is None:
        stand = _NEWBORN._asdict()
        connection.execute(insert(WORLDS).values(id=id, birth=head, head=head, **stand))


def drop(link: Link, id: str) -> None:
    """Forget a world and all that is of it."""
    for each in _DROP:
        link.send(each, {"own": id})
