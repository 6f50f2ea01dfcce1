"""The seed as a deployment has it: its ids stay those of the seed, all else is as the profile
binds it, so that drawing, the second reading and the model speak of the same names everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from rulebound.contract_tests.targets.deployed.wording import bound_texts
from rulebound.contract_tests.targets.target import NotReached
from rulebound.fixtures.actors import AccessKey
from rulebound.fixtures.clock import SEED_TIME
from rulebound.fixtures.dates import format_date, parse_date
from rulebound.fixtures.layers import Base
from rulebound.fixtures.profiles import FromEnvironment, MissingSecret, Profile
from rulebound.fixtures.records import Record
from rulebound.fixtures.seeds import Seed

_LIVE = ("session", "token")
_DATES = ("expires", "opened", "lastUsed")


@dataclass(frozen=True)
class BoundSeed:
    """A seed and the profile that binds it; `now` is the time when the run began."""

    profile: Profile
    seed: Seed
    now: datetime

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The names that stand for nothing there, and those that are only made when wanted."""
        return tuple(
            name
            for name in self.seed.names
            if not self._is_live(name) and "id" not in self._fields(name)
        )

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """Id of the seed -> id there. Credentials are left out: they change while a run goes on."""
        return {
            record["id"]: str(self._fields(name)["id"])
            for name, record in self.seed.names.items()
            if "id" in self._fields(name) and not self._is_live(name)
        }

    @cached_property
    def texts(self) -> Mapping[str, Any]:
        """Texts of the seed that are called otherwise there; ids are exchanged on the way."""
        found = bound_texts(self.profile, self.seed, _read)
        return {text: there for text, there in found.items() if text not in self.ids}

    def bound(self) -> Seed:
        """The seed with the fields that the profile binds, and its settings."""
        names = {name: self._record(name, record) for name, record in self.seed.names.items()}
        bases = {table: self._base(table, names) for table in self.seed.bases}
        own = self.profile.world(self.seed.name).settings
        settings = replace(
            self.seed.settings,
            defaults=MappingProxyType({**self.seed.settings.defaults, **own}),
        )
        return replace(self.seed, names=names, bases=bases, settings=settings)

    @cached_property
    def _by_id(self) -> Mapping[str, str]:
        return {there: here for here, there in self.ids.items()}

    def _is_live(self, name: str) -> bool:
        """Whether a name is what an actor proves itself with, which the profile says as such."""
        table, _, rest = name.partition(".")
        return table in _LIVE and rest in self.profile.world(self.seed.name).actors

    def _fields(self, name: str) -> dict[str, Any]:
        bound = self.profile.world(self.seed.name).record(name)
        if bound is None or bound.provision is not None:
            return {}
        fields = {**bound.fields, **(bound.each[0] if bound.each else {})}
        return {key: _known(name, key, value) for key, value in fields.items()}

    def _base(self, table: str, names: Mapping[str, Record]) -> Base:
        named = (name for name in names if name.partition(".")[0] == table)
        return Base(table, {names[name]["id"]: names[name] for name in named})

    def _record(self, name: str, record: Record) -> Record:
        table = name.partition(".")[0]
        if table in _LIVE:
            # An actor's credential is bound for what it is there: one that has ended, or not.
            return {**record, **{key: self._moved(record[key]) for key in _DATES if key in record}}
        fields = {key: self._back(value) for key, value in self._fields(name).items()}
        known = {key: value for key, value in fields.items() if key in record}
        if name in self._keys:
            known.pop("secret", None)
        return {**record, **known, "id": record["id"]}

    @cached_property
    def _keys(self) -> frozenset[str]:
        """The names of the keys that actors hold; what stands in them are credentials."""
        held = {a.credential.value for a in self.seed.actors.values() if _is_key(a.credential)}
        return frozenset(name for name, row in self.seed.names.items() if row["id"] in held)

    def _back(self, value: Any) -> Any:
        """A value of the profile with the ids of the seed in it."""
        if isinstance(value, str):
            return self._by_id.get(value, value)
        if isinstance(value, Mapping):
            return {key: self._back(item) for key, item in value.items()}
        return [self._back(item) for item in value] if isinstance(value, list) else value

    def _moved(self, date: str | None) -> str | None:
        """A date of a credential as near to now as it is to the seed's time."""
        moment = parse_date(date)
        return None if moment is None else format_date(moment + (self.now - SEED_TIME))


def _is_key(credential: object) -> bool:
    return isinstance(credential, AccessKey)


def _known(name: str, key: str, value: Any) -> Any:
    try:
        return _read(name, key, value)
    except NotReached:
        return None


def _read(name: str, key: str, value: Any) -> Any:
    if not (isinstance(value, Mapping) and value.keys() == {"env"}):
        return value
    try:
        return FromEnvironment(str(value["env"])).value()
    except MissingSecret as error:
        raise NotReached(f"{name}.{key}: {error}") from error
