"""The stubs that rules are switched off on: each in use by one thread at a time."""

import queue
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager

from rulebound.contract_tests.targets.process import StubProcess
from rulebound.contract_tests.targets.stub import Stub


class Stubs:
    """Stubs to be borrowed."""

    def __init__(self, stubs: Iterable[Stub]) -> None:
        self._free: queue.SimpleQueue[Stub] = queue.SimpleQueue()
        for stub in stubs:
            self._free.put(stub)

    @contextmanager
    def one(self) -> Iterator[Stub]:
        """A stub for the caller alone; waits until one is free."""
        stub = self._free.get()
        try:
            yield stub
        finally:
            self._free.put(stub)


@contextmanager
def started(count: int, arguments: Iterable[str], deadline: float) -> Iterator[Stubs]:
    """So many stubs of our own, ended with the context. Raises StubFailed."""
    arguments = tuple(arguments)
    with ExitStack() as stack:
        stubs = [
            stack.enter_context(
                closing(Stub(stack.enter_context(StubProcess(arguments)).url, deadline))
            )
            for _ in range(count)
        ]
        yield Stubs(stubs)


@contextmanager
def running(url: str, deadline: float, token: str | None) -> Iterator[Stubs]:
    """One stub that runs already."""
    with closing(Stub(url, deadline, token)) as stub:
        yield Stubs([stub])
