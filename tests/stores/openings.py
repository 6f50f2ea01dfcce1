"""Worlds in stores to be tried: each store opened twice, as two processes open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rulebound.fixtures import load_seed
from rulebound.mock_server.stores.choosing import worlds_of
from rulebound.mock_server.worlds import Worlds
from rulebound.openapi.loader import load
from stores_proof.cluster import Cluster

TESTS = Path(__file__).parents[1]
LIBRARY = load(TESTS / "mock_server" / "library")
SEEDS = {
    seed.name: seed
    for seed in (
        load_seed(TESTS / "fixtures" / "small"),
        load_seed(TESTS / "mock_server" / "library" / "shelves"),
    )
}


@dataclass(frozen=True)
class Opened:
    """The worlds of one store, as two processes have them; of memory there is only one."""

    here: Worlds
    there: Worlds
    address: str

    @property
    def shared(self) -> bool:
        """Whether they are two."""
        return self.here is not self.there


def worlds_at(address: str) -> Worlds:
    """The worlds of a store, with the small seed and the library."""
    return worlds_of(address, SEEDS, [LIBRARY])


@contextmanager
def opened(address: str) -> Iterator[Opened]:
    """A store opened twice."""
    here = worlds_at(address)
    there = here if address == "memory" else worlds_at(address)
    try:
        yield Opened(here, there, address)
    finally:
        here.close()
        there.close()


KINDS = ("memory", "sqlite", "postgresql")


def address_of(kind: str, folder: Path, cluster: Callable[[], Cluster]) -> str:
    """The address of an empty store of a kind."""
    if kind == "postgresql":
        return cluster().database()
    return "memory" if kind == "memory" else f"sqlite:///{folder / 'worlds.db'}"
