"""The stub that the tests of one process share."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Protocol, cast

from rulebound.contract_tests.opening import stub_arguments
from rulebound.contract_tests.pytest_stub.choice import Choice
from rulebound.contract_tests.pytest_stub.control import ControlPlane
from rulebound.contract_tests.pytest_stub.faults import StubFault
from rulebound.contract_tests.targets.process import StubFailed, StubProcess

_THREADED = "rulebound.stub_thread"
"""What serves the stub in a thread stands outside this room, which never imports the stub."""


class Running(Protocol):
    """A stub that runs at `url`."""

    url: str


class Server:
    """A running stub: where it is, and its control plane."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url.rstrip("/")
        self.control = ControlPlane(self.url, token)

    def close(self) -> None:
        """Close the connection to its control plane."""
        self.control.close()


class _Given:
    def __init__(self, url: str) -> None:
        self.url = url


@contextmanager
def served(choice: Choice) -> Iterator[Server]:
    """A stub as it was chosen, as long as the context is open. Raises StubFault."""
    try:
        started = _started(choice)
    except StubFailed as error:
        raise StubFault(str(error)) from error
    with started as running, closing(Server(running.url, choice.token)) as server:
        yield server


def _started(choice: Choice) -> AbstractContextManager[Running]:
    if choice.target is not None:
        return nullcontext(_Given(choice.target))
    places = choice.places if choice.folders else ()
    if not choice.threaded:
        return StubProcess(["--quiet", *stub_arguments(places)])
    try:
        module = importlib.import_module(_THREADED)
        thread = module.StubThread([place.document for place in places])
    except Exception as error:
        raise StubFault(f"the stub did not start: {error}") from error
    return cast("AbstractContextManager[Running]", thread)
