"""Work shared out to a few threads, its results handed back as they come."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


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
        for _ in range(left):
            outcome = done.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome
    finally:
        stopped.set()
