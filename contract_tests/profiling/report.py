"""What a check of a profile found, as data."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.profiling.copies import gathered
from rulebound.contract_tests.profiling.making import makers
from rulebound.contract_tests.profiling.missing import BINDABLE, Coverage, Gap
from rulebound.contract_tests.profiling.names import Needed, needed
from rulebound.contract_tests.profiling.unknown import unknown_names
from rulebound.contract_tests.profiling.variables import unset, unset_of
from rulebound.fixtures.profiles import Profile
from rulebound.openapi.findings import Finding

ACCEPTED, GOT, GIVEN = "accepted", "got", "given"
"""How a credential was tried: shown to an operation that reads, got from where it is given out, or
taken as the profile has it."""


@dataclass(frozen=True)
class Probed:
    """A credential that was tried; `fault` is what is wrong with it, None for nothing."""

    world: str
    actor: str
    how: str
    fault: str | None


Probe = Callable[[str, str], Probed]
"""Tries the credential of an actor of a world."""


@dataclass(frozen=True)
class ProfileReport:
    """What is bound and what is not.

    `bound`: API, actor, record -> how many of the needed ones are there, and how many are needed.
    `rules` and `reached` count the rules of the profile's APIs, and those that lack nothing.
    `missing` can be bound; `beyond` lies in what the deployment is, or allows. `made_by`: a missing
    record -> the operations that can make it. `untried`: APIs without an address -> their rules.
    """

    profile: str
    file: str
    bound: Mapping[str, tuple[int, int]]
    rules: int
    reached: int
    missing: tuple[Gap, ...]
    beyond: tuple[Gap, ...]
    made_by: Mapping[str, tuple[str, ...]]
    untried: Mapping[str, int]
    unknown: tuple[Finding, ...]
    unset: Mapping[str, list[str]]
    probed: tuple[Probed, ...]

    @property
    def is_fine(self) -> bool:
        """Whether nothing that could be filled in is missing or wrong."""
        failed = any(each.fault is not None for each in self.probed)
        return not (self.missing or self.unknown or self.unset or failed)

    def as_data(self) -> dict[str, Any]:
        """As plain JSON."""
        unknown = [
            {"file": each.file, "line": each.line, "message": each.message, "write": each.instead}
            for each in self.unknown
        ]
        return {**asdict(self), "unknown": unknown, "fine": self.is_fine}


def checked(
    profile: Profile, apis: Apis, chosen: tuple[PlannedRule, ...], probe: Probe | None
) -> ProfileReport:
    """Everything about a profile as far as the chosen rules need it; `probe` None tries no
    credential.

    Raises DocumentError where the file cannot be read again.
    """
    whole = needed(apis, chosen)
    tried = {
        each.rule.id
        for each in chosen
        # A profile without any address lacks them all.
        if not profile.apis or each.api.name in profile.apis
    }
    known = Needed({rule: needs for rule, needs in whole.rules.items() if rule in tried})
    coverage = Coverage(profile, apis, known)
    missing = tuple(gap for gap in coverage.gaps if gap.kind in BINDABLE)
    return ProfileReport(
        profile=profile.name,
        file=str(profile.path),
        bound={kind: _bound(coverage, known, kind) for kind in BINDABLE},
        rules=len(known.rules),
        reached=len(known.rules) - len(coverage.missing),
        missing=missing,
        beyond=tuple(gap for gap in coverage.gaps if gap.kind not in BINDABLE),
        made_by=_made_by(apis, missing),
        untried=_untried(apis, whole, profile),
        unknown=tuple(unknown_names(profile, apis)),
        unset=unset(profile),
        probed=() if probe is None else tuple(probe(*each) for each in held(profile, apis)),
    )


def _bound(coverage: Coverage, known: Needed, kind: str) -> tuple[int, int]:
    names: dict[tuple[str, str], list[str]] = {}
    for world, name in known.counts(kind):
        names.setdefault((world, name), [])
    lacking = {(gap.kind, gap.world, gap.name) for gap in coverage.gaps}
    keys = _stems(coverage.apis, names) if kind == "record" else set(names)
    there = [key for key in keys if (kind, *key) not in lacking]
    return len(there), len(keys)


def _stems(apis: Apis, names: Mapping[tuple[str, str], Any]) -> set[tuple[str, str]]:
    seeds = {api.seed.name: api.seed for api in apis.all}
    return {
        (world, stem)
        for world, seed in seeds.items()
        for stem in gathered(seed, [name for each, name in names if each == world])
    }


def _made_by(apis: Apis, missing: tuple[Gap, ...]) -> dict[str, tuple[str, ...]]:
    known = makers(apis)
    found = {}
    for gap in missing:
        if gap.kind == "record":
            names = (gap.name, f"{gap.name}-1")
            able = [
                maker.operation
                for maker in known
                if maker.seed.name == gap.world and any(map(maker.makes, names))
            ]
            if able:
                found[gap.name] = tuple(dict.fromkeys(able))
    return found


def _untried(apis: Apis, whole: Needed, profile: Profile) -> dict[str, int]:
    counted: dict[str, int] = {}
    for api in apis.all:
        if profile.apis and api.name not in profile.apis:
            ids = {rule.id for op in api.document.operations for rule in op.rules}
            counted[api.name] = len(ids & whole.rules.keys())
    return {name: count for name, count in counted.items() if count}


def held(profile: Profile, apis: Apis) -> list[tuple[str, str]]:
    """The world and actor of every credential that is given."""
    worlds = {api.seed.name for api in apis.all}
    return [
        (seed, actor)
        for seed, world in profile.worlds.items()
        if seed in worlds
        for actor, proof in world.actors.items()
        if not unset_of(proof)
    ]
