"""The lines of journals in a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from rulebound.mock_server.stores.engine import Database
from rulebound.mock_server.stores.link import Link
from rulebound.mock_server.stores.statements import Statement
from rulebound.mock_server.stores.sweeping import sweep_journal
from rulebound.mock_server.stores.tables import JOURNAL, WORLDS
from sqlalchemy import bindparam, delete, insert, literal_column, select, update

_SWEPT_EVERY = 64
_LARGE = 256 * 1024


class Note(NamedTuple):
    """An entry of a journal, and what explains it, as texts."""

    entry: str
    depth: str | None

    @property
    def size(self) -> int:
        """Characters of what explains it."""
        return len(self.depth or "")


_OWN = JOURNAL.c.world == bindparam("own")
_COLUMNS = ("world", "number", "entry", "depth", "size")
_given = {name: bindparam(name, type_=JOURNAL.c[name].type) for name in _COLUMNS}
_ADD = Statement(insert(JOURNAL).values(_given))
_next = (
    update(WORLDS)
    .where(WORLDS.c.id == bindparam("world"))
    .values(noted=WORLDS.c.noted + 1)
    .returning(WORLDS.c.noted)
)
_NEXT = Statement(_next)
_counted = _next.cte("counted")
_AT_ONCE = Statement(
    insert(JOURNAL)
    .from_select(
        _COLUMNS,
        select(
            _given["world"], _counted.c.noted, _given["entry"], _given["depth"], _given["size"]
        ).select_from(_counted),
    )
    .returning(literal_column("number"))
)
_FORGET = Statement(delete(JOURNAL).where(_OWN))
_ENTRIES = Statement(
    select(JOURNAL.c.number, JOURNAL.c.entry)
    .where(_OWN, JOURNAL.c.number > bindparam("known"))
    .order_by(JOURNAL.c.number)
)
_DEPTH = Statement(select(JOURNAL.c.depth).where(_OWN, JOURNAL.c.number == bindparam("one")))


def add(link: Link, world: str, numbered: Sequence[tuple[int, Note]]) -> None:
    """Write notes whose numbers are given, inside a transaction."""
    for number, note in numbered:
        link.send(_ADD, {**_told(world, note), "number": number})
    if any(_is_time_to_sweep(*each) for each in numbered):
        sweep_journal(link, world, numbered[-1][0])


def added(database: Database, world: str, note: Note) -> int:
    """Write a note by itself, at once. Gives its number, 0 for a world that is gone.

    Raises StoreFault.
    """
    if database.address.kind == "sqlite":
        number = _added_in_two(database, world, note)
    else:
        found = database.read(lambda link: link.rows(_AT_ONCE, _told(world, note)))
        number = int(found[0][0]) if found else 0
    if _is_time_to_sweep(number, note):
        link, _ = database.begin(lambda _: None)
        with database.asked(), closing(link):
            sweep_journal(link, world, number)
            link.commit()
    return number


def forget(link: Link, world: str) -> None:
    """Forget all notes of a world."""
    link.send(_FORGET, {"own": world})


def entries_after(link: Link, world: str, number: int) -> list[tuple[int, str]]:
    """Numbers and texts of the entries behind one."""
    return link.rows(_ENTRIES, {"own": world, "known": number})


def depth_at(link: Link, world: str, number: int) -> str | None:
    """What explains an entry, as text."""
    found = link.rows(_DEPTH, {"own": world, "one": number})
    return found[0][0] if found else None


def _is_time_to_sweep(number: int, note: Note) -> bool:
    return number % _SWEPT_EVERY == 0 or note.size > _LARGE


def _added_in_two(database: Database, world: str, note: Note) -> int:
    link, found = database.begin(lambda link: link.rows(_NEXT, {"world": world}))
    number = int(found[0][0]) if found else 0
    with database.asked(), closing(link):
        if number:
            link.send(_ADD, {**_told(world, note), "number": number})
        link.commit()
    return number


def _told(world: str, note: Note) -> Mapping[str, Any]:
    return {"world": world, "entry": note.entry, "depth": note.depth, "size": note.size}
