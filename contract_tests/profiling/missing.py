"""What a profile lacks of what rules need, and which rules that keeps from being reached."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.profiling.copies import stem_of
from rulebound.contract_tests.profiling.names import Need, Needed
from rulebound.contract_tests.profiling.standing import standing
from rulebound.contract_tests.profiling.variables import is_unset, unset_of
from rulebound.contract_tests.targets.permits import allowed, patience
from rulebound.fixtures.profiles import BoundRecord, Profile
from rulebound.fixtures.seeds import Seed

BINDABLE = ("api", "actor", "record")
"""Kinds of needs that binding a name meets; the rest lies in what the deployment is."""


@dataclass(frozen=True)
class Gap:
    """Something that is not there: its kind and name, what of it is wanted (fields, values,
    seconds, variables), and the rules that cannot be reached without it."""

    kind: str
    world: str
    name: str
    details: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """What a profile has of what is needed."""

    profile: Profile
    apis: Apis
    needed: Needed

    @cached_property
    def missing(self) -> Mapping[str, frozenset[Need]]:
        """Rule id -> what is not there of what it needs; rules that lack nothing are left out."""
        known: dict[Need, bool] = {}
        found: dict[str, frozenset[Need]] = {}
        for rule, own in self.needed.rules.items():
            needs = standing(self.profile, self.apis, own)
            for need in needs - known.keys():
                known[need] = self.has(need)
            lacking = frozenset(need for need in needs if not known[need])
            if lacking:
                found[rule] = lacking
        return found

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing by name, what keeps most rules from being reached first."""
        rules: dict[tuple[str, str, str], dict[str, None]] = {}
        details: dict[tuple[str, str, str], set[str]] = {}
        for rule, needs in self.missing.items():
            for need in needs:
                key = need.kind, need.world, self._stem(need)
                rules.setdefault(key, {})[rule] = None
                details.setdefault(key, set()).update(self._detail(need))
        gaps = [Gap(*key, tuple(sorted(details[key])), tuple(rules[key])) for key in rules]
        return tuple(sorted(gaps, key=lambda gap: (-len(gap.rules), gap.kind, gap.world, gap.name)))

    def _detail(self, need: Need) -> list[str]:
        """What to tell of a need: of an actor that is bound, the variables that are not set."""
        proof = self.profile.world(need.world).actors.get(need.name)
        if need.kind == "actor" and proof is not None:
            return unset_of(proof)
        return [need.detail] if need.detail else []

    def _stem(self, need: Need) -> str:
        """The name a need is told by: copies by what they were made from."""
        seed = self._seeds.get(need.world)
        if need.kind != "record" or seed is None:
            return need.name
        return stem_of(seed, need.name) or need.name

    @cached_property
    def _seeds(self) -> Mapping[str, Seed]:
        return {api.seed.name: api.seed for api in self.apis.all}

    def has(self, need: Need) -> bool:
        """Whether the deployment has it, by what the profile says."""
        world = self.profile.world(need.world)
        match need.kind:
            case "api":
                return need.name in self.profile.apis
            case "effect":
                return need.detail in allowed(self.profile)
            case "actor":
                return need.name in world.actors and not unset_of(world.actors[need.name])
            case "record":
                return self._has_record(need)
            case "setting":
                wanted: object = json.loads(need.detail)
                return wanted == self._setting(need.world, need.name)
            case "table":
                return self._reads(need) if need.detail else need.name in world.reads
            case "now":
                return False
            case "clock":
                return float(need.detail) <= patience(self.profile)
        return True

    def _reads(self, need: Need) -> bool:
        """Whether a field of a table can be read."""
        table = need.name.partition(".")[0]
        read = self.profile.world(need.world).reads.get(table)
        # What lies deeper comes with the field it lies in.
        return read is not None and not {need.detail, need.detail.partition(".")[0]}.isdisjoint(
            read.fields
        )

    def _setting(self, world: str, name: str) -> object:
        seed = self._seeds.get(world)
        seeded = {} if seed is None else seed.settings.defaults
        return {**seeded, **self.profile.world(world).settings}.get(name)

    def _has_record(self, need: Need) -> bool:
        bound = self.profile.world(need.world).record(need.name)
        if bound is None:
            return False
        return self._reads(need) or all(holds(fields, need.detail) for fields in _fields(bound))


def _fields(bound: BoundRecord) -> Iterator[Mapping[str, Any]]:
    """The fields of every record that a name may stand for."""
    if bound.provision is not None:
        # What makes a record gives it an id.
        yield {"id": "", **bound.fields, **bound.provision.fields}
    elif bound.each:
        yield from ({**bound.fields, **one} for one in bound.each)
    else:
        yield bound.fields


def holds(fields: Mapping[str, Any], path: str) -> bool:
    """Whether a field is given, if by a variable by one that is set; a dotted one lies deeper."""
    value: Any = fields
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    return not is_unset(value)
