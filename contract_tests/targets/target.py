"""What the runner asks of a target, and of the place on it where one case happens."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rulebound.contract_tests.credentials import Held, as_seeded
from rulebound.contract_tests.wire.message import Answer, WireRequest
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.model import Tolerated


class NotReached(Exception):
    """The case cannot be conducted on this target; the text says why."""


class BudgetSpent(NotReached):
    """No request of the budget is left, for this and all that comes after it."""


@dataclass(frozen=True)
class Needs:
    """What a case needs: `alone` when it is one request, so that a throwaway state will do.

    `operation` is the one it is about; `relies` are settings it takes to be as in the seed;
    `burst` says that it goes beyond a rate limit.
    """

    seed: str
    settings: Mapping[str, Any]
    alone: bool
    operation: str = ""
    relies: frozenset[str] = frozenset()
    burst: bool = False


class Names(Protocol):
    """What stands on a target for the names of a world."""

    def record(self, seed: Seed, name: str) -> Mapping[str, Any]:
        """The record of this name. Raises KeyError for an unknown name, NotReached where it is
        not to be had here."""

    def held(self, seed: Seed, actor: str) -> Held:
        """What an actor proves itself with. Raises ValueFault for an unknown one, NotReached."""

    def texts(self, seed: Seed) -> Mapping[str, Any]:
        """Texts of the world that are called otherwise here."""


class AsSeeded:
    """Names on a target that holds the very seed."""

    frozen = True
    clean = True

    @staticmethod
    def record(seed: Seed, name: str) -> Mapping[str, Any]:
        return seed.names[name]

    @staticmethod
    def held(seed: Seed, actor: str) -> Held:
        return as_seeded(seed, actor)

    @staticmethod
    def texts(seed: Seed) -> Mapping[str, Any]:
        return {}

    @staticmethod
    def moved() -> str | None:
        return None

    @staticmethod
    def residue() -> str | None:
        return None


class Scene(Names, Protocol):
    """The state one case happens in."""

    @property
    def now(self) -> datetime:
        """The time it is there."""

    @property
    def clean(self) -> bool:
        """Whether nothing is there that earlier cases of the run left."""

    def moved(self) -> str | None:
        """What the scene stands on and shows otherwise than it was bound, in words; None where
        everything is as bound, or shows nothing."""

    def residue(self) -> str | None:
        """Something the scene stands on that an earlier case of the run has changed; None where
        everything is as it was bound."""

    @property
    def frozen(self) -> bool:
        """Whether time stands still there, so that `now` is exact."""

    @property
    def digest(self) -> str | None:
        """A text for all records as they were after the last request; None where unknown."""

    def send(self, request: WireRequest) -> Answer:
        """Send a request. Raises TargetFault and UnsendableRequest."""

    def send_guarded(self, request: WireRequest, status: int = 0) -> tuple[Answer, bool | None]:
        """Send a request that should be refused with `status` (0: not known) and change nothing;
        the second value says whether it kept to that, None where this cannot be seen."""

    def advance(self, seconds: float) -> None:
        """Let time pass. Raises NotReached where it cannot."""

    def records(
        self, seed: str, table: str, where: Mapping[str, Any], fields: Collection[str] = ()
    ) -> list[Mapping[str, Any]]:
        """The records of a table whose fields are as in `where`; `fields` are looked at besides.

        Raises NotReached where they cannot be looked at.
        """


class Target(Protocol):
    """A server under proof. `strict` holds it to everything declared; `stamp` makes texts that
    must be unique different from those of earlier runs."""

    @property
    def url(self) -> str:
        """Where it answers."""

    @property
    def strict(self) -> bool:
        """Whether it is a stub of ours: worlds, settings, clock, and every answer as declared."""

    @property
    def stamp(self) -> str:
        """Differs between runs that see each other's records."""

    @property
    def mark(self) -> str:
        """What is written into the records a run makes; empty where they vanish by themselves."""

    @property
    def lasting(self) -> bool:
        """Whether what a case leaves is there for the next one."""

    def tolerates(self, rule: str) -> tuple[Tolerated, ...]:
        """Further answers that are accepted here where a rule refuses."""

    def scene(self, needs: Needs) -> AbstractContextManager[Scene]:
        """A state for one case, as seeded where that can be had. Raises NotReached."""

    def close(self) -> None:
        """Give back what was taken: connections, worlds, processes."""
