"""The journal of a world that several processes write: kept in the store, read when it is asked."""

from __future__ import annotations

from rulebound.mock_server.depths import Depth
from rulebound.mock_server.journal import MOST_ENTRIES, Entry, Journal
from rulebound.mock_server.stores import notes
from rulebound.mock_server.stores.entries import depth_of, depth_text, entry_of, entry_text
from rulebound.mock_server.stores.heads import Book
from rulebound.mock_server.stores.home import SqlHome
from rulebound.mock_server.stores.ledger import look
from rulebound.mock_server.stores.notes import Note


class SharedJournal(Journal):
    """The last entries of a world, whichever process wrote them.

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
        """0: what an entry's number is comes out when it is added."""
        return 0

    @property
    def newest(self) -> int:
        """The highest number given; 0 when nothing happened."""
        found = self._database.read(lambda link: look(link, self._id))
        return self._last if found is None else found.noted

    def add(self, entry: Entry, depth: Depth | None = None, size: int | None = None) -> int:
        """Note what happened, under the next number. Gives that number."""
        note = Note(entry_text(entry), None if depth is None else depth_text(depth))
        with self._home.turn(reading=True):
            return self._home.open.note(note)

    def depth(self, number: int) -> Depth | None:
        """What explains the entry of this number; None when it is forgotten."""
        text = self._database.read(lambda link: notes.depth_at(link, self._id, number))
        return None if text is None else depth_of(text, self._book)

    def clear(self) -> None:
        """Forget everything. Numbers go on, so that none means two requests."""
        with self._home.turn():
            self._home.open.clear_notes()

    def _all(self) -> list[Entry]:
        with self._lock:
            self._catch_up()
            return super()._all()

    def _catch_up(self) -> None:
        """Read what was written since the last time."""
        found = self._database.read(lambda link: look(link, self._id))
        if found is None:
            return
        if found.cleared > self._cleared:
            self._cleared = found.cleared
            super().clear()
            self._last = self._counted = max(self._last, found.cleared)
        if found.noted > self._last:
            known = self._last
            for number, text in self._database.read(
                lambda link: notes.entries_after(link, self._id, known)
            ):
                super().add(entry_of(number, text, self._book))
                self._last = number
