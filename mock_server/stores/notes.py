"""The journal of a world that several processes write: kept in the store, read when it is asked."""

from __future__ import annotations

from typing import Any

from rulebound.mock_server.depths import Depth
from rulebound.mock_server.journal import MOST_ENTRIES, MOST_EXPLAINED, Entry, Journal
from rulebound.mock_server.stores.entries import depth_of, depth_text, entry_of, entry_text
from rulebound.mock_server.stores.heads import Book
from rulebound.mock_server.stores.home import SqlHome
from rulebound.mock_server.stores.ledger import stand_of
from rulebound.mock_server.stores.tables import JOURNAL
from sqlalchemy import Connection, Select, delete, insert, select, update

MOST_KEPT = 16 * 1024 * 1024
"""Characters that explain the requests of one world, together."""
_SWEPT_EVERY = 64
_LARGE = 256 * 1024

_NOTE = insert(JOURNAL)


class SharedJournal(Journal):
    """The last entries of a world, whichever process wrote them.

    Writing has its turn among all changes of the world, so that numbers are those of one journal.
    Every method raises StoreFault where the store cannot be asked.
    """

    def __init__(self, id: str, home: SqlHome, book: Book) -> None:
        super().__init__(MOST_ENTRIES)
        self._id = id
        self._home = home
        self._book = book
        self._database = home.shop.database
        self._cleared = 0

    def next_number(self) -> int:
        """The number of the next entry."""
        with self._home.turn(reading=True):
            turn = self._home.open
            turn.note()
            turn.noted += 1
            return turn.noted

    @property
    def newest(self) -> int:
        """The highest number given; 0 when nothing happened."""
        found = self._database.read(lambda on: stand_of(on, self._id))
        return self._last if found is None else found.noted

    def add(self, entry: Entry, depth: Depth | None = None) -> None:
        """Note what happened."""
        deep = None if depth is None else depth_text(depth)
        given: dict[str, Any] = {
            "world": self._id,
            "number": entry.number,
            "entry": entry_text(entry),
            "depth": deep,
            "size": len(deep or ""),
        }
        with self._home.turn(reading=True):
            connection = self._home.open.note()
            with self._database.asked():
                connection.execute(_NOTE, given)
                if entry.number % _SWEPT_EVERY == 0 or given["size"] > _LARGE:
                    self._sweep(connection, entry.number)

    def depth(self, number: int) -> Depth | None:
        """What explains the entry of this number; None when it is forgotten."""
        asked = self._of(select(JOURNAL.c.depth)).where(JOURNAL.c.number == number)
        text = self._database.read(lambda on: on.execute(asked).scalar_one_or_none())
        return None if text is None else depth_of(text, self._book)

    def clear(self) -> None:
        """Forget everything. Numbers go on, so that none means two requests."""
        with self._home.turn():
            connection = self._home.open.note(cleared=True)
            with self._database.asked():
                connection.execute(delete(JOURNAL).where(JOURNAL.c.world == self._id))

    def _all(self) -> list[Entry]:
        with self._lock:
            self._catch_up()
            return super()._all()

    def _catch_up(self) -> None:
        """Read what was written since the last time."""
        found = self._database.read(lambda on: stand_of(on, self._id))
        if found is None:
            return
        if found.cleared > self._cleared:
            self._cleared = found.cleared
            super().clear()
            self._last = self._counted = max(self._last, found.cleared)
        if found.noted <= self._last:
            return
        asked = self._of(select(JOURNAL.c.number, JOURNAL.c.entry))
        asked = asked.where(JOURNAL.c.number > self._last).order_by(JOURNAL.c.number)
        for number, text in self._database.read(lambda on: on.execute(asked).all()):
            super().add(entry_of(number, text, self._book))
            self._last = number

    def _sweep(self, connection: Connection, number: int) -> None:
        """Forget entries that are too many, and of what explains them what is too much."""
        own = JOURNAL.c.world == self._id
        connection.execute(delete(JOURNAL).where(own, JOURNAL.c.number <= number - MOST_ENTRIES))
        sizes = self._of(select(JOURNAL.c.number, JOURNAL.c.size)).where(JOURNAL.c.size > 0)
        kept = together = 0
        least = number
        for each, size in connection.execute(sizes.order_by(JOURNAL.c.number.desc())):
            kept, together = kept + 1, together + size
            if kept > MOST_EXPLAINED or together > MOST_KEPT:
                break
            least = each
        old = (own, JOURNAL.c.number < least, JOURNAL.c.size > 0)
        connection.execute(update(JOURNAL).where(*old).values(depth=None, size=0))

    def _of(self, asked: Select[Any]) -> Select[Any]:
        return asked.where(JOURNAL.c.world == self._id)
