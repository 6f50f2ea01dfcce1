"""The whole stub as one ASGI application, built before it serves anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rulebound.fixtures import LOOKUPS, Seed
from rulebound.fixtures.seed_of_document import load_seed_of, seed_place
from rulebound.mock_server.api import Api, compile_api
from rulebound.mock_server.control.entrance import Entrance
from rulebound.mock_server.control.events import Events
from rulebound.mock_server.dispatcher import Dispatcher
from rulebound.mock_server.driver.application import application
from rulebound.mock_server.gate import Gate
from rulebound.mock_server.guard import Guard
from rulebound.mock_server.hosts import Hosts
from rulebound.mock_server.origins import Origins
from rulebound.mock_server.reception import Limits, Reception
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stores.choosing import worlds_of
from rulebound.mock_server.worlds import Worlds
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.loader import load
from rulebound.openapi.model import Document
from rulebound.openapi.world_fit import misfits
from starlette.types import ASGIApp


@dataclass(frozen=True, slots=True)
class Stub:
    """The APIs served, their worlds, and the application to hand to a server."""

    apis: tuple[Api, ...]
    worlds: Worlds
    vendors: Dispatcher
    app: ASGIApp
    events: Events
    limits: Limits

    async def start(self) -> None:
        """Build what Connexion builds at its first call; a server's lifespan does it too."""
        await self.vendors.start()


def build(settings: Settings) -> Stub:
    """Load, compile and put together everything that `settings` name.

    Raises DocumentError and SeedError with every finding, and StoreError.
    """
    return assemble([load(folder) for folder in settings.apis or shipped()], settings)


def assemble(documents: Sequence[Document], settings: Settings) -> Stub:
    """A stub of documents that are loaded already. Raises what `build` raises."""
    seeds = _seeds(documents)
    found = [f for each in documents for f in misfits(each, seeds[each.name].shapes, LOOKUPS)]
    if found:
        raise DocumentError(found)
    apis = tuple(compile_api(each, seeds[each.name]) for each in documents)
    _tell_apart(apis)
    worlds = worlds_of(settings.store, {seed.name: seed for seed in seeds.values()}, documents)
    vendors = Dispatcher([(api, application(api, shared=worlds.shared)) for api in apis])
    hosts, reception = Hosts(settings.host, settings.allow_hosts), Reception(settings.limits)
    guarded = Guard(vendors, worlds, reception)
    inside = Entrance(guarded, apis, worlds, settings, reception, hosts)
    gate = Gate(inside, Origins(inside, settings.origins), vendors, hosts, reception)
    return Stub(apis, worlds, vendors, gate, inside.events, settings.limits)


def shipped() -> tuple[Path, ...]:
    """The API folders that come with Rulebound, by name."""
    room = Path(str(files("rulebound.openapi")))
    return tuple(sorted(each.parent for each in room.glob("*/openapi.yaml")))


def _seeds(documents: Sequence[Document]) -> dict[str, Seed]:
    """Document name -> its seed; documents that name the same one share it."""
    known: dict[str | Path, Seed] = {}
    found: dict[str, Seed] = {}
    for document in documents:
        source = seed_place(document)
        if source not in known:
            known[source] = load_seed_of(document)
        found[document.name] = known[source]
    return found


def _tell_apart(apis: Sequence[Api]) -> None:
    """Raises DocumentError for two APIs whose requests could not be told apart."""
    taken: dict[str, str] = {}
    for api in apis:
        for what in (f"name {api.document.name}", f"path {api.mount or '/'}"):
            if what in taken:
                message = f"{api.document.name} has the same {what} as {taken[what]}"
                instead = "serve one of them, or give it another server path"
                raise DocumentError([Finding("openapi.yaml", 1, "/servers", message, instead)])
            taken[what] = api.document.name
