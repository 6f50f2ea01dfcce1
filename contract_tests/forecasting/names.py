"""What a profile binds to the names of a world, as far as it is known without asking anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rulebound.contract_tests.credentials import Held, as_seeded
from rulebound.contract_tests.targets.deployed.proofs import (
    actor_name,
    field_name,
    is_secret_field,
)
from rulebound.contract_tests.targets.deployed.standins import LIVE
from rulebound.contract_tests.targets.deployed.wording import bound_texts
from rulebound.contract_tests.targets.target import NotReached
from rulebound.fixtures.actors import AccessKey, Session, Token
from rulebound.fixtures.profiles import (
    BoundRecord,
    GivenSession,
    Keys,
    Login,
    Profile,
    Proof,
)
from rulebound.fixtures.seeds import Seed

MADE = "MADE"


@dataclass(frozen=True)
class ForeseenNames:
    """`seeded`: names stand for the seed's own records. Credentials are shown as their names.

    The records that were asked for are collected in `used`, by name, as far as they are known
    before they are read; the actors in `proven`, by world and name.
    """

    profile: Profile
    seeded: bool
    used: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    proven: set[tuple[str, str]] = field(default_factory=set)
    _texts: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def forget(self) -> None:
        """Begin with another scene."""
        self.used.clear()
        self.proven.clear()

    def record(self, seed: Seed, name: str) -> Mapping[str, Any]:
        """What would stand for a record. Raises KeyError and NotReached."""
        if self.seeded or name not in seed.names:
            return seed.names[name]
        table, _, rest = name.partition(".")
        world = self.profile.world(seed.name)
        if table in LIVE and rest in world.actors:
            held = self.held(seed, rest)
            return {"id": held.value} | (
                {"secret": held.secret} if isinstance(held, AccessKey) else {}
            )
        bound = world.record(name)
        if bound is None:
            raise NotReached(f"the profile binds no record {name}")
        self.used[name] = known = _fields(name, bound)
        # What is read anew before each use is not known yet.
        return {**self.unread(seed, table), **known}

    def unread(self, seed: Seed, table: str) -> Mapping[str, Any]:
        """What a reading shows of a record, each field as a name."""
        read = self.profile.world(seed.name).reads.get(table)
        return {} if read is None else dict.fromkeys(read.fields, f"${table.upper()}")

    def held(self, seed: Seed, actor: str) -> Held:
        """A credential that shows whose it would be. Raises NotReached."""
        name = actor_name(actor)
        if self.seeded:
            held = as_seeded(seed, actor)
        else:
            proof = self.profile.world(seed.name).actors.get(actor)
            if proof is None:
                raise NotReached(f"the profile binds no actor {actor}")
            self.proven.add((seed.name, actor))
            held = _kind(proof)
        match held:
            case AccessKey():
                return AccessKey(f"$KEY_{name}", f"$SECRET_{name}")
            case Session():
                return Session(f"$SESSION_{name}")
        return Token(f"$TOKEN_{name}")

    def texts(self, seed: Seed) -> Mapping[str, Any]:
        """Texts that read otherwise on the deployment."""
        if seed.name not in self._texts:
            self._texts[seed.name] = bound_texts(self.profile, seed, _shown)
        return self._texts[seed.name]


def _kind(proof: Proof) -> Held:
    match proof:
        case Keys():
            return AccessKey("", "")
        case Login() | GivenSession():
            return Session("")
    return Token("")


def _fields(name: str, bound: BoundRecord) -> dict[str, Any]:
    first = bound.each[0] if bound.each else {}
    made = {} if bound.provision is None else {**bound.provision.fields, "id": MADE}
    fields = {**bound.fields, **first, **made}
    return {key: _shown(name, key, value) for key, value in fields.items()}


def _shown(name: str, key: str, value: Any) -> Any:
    """A field without its secret."""
    if isinstance(value, Mapping) and value.keys() == {"env"}:
        return f"${value['env']}"
    return f"${field_name(name, key)}" if is_secret_field(name, key) else value
