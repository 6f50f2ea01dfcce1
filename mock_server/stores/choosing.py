"""The worlds of the store that is asked for, and whether it can be served as asked."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from rulebound.fixtures import Seed
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stores.address import address_of
from rulebound.mock_server.stores.faults import StoreError
from rulebound.mock_server.worlds import Worlds
from rulebound.openapi.model import Document


def check(settings: Settings) -> None:
    """Raises StoreError for a store that cannot be served so."""
    shared = address_of(settings.store).shared
    if settings.workers > 1 and not shared:
        why = f"{settings.workers} workers have no memory in common that worlds could stand in"
        raise StoreError(f"{why}; write --store sqlite:///worlds.db, or --workers 1")
    if settings.workers > 1 and not hasattr(os, "fork"):
        raise StoreError("this system serves by one process only; write --workers 1")
    if settings.watch and shared:
        why = "--watch begins with fresh worlds after each change, and a store keeps those it has"
        raise StoreError(f"{why}; leave out --watch, or --store")


def worlds_of(store: str, seeds: Mapping[str, Seed], documents: Sequence[Document]) -> Worlds:
    """The worlds in the store of this address, prepared if it is new. Raises StoreError."""
    address = address_of(store)
    if not address.shared:
        return Worlds(seeds)
    # What speaks to databases takes memory, and a while to import.
    from rulebound.mock_server.stores.engine import Database  # noqa: PLC0415
    from rulebound.mock_server.stores.shared import SharedWorlds  # noqa: PLC0415

    return SharedWorlds(seeds, documents, Database(address))
