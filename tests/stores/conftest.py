"""An empty store of each kind, opened twice; one PostgreSQL server for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from stores.openings import KINDS, Opened, address_of, opened
from stores_proof.cluster import Cluster


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server on loopback; each test has a database of its own."""
    with Cluster() as started:
        yield started


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """A store of each kind."""
    address = address_of(request.param, tmp_path, lambda: request.getfixturevalue("postgresql"))
    with opened(address) as found:
        yield found


@pytest.fixture(params=KINDS[1:])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """A store of each kind that processes share."""
    address = address_of(request.param, tmp_path, lambda: request.getfixturevalue("postgresql"))
    with opened(address) as found:
        yield found
