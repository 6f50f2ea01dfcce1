"""What a profile binds to the names of a world, as far as it is known without asking anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rulebound.contract_tests.credentials import Held
from rulebound.contract_tests.targets.deployed.wording import bound_texts
from rulebound.contract_tests.targets.target import NotReached
from rulebound.fixtures.actors import AccessKey, Session, Token
from rulebound.fixtures.profiles import BoundRecord, Keys, Profile
from rulebound.fixtures.seeds import Seed

MADE = "MADE"


@dataclass(frozen=True)
class ForeseenNames:
    """`seeded`: names stand for the seed's own records. Credentials are shown as their names; the
    names of records that were asked for are collected in `used`."""

    profile: Profile
    seeded: bool
    used: set[str] = field(default_factory=set)

    def record(self, seed: Seed, name: str) -> Mapping[str, Any]:
        """What would stand for a record. Raises KeyError and NotReached."""
        if self.seeded or name not in seed.names:
            return seed.names[name]
        table, _, rest = name.partition(".")
        if table in ("session", "token") and rest in self.profile.world(seed.name).actors:
            return {"id": f"${table}_{rest}".upper().replace("-", "_")}
        bound = self.profile.world(seed.name).record(name)
        self.used.add(name)
        if bound is None:
            raise NotReached(f"the profile binds no record {name}")
        # What is read anew before each use is not known yet.
        unread = dict.fromkeys(self._read(seed, table), f"${table.upper()}")
        return {**unread, **_fields(bound)}

    def _read(self, seed: Seed, table: str) -> Mapping[str, Any]:
        read = self.profile.world(seed.name).reads.get(table)
        return {} if read is None else read.fields

    def held(self, seed: Seed, actor: str) -> Held:
        """A credential that shows whose it would be. Raises NotReached."""
        name = actor.upper().replace("-", "_")
        if self.seeded:
            held = seed.actors[actor].credential
        else:
            proof = self.profile.world(seed.name).actors.get(actor)
            if proof is None:
                raise NotReached(f"the profile binds no actor {actor}")
            held = AccessKey("", "") if isinstance(proof, Keys) else Token("")
            if isinstance(seed.actors[actor].credential, Session):
                held = Session("")
        match held:
            case AccessKey():
                return AccessKey(f"$KEY_{name}", f"$SECRET_{name}")
            case Session():
                return Session(f"$SESSION_{name}")
        return Token(f"$TOKEN_{name}")

    def texts(self, seed: Seed) -> Mapping[str, Any]:
        """Texts that read otherwise on the deployment."""
        return bound_texts(self.profile, seed, lambda name, key, value: _shown(value))


def _fields(bound: BoundRecord) -> dict[str, Any]:
    first = bound.each[0] if bound.each else {}
    made = {} if bound.provision is None else {**bound.provision.fields, "id": MADE}
    return {key: _shown(value) for key, value in {**bound.fields, **first, **made}.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping) and value.keys() == {"env"}:
        return f"${value['env']}"
    return value
