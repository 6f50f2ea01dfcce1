"""One stub for all of a file's cases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from acceptance.process import Served
from hostile_stub.stub import Stub


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    """A stub as users start it, on loopback."""
    with Served("--quiet") as served:
        yield Stub(served)
