"""Work that takes long, done by few at once and never twice at the same time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import BoundedSemaphore, Lock
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Busy(Exception):
    """So many are at work that no turn came in time."""


class Turns(Generic[Found]):
    """Lets at most `most` work at once; who comes later waits `patience` seconds for a turn.

    Safe to use from any thread.
    """

    def __init__(self, most: int, patience: float) -> None:
        self._free = BoundedSemaphore(most)
        self._patience = patience
        self._lock = Lock()
        self._under_way: dict[Hashable, Future[Found]] = {}

    def of(self, key: Hashable, work: Callable[[], Found]) -> Found:
        """What `work` returns or raises; that of the one under way where it has the same key.

        Raises Busy when no turn comes.
        """
        with self._lock:
            under_way = self._under_way.get(key)
            if under_way is None:
                mine = self._under_way[key] = Future[Found]()
        if under_way is not None:
            return under_way.result()
        try:
            mine.set_result(self._in_turn(work))
        except BaseException as fault:
            mine.set_exception(fault)
            raise
        finally:
            with self._lock:
                del self._under_way[key]
        return mine.result()

    def _in_turn(self, work: Callable[[], Found]) -> Found:
        if not self._free.acquire(timeout=self._patience):
            raise Busy
        try:
            return work()
        finally:
            self._free.release()
