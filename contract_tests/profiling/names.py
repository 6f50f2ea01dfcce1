"""What a rule needs of a deployment: APIs, actors, records, settings, time, a look inside."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.model import (
    UNSET,
    Baseline,
    Case,
    Expect,
    Look,
    Refused,
    Sending,
    Unset,
    WitnessFile,
)
from rulebound.contract_tests.judging.bench import Subject, needs
from rulebound.contract_tests.judging.conduct import expected_refusal
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.profiling.spoken import LIVE, spoken_of
from rulebound.contract_tests.profiling.uses import record_uses, takes_exact_now, texts_in
from rulebound.contract_tests.side_effects import side_effect
from rulebound.openapi.model import Operation


@dataclass(frozen=True, order=True)
class Need:
    """One thing that must be there. `kind` says what `name` and `detail` are:

    api: an API; effect: an operation, and what it does (read, create, change); actor: one of
    `world`; record: one of `world`, and a field of it; setting: its name, and the value as JSON;
    clock: nothing, and the seconds that pass; table: one that is looked into, and a field there;
    now: nothing, a clock that stands still, which a stub has;
    text: a record of `world`, and a field of it that a request says as the seed has it.
    """

    kind: str
    name: str
    world: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Needed:
    """What each rule of a plan needs, by the rule's id, in the order of the plan."""

    rules: Mapping[str, frozenset[Need]]

    def counts(self, kind: str) -> dict[tuple[str, str], int]:
        """How many rules need each name of a kind, by world and name; the most needed first."""
        counted: dict[tuple[str, str], int] = {}
        for wanted in self.rules.values():
            for key in {(need.world, need.name) for need in wanted if need.kind == kind}:
                counted[key] = counted.get(key, 0) + 1
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    def fields(self, kind: str) -> dict[tuple[str, str], set[str]]:
        """The fields wanted of each name of a kind (record, table, text), by world and name."""
        taken: dict[tuple[str, str], set[str]] = {}
        for wanted in self.rules.values():
            for need in wanted:
                if need.kind == kind:
                    taken.setdefault((need.world, need.name), set()).add(need.detail)
        return taken


def needed(apis: Apis, plan: tuple[PlannedRule, ...]) -> Needed:
    """What the rules of a plan need; those without cases are left out."""
    reader = Reader(apis)
    return Needed(
        {each.rule.id: reader.of_rule(each.subject) for each in plan if each.subject is not None}
    )


@dataclass(frozen=True)
class Reader:
    """Reads what cases need; `apis` are those of the run."""

    apis: Apis
    _spoken: dict[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)

    def of_rule(self, subject: Subject) -> frozenset[Need]:
        """What all cases of a rule need together."""
        cases = subject.witness.cases
        return frozenset(need for case in cases for need in self.of_case(subject, case))

    def of_case(self, subject: Subject, case: Case) -> Iterator[Need]:
        """What one case needs, its twin included; a need may come more than once."""
        for part in (*_twin(subject, case), case):
            yield from self._part(subject, part)

    def _part(self, subject: Subject, case: Case) -> Iterator[Need]:
        world = subject.api.seed.name
        seeded = subject.api.seed.settings.defaults
        relied = {name: seeded[name] for name in needs(subject, case).relies if name in seeded}
        for name, value in {**relied, **case.settings}.items():
            yield Need("setting", name, world, json.dumps(value, sort_keys=True))
        if case.role in ("break", "near-miss"):
            yield from self._values(subject.api, *_parts(expected_refusal(subject, case)))
        passing = 0.0
        for sending in (*case.given, case.sending, *case.then):
            if isinstance(sending, Look):
                for name in ("", *(sending.fields or ())):
                    yield Need("table", sending.table, world, name)
                yield from self._values(subject.api, sending.where, sending.fields)
            else:
                passing += sending.advance
                yield from self._sending(subject, case, sending)
        if passing:
            yield Need("clock", "", detail=f"{passing:g}")

    def _sending(self, subject: Subject, case: Case, sending: Sending) -> Iterator[Need]:
        api, operation, baseline = _target(self.apis, subject, case, sending)
        yield Need("api", api.name)
        yield Need("effect", operation.id, detail=side_effect(operation))
        actor = baseline.actor if isinstance(sending.actor, Unset) else sending.actor
        if actor is not None:
            yield Need("actor", actor, api.seed.name)
        expected = sending.refused or sending.expect.over(baseline.expect)
        yield from self._values(
            subject.api,
            *(baseline.path, baseline.query, baseline.headers, baseline.body),
            *(sending.path, sending.query, sending.headers, sending.body, sending.raw),
            *(*_parts(expected), *_parts(sending.expect)),
        )

    def _values(self, api: Api, *values: Any) -> Iterator[Need]:
        seed = api.seed
        if takes_exact_now(values):
            yield Need("now", "")
        for name, taken in record_uses(list(values)):
            table, _, actor = name.partition(".")
            if table in LIVE:
                yield Need("actor", actor, seed.name)
            else:
                yield Need("record", name, seed.name, taken)
        spoken = self._spoken.get(seed.name)
        if spoken is None:
            spoken = self._spoken[seed.name] = spoken_of(seed)
        for text in texts_in(list(values)):
            if text in spoken:
                name, called = spoken[text]
                yield Need("text", name, seed.name, called)


def _twin(subject: Subject, case: Case) -> tuple[Case, ...]:
    if case.role != "break":
        return ()
    twin = subject.witness.twin
    if twin is None:
        sending = Sending(title="twin", on=case.sending.on)
        return (replace(case, role="twin", sending=sending, settings={}, given=(), then=()),)
    if twin.sending.on is None:
        return (replace(twin, sending=replace(twin.sending, on=case.sending.on)),)
    return (twin,)


def _target(
    apis: Apis, subject: Subject, case: Case, sending: Sending
) -> tuple[Api, Operation, Baseline]:
    """Where a sending goes, and what it stands on."""
    if sending.operation is None:
        on = sending.on or case.sending.on
        return subject.api, subject.operation, subject.file.baseline(on)
    api, operation = apis.owner(sending.operation)
    return api, operation, _borrowed(api.files.get(operation.id), sending.on)


def _borrowed(file: WitnessFile | None, on: str | None) -> Baseline:
    nothing = Baseline("", None, {}, {}, None, UNSET, None, Expect())
    if file is None:
        return nothing
    if on is not None:
        return file.baseline(on)
    return replace(nothing, actor=file.first.actor, headers=file.first.headers)


def _parts(expected: Expect | Refused) -> tuple[Any, Any]:
    return expected.headers, expected.body


def _texts(api: Api, *values: Any) -> Iterator[Need]:
    known = spoken_of(api.seed)
    for text in texts_in(values):
        if text in known:
            yield Need("text", *known[text])
