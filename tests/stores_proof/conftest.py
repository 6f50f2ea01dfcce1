"""One PostgreSQL server for all proofs that do not kill it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stores_proof.cluster import Cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A server on loopback; each proof works in a database of its own."""
    with Cluster() as started:
        yield started
