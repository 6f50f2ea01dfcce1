"""One stub, started by the installed command, for all tests; a world of its own for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from acceptance.process import Served
from acceptance.wire import Caller


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The stub with every API that comes with Rulebound."""
    with Served() as stub:
        yield stub


@pytest.fixture(scope="session")
def stub(served: Served) -> Caller:
    """A caller that names no world."""
    return Caller(served.url)


@pytest.fixture
def world(stub: Caller) -> Caller:
    """A caller in a fresh world whose clock stands at the seed's time."""
    return stub.new_world()
