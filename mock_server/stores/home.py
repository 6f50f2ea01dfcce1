"""Where one world stands in a database, for the process that has a replica of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from threading import RLock

from rulebound.mock_server.stores import ledger
from rulebound.mock_server.stores.turn import Known, Shop, Turn


class SqlHome:
    """The home of one served world, whose records and head here are a replica of what stands
    there. Safe to share between threads."""

    def __init__(self, shop: Shop, known: Known) -> None:
        self.shop = shop
        self._known = known
        self._lock = RLock()
        self._turn: Turn | None = None

    @contextmanager
    def turn(self, *, reading: bool = False) -> Iterator[None]:
        """See fixtures.shared.Home.

        One that is only `reading` waits for nobody until it notes something. Raises StoreFault,
        WorldGone, and ChangesWorld where it does not only read.
        """
        with self._lock:
            if self._turn is not None:
                yield
                return
            self._turn = Turn(self.shop, self._known, reading=reading)
            try:
                self._turn.begin()
                yield
                self._turn.end()
            except BaseException:
                self._turn.break_off()
                raise
            finally:
                self._turn = None

    def changed(self, seed: str, rows: Iterable[tuple[str, str]]) -> None:
        """See fixtures.shared.Home."""
        self.open.rows.update((seed, table, id) for table, id in rows)

    def reset(self) -> None:
        """Let the world stand as it was born. Raises StoreFault and WorldGone."""
        with self.turn():
            self.open.reset()

    def drop(self) -> None:
        """Delete the world. Raises StoreFault and WorldGone."""
        with self._lock:
            id = self._known.served.id
            link, _ = self.shop.database.begin(lambda link: ledger.lock(link, id, 0))
            with self.shop.database.asked(), closing(link):
                ledger.drop(link, id)
                link.commit()

    @property
    def open(self) -> Turn:
        """The turn that is open. Raises RuntimeError where there is none."""
        if self._turn is None:
            raise RuntimeError("no turn is open; work inside one")
        return self._turn

    @property
    def version(self) -> int:
        """The version of the replica."""
        return self._known.stand.version
