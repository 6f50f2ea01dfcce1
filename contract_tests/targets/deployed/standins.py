"""What stands on a deployment for the records of a world: bound, used up one by one, or made."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.keyring import Keyring
from rulebound.contract_tests.targets.deployed.looking import Looking
from rulebound.contract_tests.targets.deployed.proofs import field_name, is_secret_field
from rulebound.contract_tests.targets.deployed.wording import bound_texts
from rulebound.contract_tests.targets.target import NotReached
from rulebound.fixtures.actors import AccessKey
from rulebound.fixtures.profiles import (
    BoundRecord,
    FromEnvironment,
    MissingSecret,
    Profile,
    Provision,
)
from rulebound.fixtures.seeds import Seed

LIVE = ("session", "token")
"""Tables in which a record stands for what an actor holds."""
Maker = Callable[[Seed, Provision], Mapping[str, Any]]
"""Makes a record on the deployment and gives its fields, its id among them."""


@dataclass
class Supply:
    """Which of several records a case may have next: of `share` runs at once this one, at `place`
    among them from 0, has every so-manieth. For many threads."""

    share: int = 1
    place: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def next(self, name: str, bound: BoundRecord) -> Mapping[str, Any]:
        """The next one of `each`. Raises NotReached when every one was taken."""
        with self._lock:
            number = self.place + self.taken[name] * self.share
            if number >= len(bound.each):
                shared = "" if self.share == 1 else f", shared by {self.share} runs"
                says = f"the supply of {name} is used up: the profile has {len(bound.each)}{shared}"
                raise NotReached(says)
            self.taken[name] += 1
        return {**bound.fields, **bound.each[number]}


class Lacking(dict[str, Any]):
    """A record of which some fields are not to be had: only who asks for one hears why."""

    def __init__(self, fields: Mapping[str, Any], lacking: Mapping[str, NotReached]) -> None:
        super().__init__(fields)
        self._lacking = {key: why for key, why in lacking.items() if key not in fields}

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self._lacking

    def __missing__(self, key: str) -> Any:
        raise self._lacking.get(key) or KeyError(key)


@dataclass
class StandIns:
    """The records of one scene: a name means the same record from its beginning to its end.

    `worded` are the texts that are called otherwise, by seed, which are the same in every scene;
    `seeded`: the names stand for the seed's own records. `uses_up`: whether the case changes
    things, so that a supply must give it a record of its own.
    """

    profile: Profile
    keyring: Keyring
    supply: Supply
    make: Maker
    looking: Looking
    vault: Vault
    uses_up: bool
    seeded: bool = False
    _known: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _moved: dict[str, str] = field(default_factory=dict)
    _own: set[str] = field(default_factory=set)
    worded: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def record(self, seed: Seed, name: str) -> Mapping[str, Any]:
        """The record that stands for a name.

        Raises KeyError for a name the seed does not have, and NotReached where the profile has
        nothing for it, or it cannot be had.
        """
        if self.seeded or name not in seed.names:
            return seed.names[name]
        if name not in self._known:
            table, _, rest = name.partition(".")
            if table in LIVE and rest in self.profile.world(seed.name).actors:
                self._known[name] = self._live(seed, rest)
            else:
                self._known[name] = self._bound(seed, name)
        return self._known[name]

    @property
    def names(self) -> frozenset[str]:
        """The names that were asked for and mean the same in other scenes: not those of a record
        made for this one, or taken from a supply."""
        return frozenset(self._known) - self._own

    def moved(self) -> str | None:
        """What a record asked for shows otherwise than the profile says, in words; else None."""
        return next(iter(self._moved.values()), None)

    def known(self, table: str, id: Any) -> Mapping[str, Any]:
        """What the scene knows of a record with this id; nothing of one it does not stand on."""
        for name, record in self._known.items():
            if name.partition(".")[0] == table and record.get("id") == id:
                return record
        return {}

    def texts(self, seed: Seed) -> Mapping[str, Any]:
        """Texts that the records of the seed have and that read otherwise here.

        Raises nothing: what the environment should hold and does not is left as it is.
        """
        if seed.name not in self.worded:
            self.worded[seed.name] = bound_texts(self.profile, seed, self._read)
        return self.worded[seed.name]

    def _live(self, seed: Seed, actor: str) -> Mapping[str, Any]:
        held = self.keyring.held(seed.name, actor)
        if isinstance(held, AccessKey):
            return {"id": held.value, "secret": held.secret}
        return {"id": held.value}

    def _read(self, name: str, key: str, value: Any) -> Any:
        """A field as the profile has it; one that the environment holds is a secret."""
        if isinstance(value, Mapping) and value.keys() == {"env"}:
            try:
                value = FromEnvironment(str(value["env"])).value()
            except MissingSecret as error:
                raise NotReached(f"{name}: {error}") from error
            self.vault.add(value, field_name(name, key))
        elif isinstance(value, str) and is_secret_field(name, key):
            self.vault.add(value, field_name(name, key))
        return value

    def _bound(self, seed: Seed, name: str) -> Mapping[str, Any]:
        bound = self.profile.world(seed.name).record(name)
        if bound is None:
            raise NotReached(f"the profile binds no record {name}")
        if bound.provision is not None:
            record = {**bound.fields, **self.make(seed, bound.provision)}
            self._own.add(name)
        elif bound.each:
            record = {**bound.fields, **bound.each[0]}
            if self.uses_up:
                record = dict(self.supply.next(name, bound))
                self._own.add(name)
        else:
            record = dict(bound.fields)
        known, lacking = dict[str, Any](), dict[str, NotReached]()
        for key, value in record.items():
            try:
                known[key] = self._read(name, key, value)
            except NotReached as error:
                lacking[key] = error
        found = self.looking.refreshed(seed, name.partition(".")[0], known)
        for key, value in known.items():
            if str(found[key]) != str(value):
                says = f"{name} is not as bound: {key} is {found[key]}, the profile says {value}"
                self._moved.setdefault(name, says)
        return Lacking(found, lacking) if lacking else found
