"""A profile as it is first written: every name that is needed, with nothing filled in."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.planning import EVERYTHING, Selection
from rulebound.contract_tests.profiling.copies import gathered
from rulebound.contract_tests.profiling.describing import Describer, cut
from rulebound.contract_tests.profiling.making import Maker, makers
from rulebound.contract_tests.profiling.names import Needed
from rulebound.contract_tests.profiling.proofs import proof_of, variable
from rulebound.fixtures.seeds import Seed

_HEAD = """\
# What stands on this deployment for the names of Rulebound's worlds. What is null is not bound:
# rules that need it are reported as not reached. See what is missing by
#   rulebound profile check {file}
profile: {name}
"""
_LIMITS = """\
hosts: []  # further hosts that may be met, say that of a token endpoint: [login.example.com]
# allow: [read]  # read, create, change; else read, or on this machine everything
# budget: {requests: 2000, per-second: 5, operations: {<operation>: {calls: 25, seconds: 5}}}
seconds: {exchange: 10, run: 3600}
# patience: 30  # seconds that may be waited for where a case lets time pass
# tolerates: {<rule>: [{status: 400}]}  # further answers that are accepted and noted
# restore: {method: POST, url: 'https://<host>/<path>'}  # puts the data back as it is bound here
"""
_ACTORS = """\
    # Who sends requests. A credential is read from the environment; it may also be a token, a
    # session, a login, oauth2, or a key with its secret, whatever the deployment has.
"""
_RECORDS = """\
    # Real records like these. Where cases change a record, give several: {each: [{id: '1'}, ..]}.
"""
_SPOKEN = """\
      # Requests speak of these by what the seed calls them. Fill in what is called otherwise here.
"""


def skeleton(
    file: str, name: str, apis: Apis, needed: Needed, chosen_by: Selection = EVERYTHING
) -> str:
    """The text of a profile for what the rules of `needed` need of these APIs, most used first.

    `file` is what the profile will be called by, `name` its name; `chosen_by` is what chose the
    rules, which the profile remembers.
    """
    counts = needed.counts("api")
    chosen = [api for api in apis.all if ("", api.name) in counts]
    lines = [_HEAD.format(file=file, name=name), *_only(chosen_by), "apis:\n"]
    for api in sorted(chosen, key=lambda each: -counts["", each.name]):
        goes_on = f"; addresses go on with {api.base}" if api.base else ""
        rules = counted(counts["", api.name], "rule")
        lines.append(f"  {api.name}: {{url: null}}  # {rules}{goes_on}\n")
    lines += [_LIMITS, "worlds:\n"]
    for seed in {api.seed.name: api.seed for api in chosen}.values():
        known = [api for api in apis.all if api.seed.name == seed.name]
        lines += _World(seed, known, needed, variable(name), makers(apis)).lines()
    return "".join(lines)


def _only(chosen_by: Selection) -> Iterator[str]:
    kinds = {"api": chosen_by.apis, "operation": chosen_by.operations, "rule": chosen_by.rules}
    named = {kind: list(names) for kind, names in kinds.items() if names}
    if named:
        yield "# What is tried where --rule, --operation and --api choose nothing else.\n"
        yield f"only: {json.dumps(named, ensure_ascii=False)}\n"


@dataclass(frozen=True)
class _World:
    """One world of a skeleton; `prefix` begins the names of its variables."""

    seed: Seed
    apis: list[Api]
    needed: Needed
    prefix: str
    makers: list[Maker]

    @cached_property
    def _describer(self) -> Describer:
        return Describer(self.seed)

    def lines(self) -> Iterator[str]:
        """Its part of the file, line by line."""
        yield f"  {self.seed.name}:\n"
        actors = list(self._actors())
        records = [*self._records(), *self._spoken()]
        settings = list(self._settings())
        if actors:
            yield from (_ACTORS, "    actors:\n", *actors)
        if records:
            yield from (_RECORDS, "    records:\n", *records)
        if settings:
            yield from (
                "    # As the deployment has them; else they are as in the seed.\n",
                *settings,
            )
        yield from self._tables()

    def _counts(self, kind: str) -> dict[str, int]:
        counts = self.needed.counts(kind)
        return {name: count for (world, name), count in counts.items() if world == self.seed.name}

    def _actors(self) -> Iterator[str]:
        for name, count in self._counts("actor").items():
            if name in self.seed.actors:
                actor = self.seed.actors[name]
                proof = proof_of(actor, self.apis, self._describer, self.prefix)
                yield f"      # {counted(count, 'rule')}; {self._describer.actor(actor)}\n"
                yield f"      {name}: {proof}\n"

    def _records(self) -> Iterator[str]:
        counts, fields = self._counts("record"), self.needed.fields("record")
        known = [name for name in counts if name in self.seed.names]
        spoken = self.needed.fields("text")
        for stem, names in gathered(self.seed, known).items():
            world = self.seed.name
            wanted = set[str]().union(*(fields[world, name] for name in names))
            called = spoken.get((world, stem), set()) - wanted
            said = [f"{counted(max(counts[name] for name in names), 'rule')}"]
            said.append(self._describer.record(names[0]))
            if any(maker.makes(names[0]) for maker in self.makers):
                said.append("may be provisioned")
            if called:
                said.append(f"requests also say its {', '.join(sorted(called))}")
            yield f"      # {'; '.join(part for part in said if part)}\n"
            if names == (stem,):
                yield f"      {stem}: {_blank(wanted | called)}\n"
            else:
                yield f"      {stem}: {{each: []}}  # {len(names)} like {_blank(wanted)}\n"

    def _spoken(self) -> Iterator[str]:
        fields, taken = self.needed.fields("text"), self._counts("record")
        alone = [name for name in self._counts("text") if name not in taken]
        if alone:
            yield _SPOKEN
        for name in alone:
            said = fields[self.seed.name, name]
            texts = [str(self.seed.names[name][field]) for field in sorted(said)]
            shown = cut(", ".join(texts))
            count = self._counts("text")[name]
            yield f"      {name}: {_blank(said)}  # {counted(count, 'rule')}; {shown}\n"

    def _settings(self) -> Iterator[str]:
        counts = self._counts("setting")
        for name, value in self.seed.settings.defaults.items():
            if name in counts:
                shown = json.dumps(value)
                rules = f"{counted(counts[name], 'rule')} {'tries' if counts[name] == 1 else 'try'}"
                yield f"    # {name}: {shown} in the seed; {rules} another\n"

    def _tables(self) -> Iterator[str]:
        tables = self._counts("table")
        if tables:
            told = ", ".join(f"{name} ({counted(count, 'rule')})" for name, count in tables.items())
            yield f"    # reads: how a table is read through a documented operation: {told}\n"


def _blank(fields: Iterable[str]) -> str:
    """A record with these fields, the id first, as YAML; a dotted field lies deeper."""
    known = {field.partition(".")[0] for field in fields}
    parts = []
    for field in sorted(known, key=lambda each: (each != "id", each)):
        deeper = [each.partition(".")[2] for each in fields if each.startswith(f"{field}.")]
        parts.append(f"{field}: {_blank(deeper) if deeper else 'null'}")
    return f"{{{', '.join(parts)}}}"
