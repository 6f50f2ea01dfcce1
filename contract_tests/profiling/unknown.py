"""Names in a profile that nothing is called by, each with its line and the nearest that is."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.loader import line_of
from rulebound.contract_tests.profiling.copies import stem_of
from rulebound.contract_tests.profiling.spoken import LIVE
from rulebound.fixtures.faults import SettingsError
from rulebound.fixtures.profiles import BoundWorld, OAuth2, Profile, Provision, host_of
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.findings import Finding
from rulebound.openapi.pointers import join
from rulebound.openapi.yaml_reader import read_file


@dataclass(frozen=True)
class _Check:
    profile: Profile
    apis: Apis
    lines: Mapping[str, int]

    def say(self, message: str, instead: str, *at: str) -> Finding:
        pointer = join("", *at)
        return Finding(str(self.profile.path), line_of(self.lines, pointer), "", message, instead)

    def unknown(self, what: str, name: str, known: Collection[str], *at: str) -> Finding:
        near = difflib.get_close_matches(name, known, n=1)
        shown = ", ".join(sorted(known)[:8]) + (", .." if len(known) > 8 else "")
        instead = f"write {near[0]}" if near else f"known are {shown or 'none'}"
        return self.say(f"there is no {what} {name}", instead, *at, name)


def unknown_names(profile: Profile, apis: Apis) -> list[Finding]:
    """A finding for every name of a profile that the APIs and their worlds do not have, and for
    settings and hosts that do not fit."""
    path = str(profile.path)
    check = _Check(profile, apis, read_file(profile.path, path).lines)
    return sorted({*_apis(check), *_worlds(check), *_rules(check), *_hosts(check)})


def _apis(check: _Check) -> Iterator[Finding]:
    known = [api.name for api in check.apis.all]
    for name in check.profile.apis:
        if name not in known:
            yield check.unknown("API", name, known, "apis")
    for name in check.profile.budget.operations:
        if name not in _operations(check.apis):
            at = ("budget", "operations")
            yield check.unknown("operation", name, _operations(check.apis), *at)


def _operations(apis: Apis) -> list[str]:
    return [operation.id for api in apis.all for operation in api.document.operations]


def _rules(check: _Check) -> Iterator[Finding]:
    known = [
        rule.id
        for api in check.apis.all
        for operation in api.document.operations
        for rule in operation.rules
    ]
    for pattern in check.profile.tolerates:
        if not any(fnmatchcase(rule, pattern) for rule in known):
            yield check.unknown("rule", pattern, known, "tolerates")


def _hosts(check: _Check) -> Iterator[Finding]:
    met = check.profile.hosts | {host_of(url) for url in check.profile.apis.values()}
    restore = check.profile.restore
    if restore is not None and host_of(restore.url) not in met:
        host = host_of(restore.url)
        message = f"the data are put back by {host}, which may not be met"
        yield check.say(message, f"write hosts: [{host}]", "restore", "url")
    for seed, world in check.profile.worlds.items():
        for actor, proof in world.actors.items():
            if isinstance(proof, OAuth2) and host_of(proof.url) not in met:
                host = host_of(proof.url)
                message = f"{actor} gets a token from {host}, which may not be met"
                at = ("worlds", seed, "actors", actor, "oauth2", "url")
                yield check.say(message, f"write hosts: [{host}]", *at)


def _worlds(check: _Check) -> Iterator[Finding]:
    seeds = {api.seed.name: api.seed for api in check.apis.all}
    for name, world in check.profile.worlds.items():
        if name in seeds:
            yield from _world(check, seeds[name], world)
        else:
            yield check.unknown("world", name, seeds, "worlds")


def _world(check: _Check, seed: Seed, world: BoundWorld) -> Iterator[Finding]:
    at = ("worlds", seed.name)
    own = _own_actors(world)
    for actor in world.actors:
        if actor not in seed.actors and actor not in own:
            yield check.unknown(f"actor of world {seed.name}", actor, seed.actors, *at, "actors")
    for name in world.records:
        yield from _record(check, seed, name, world)
    for name, value in world.settings.items():
        if name not in seed.settings.defaults:
            known = seed.settings.defaults.keys()
            yield check.unknown(f"setting of world {seed.name}", name, known, *at, "settings")
        elif not _fits(seed, name, value):
            shown = f"the setting {name} cannot be so"
            default = f"a value like {seed.settings.defaults[name]!r}"
            yield check.say(shown, f"write {default}", *at, "settings", name)
    for table, read in world.reads.items():
        if table not in seed.tables:
            yield check.unknown("table", table, seed.tables, *at, "reads")
        if read.operation not in _operations(check.apis):
            yield _no_operation(check, read.operation, *at, "reads", table, "operation")


def _own_actors(world: BoundWorld) -> set[str | None]:
    """Actors that the run itself asks as, and no witness: to look and to make records."""
    makers = (each.provision.actor for each in world.records.values() if each.provision)
    return {*(read.actor for read in world.reads.values()), *makers}


def _fits(seed: Seed, name: str, value: Any) -> bool:
    try:
        seed.settings.changed({}, {name: value})
    except SettingsError:
        return False
    return True


def _record(check: _Check, seed: Seed, name: str, world: BoundWorld) -> Iterator[Finding]:
    at = ("worlds", seed.name, "records")
    table, bound = name.partition(".")[0], world.records[name]
    if table in LIVE:
        message = f"{name} is what its actor is given, and is not bound"
        yield check.say(message, "leave it out", *at, name)
    elif name not in seed.names and stem_of(seed, f"{name}-1") is None:
        yield check.unknown(f"record of world {seed.name}", name, _named(seed), *at)
    else:
        wanted = set(bound.fields).union(*bound.each)
        for field in sorted(wanted - seed.tables[table].fields):
            known = seed.tables[table].fields
            yield check.unknown(f"field of table {table}", field, known, *at, name)
    if bound.provision is not None:
        yield from _provision(check, name, bound.provision, world, (*at, name, "provision"))


def _provision(
    check: _Check, name: str, provision: Provision, world: BoundWorld, at: tuple[str, ...]
) -> Iterator[Finding]:
    if provision.operation not in _operations(check.apis):
        yield _no_operation(check, provision.operation, *at, "operation")
        return
    if provision.actor is not None and provision.actor not in world.actors:
        message = f"{name} is made by {provision.actor}, who is not bound"
        yield check.say(message, "bind it below actors:", *at, "actor")
    file = check.apis.owner(provision.operation)[0].files.get(provision.operation)
    known = ", ".join(file.baselines) if file is not None else "none"
    if provision.on is not None and (file is None or provision.on not in file.baselines):
        message = f"{provision.operation} has no baseline {provision.on}"
        yield check.say(message, f"known are {known}", *at, "on")


def _named(seed: Seed) -> list[str]:
    return [*seed.names, *{stem for name in seed.names if (stem := stem_of(seed, name))}]


def _no_operation(check: _Check, operation: str, *at: str) -> Finding:
    known = _operations(check.apis)
    near = difflib.get_close_matches(operation, known, n=1)
    instead = f"write {near[0]}" if near else f"known are {', '.join(known)}"
    return check.say(f"there is no operation {operation}", instead, *at)
