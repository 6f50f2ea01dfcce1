"""What a rule needs of a deployment: APIs, actors, records, settings, time, a look inside."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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
from rulebound.contract_tests.judging.bench import Subject
from rulebound.contract_tests.judging.conduct import expected_refusal
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.profiling.uses import record_uses
from rulebound.openapi.model import Operation

LIVE = ("session", "token")
"""Tables whose records are the credentials of actors: an actor that is bound supplies them."""

_BY_METHOD = {"get": "read", "head": "read", "post": "create"}


@dataclass(frozen=True, order=True)
class Need:
    """One thing that must be there. `kind` says what `name` and `detail` are:

    api: an API; effect: an operation, and what it does (read, create, change); actor: one of
    `world`; record: one of `world`, and a field of it; setting: its name, and the value as JSON;
    clock: nothing, and the seconds that pass; table: one that is looked into, which a stub allows.
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
        for needs in self.rules.values():
            for key in {(need.world, need.name) for need in needs if need.kind == kind}:
                counted[key] = counted.get(key, 0) + 1
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    def fields(self) -> dict[tuple[str, str], set[str]]:
        """The fields that are taken of each record, by world and name."""
        taken: dict[tuple[str, str], set[str]] = {}
        for needs in self.rules.values():
            for need in needs:
                if need.kind == "record":
                    taken.setdefault((need.world, need.name), set()).add(need.detail)
        return taken


def needed(apis: Apis, plan: tuple[PlannedRule, ...]) -> Needed:
    """What the rules of a plan need; those without cases are left out."""
    return Needed(
        {each.rule.id: rule_needs(apis, each.subject) for each in plan if each.subject is not None}
    )


def rule_needs(apis: Apis, subject: Subject) -> frozenset[Need]:
    """What all cases of a rule need together."""
    return frozenset(
        need for case in subject.witness.cases for need in case_needs(apis, subject, case)
    )


def case_needs(apis: Apis, subject: Subject, case: Case) -> Iterator[Need]:
    """What one case needs, its twin included; a need may come more than once."""
    for part in (*_twin(subject, case), case):
        yield from _part_needs(apis, subject, part)


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


def _part_needs(apis: Apis, subject: Subject, case: Case) -> Iterator[Need]:
    world = subject.api.seed.name
    for name, value in case.settings.items():
        yield Need("setting", name, world, json.dumps(value, sort_keys=True))
    if case.role in ("break", "near-miss"):
        yield from _values(world, *_parts(expected_refusal(subject, case)))
    passing = 0.0
    for sending in (*case.given, case.sending, *case.then):
        if isinstance(sending, Look):
            yield Need("table", sending.table, world)
            yield from _values(world, sending.where, sending.fields)
        else:
            passing += sending.advance
            yield from _sending_needs(apis, subject, case, sending)
    if passing:
        yield Need("clock", "", detail=f"{passing:g}")


def _sending_needs(apis: Apis, subject: Subject, case: Case, sending: Sending) -> Iterator[Need]:
    api, operation, baseline = _target(apis, subject, case, sending)
    yield Need("api", api.name)
    yield Need("effect", operation.id, detail=side_effect(operation))
    actor = baseline.actor if isinstance(sending.actor, Unset) else sending.actor
    if actor is not None:
        yield Need("actor", actor, api.seed.name)
    yield from _values(
        subject.api.seed.name,
        *(baseline.path, baseline.query, baseline.headers, baseline.body),
        *(sending.path, sending.query, sending.headers, sending.body, sending.raw),
    )
    if sending.refused is not None:
        yield from _values(subject.api.seed.name, *_parts(sending.refused), sending.expect.body)
    else:
        yield from _values(subject.api.seed.name, *_parts(sending.expect.over(baseline.expect)))


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


def _values(world: str, *values: Any) -> Iterator[Need]:
    for value in values:
        for name, field in record_uses(value):
            table, _, actor = name.partition(".")
            if table in LIVE:
                yield Need("actor", actor, world)
            else:
                yield Need("record", name, world, field)


def side_effect(operation: Operation) -> str:
    """What an operation does to the records: read, create or change."""
    told = operation.raw.get("x-side-effect")
    return str(told or _BY_METHOD.get(operation.method.lower(), "change"))
