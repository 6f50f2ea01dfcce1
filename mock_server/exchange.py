"""What travels with one request, from the guard to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rulebound.fixtures import World
    from rulebound.mock_server.worlds import ServedWorld

_EXTENSION = "rulebound"
LINE = "rulebound.line"
"""The extension of the ASGI scope by which a connection is ended: see `protocol.Line`."""
TRIAL = "rulebound.trial"
"""In the extensions of a scope: a ServedWorld that is met in place of the one asked for."""


@dataclass(slots=True)
class Exchange:
    """One request as the guard read it, and the world it meets.

    `fault` says why the request cannot be taken at all (an answer of 400 that no rule of a page
    speaks of); `body_fault` why its body cannot be read, which the judge knows as a rule.
    `root` is the context root that stood before the API's path, to be kept in links. A `silent`
    one is not noted in the journal; of another one `number` is the entry. `injected` says which
    faults of the desk it met, `past` is the old state that one of them lets it see.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    served: ServedWorld
    body: bytes = b""
    fault: str | None = None
    body_fault: str | None = None
    root: str = ""
    scratch: bool = False
    wants_digest: bool = False
    own_world: World | None = None
    silent: bool = False
    number: int = 0
    began: float = field(default_factory=perf_counter)
    injected: str | None = None
    past: World | None = None

    def header(self, name: str) -> str | None:
        """The value of the header `name` (lower case), or None."""
        for each, value in self.headers:
            if each == name:
                return value
        return None

    def world(self, seed: str) -> World:
        """The world of `seed` that this request meets; with `scratch` a fork of its own."""
        if self.own_world is None:
            if not self.scratch:
                return self.served.worlds[seed]
            self.own_world = self.served.worlds[seed].fork()
        return self.own_world


def attach(scope: Any, exchange: Exchange) -> None:
    """Let `exchange` travel in the ASGI scope.

    Routing hands a copy of the scope on, but the extensions are shared by all copies.
    """
    scope.setdefault("extensions", {})[_EXTENSION] = exchange


def exchange_of(scope: Mapping[str, Any]) -> Exchange:
    """The exchange attached to `scope`."""
    found: Exchange = scope["extensions"][_EXTENSION]
    return found


def operation_id_of(scope: Mapping[str, Any]) -> str | None:
    """The id of the operation that Connexion's routing found, or None."""
    routing = scope["extensions"].get("connexion_routing", {})
    found: str | None = routing.get("operation_id")
    return found
