"""Several workers, or two stubs, on one store: what one writes the others read at once."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from stores_proof.cluster import Cluster
from stores_proof.one_truth import Sides, disagreements
from stores_proof.stores import Setup, served, store_of

TURNS = 10


@pytest.mark.parametrize("setup", [Setup("sqlite", 4), Setup("postgresql", 4)], ids=str)
def test_a_worker_reads_what_another_wrote(setup: Setup, cluster: Cluster) -> None:
    """Records, settings, switches, faults and worlds, with no time between."""
    with (
        store_of(setup, cluster) as store,
        served(store) as stub,
        stub.clients(2, setup.workers) as clients,
    ):
        found = disagreements(Sides(*clients.lines), TURNS)

    assert not found


def test_two_stubs_on_one_database_are_one(cluster: Cluster) -> None:
    """As on two hosts; each has its own workers and its own address."""
    with store_of(Setup("postgresql", 1), cluster) as store, ExitStack() as stack:
        lines = [stack.enter_context(served(store)).line() for _ in range(2)]
        found = disagreements(Sides(*lines), TURNS)
        for line in lines:
            line.close()

    assert not found
