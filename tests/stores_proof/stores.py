"""The stores to be proved, each with the numbers of workers it is proved with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from stores_proof.cluster import Cluster
from stores_proof.stub_process import Served


@dataclass(frozen=True)
class Setup:
    """A kind of store, and how many processes serve it."""

    kind: str
    workers: int

    def __str__(self) -> str:
        return f"{self.kind}, {self.workers} worker{'s' * (self.workers > 1)}"


SETUPS = (
    Setup("memory", 1),
    Setup("sqlite", 1),
    Setup("sqlite", 4),
    Setup("postgresql", 1),
    Setup("postgresql", 4),
)


@dataclass
class Store:
    """A store that stubs can be started on, one after the other or several at once."""

    setup: Setup
    address: str
    cluster: Cluster | None = None

    @property
    def options(self) -> list[str]:
        """What `rulebound serve` is told."""
        if self.setup == Setup("memory", 1):
            return []
        return ["--store", self.address, "--workers", str(self.setup.workers)]

    def serve(self, port: int = 0) -> Served:
        """Start a stub on it."""
        return Served(self.options, port=port)


@contextmanager
def store_of(setup: Setup, cluster: Cluster | None = None) -> Iterator[Store]:
    """An empty store; in a cluster of its own when none is given."""
    if setup.kind == "postgresql":
        if cluster is not None:
            yield Store(setup, cluster.database(), cluster)
            return
        with Cluster() as own:
            yield Store(setup, own.database(), own)
        return
    with TemporaryDirectory(prefix="store-") as folder:
        address = "memory" if setup.kind == "memory" else f"sqlite:///{Path(folder) / 'world.db'}"
        yield Store(setup, address)


@contextmanager
def served(store: Store) -> Iterator[Served]:
    """A stub on a store, as long as the context is open."""
    stub = store.serve()
    try:
        yield stub
    finally:
        stub.stop()
