"""Work shared out to a few threads, its results handed back as they come."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


_PAUSE = 0.005
"""Seconds in which results gather: to be woken for each of them costs more than many a result."""


def each(
    items: Iterable[Item], work: Callable[[Item], Result], jobs: int
) -> Iterator[tuple[Item, Result]]:
    """`work` done on every item by `jobs` threads: (item, result) in the order of finishing.

    An exception of `work` ends it and is raised here. The threads are daemons and take no further
    item once the caller has left, so an interrupted run ends at once.
    """
    todo: queue.SimpleQueue[Item] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[Item, Result] | BaseException] = queue.SimpleQueue()
    left = 0
    for item in items:
        todo.put(item)
        left += 1
    stopped = threading.Event()

    def labour() -> None:
        while not stopped.is_set():
            try:
                item = todo.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((item, work(item)))
            except BaseException as error:  # handed to the caller
                done.put(error)

    for _ in range(min(jobs, left)):
        threading.Thread(target=labour, daemon=True).start()
    try:
        while left:
            for outcome in _those_there(done):
                left -= 1
                if isinstance(outcome, BaseException):
                    raise outcome
                yield outcome
            if left:
                time.sleep(_PAUSE)
    finally:
        stopped.set()


def _those_there(done: "queue.SimpleQueue[Result]") -> Iterator[Result]:
    """Waits for the first, and takes all that are there."""
    yield done.get()
    while not done.empty():
        yield done.get()
