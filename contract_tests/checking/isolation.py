"""A break breaks only its own rule of its phase, a keep breaks none: judged without a stub.

The one use of the judge on this side: it tells a witness that is not what it claims to be. No
verdict of a run comes from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.build import Builder, Built
from rulebound.contract_tests.cases.model import Case, Sending, Unset, WitnessFile
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.wire.message import NO_VALUE
from rulebound.fixtures.actors import find_actor
from rulebound.fixtures.faults import WorldFault
from rulebound.fixtures.lookups import LOOKUPS
from rulebound.fixtures.world import World
from rulebound.openapi.facts import Facts
from rulebound.openapi.findings import Finding, JudgeError
from rulebound.openapi.judge import Judge
from rulebound.openapi.model import Operation
from rulebound.openapi.pointers import join
from rulebound.openapi.read_body import read_body
from rulebound.openapi.request import Request
from rulebound.openapi.trace import Trace


def isolation(api: Api, operation: Operation, file: WitnessFile) -> Iterator[Finding]:
    """A finding for every case that breaks another rule than the one it is for.

    Cases that stand on earlier requests, or are sent again and again, are left to a run. A baseline
    that is at fault itself is told once, and not again by the cases that stand on it.
    """
    bench = _Bench(api, Judge(operation), api.seed.world(), file)
    kinds = {rule.id: rule.kind for rule in operation.rules}
    faulty: dict[str, str | None] = {}
    for witness in file.rules.values():
        for case in witness.cases:
            if case.given or case.sending.repeat > 1 or kinds.get(case.rule) is None:
                continue
            wanted = _wanted(case, kinds[case.rule])
            fault = None if wanted is None else bench.fault(case, wanted)
            if not fault:
                continue
            name = case.sending.on or file.first.name
            if name not in faulty:
                faulty[name] = bench.fault_of_baseline(case, name)
                yield from _of_baseline(file, witness.file, name, faulty[name])
            if faulty[name] is None:
                message = f"{case.id} ({case.title}): {fault}"
                instead = "change the request so that it is what the case says"
                yield Finding(witness.file, case.line, case.pointer, message, instead)


def _of_baseline(file: WitnessFile, used: str, name: str, fault: str | None) -> Iterator[Finding]:
    if fault is None:
        return
    pointer = join("/baselines", name)
    # Files of one operation are taken together, and only the first one's lines are kept.
    where = file.name if pointer in file.lines else used
    message = f"baseline {name}: {fault}"
    instead = "mend it first: every case that names no other baseline stands on it"
    yield Finding(where, file.lines.get(pointer, 0), pointer, message, instead)


def _wanted(case: Case, kind: str) -> set[str] | None:
    """The rules a case may break; None where the case alone does not say."""
    if case.role == "break":
        return {case.rule}
    status = case.sending.expect.status
    if case.role == "near-miss" or (status is not None and status >= 400):
        return None
    # Who nobody is stands in headers that a stub reads, not in the case.
    return None if case.sending.actor is None else set()


@dataclass(frozen=True)
class _Bench:
    """What a case is judged on: each in a fork of the seed's world."""

    api: Api
    judge: Judge
    root: World
    file: WitnessFile

    def fault_of_baseline(self, case: Case, name: str) -> str | None:
        """Why the baseline a case stands on is not accepted; None when it is, or is not to be."""
        baseline = self.file.baseline(name)
        if baseline.actor is None or (baseline.expect.status or 0) >= 400:
            return None
        bare = replace(case, role="boundary", sending=Sending(on=name), settings={})
        return self.fault(bare, set())

    def fault(self, case: Case, wanted: set[str]) -> str | None:
        """Why a case does not break just what is wanted; None when it does."""
        try:
            trace = self._trace(case)
        except (ValueFault, JudgeError, WorldFault) as error:
            return str(error)
        if trace is None:
            return None
        broken = {outcome.rule.id for outcome in trace.outcomes if outcome.result == "broken"}
        if broken == wanted:
            return None
        if not wanted:
            return f"breaks {', '.join(sorted(broken))}, and should be accepted"
        return f"breaks {', '.join(sorted(broken)) or 'nothing'}"

    def _trace(self, case: Case) -> Trace | None:
        """How a case is judged; None for one that is sent to another address."""
        api, file, world = self.api, self.file, self.root.fork()
        if case.settings:
            world.change_settings(case.settings)
        world.clock.freeze()
        world.clock.advance(case.sending.advance)
        now = world.clock.now()
        resolver = Resolver(
            api.seed.names.__getitem__, now, api.document.date_format, lambda prefix: f"{prefix}-1"
        )
        builder = Builder(Apis((api,)), api, file, case.sending.on, resolver)
        request = _judged(builder.build(case.sending))
        if request is None:
            return None
        name = case.sending.actor
        if isinstance(name, Unset):
            name = file.baseline(case.sending.on).actor
        actor = None if name is None else _actor(api, world, name)
        operation, settings = self.judge.operation, world.settings
        facts = Facts(operation, world.view(), request, actor, settings, now, LOOKUPS)
        return self.judge.judge(request, actor, facts, settings, now)


def _actor(api: Api, world: World, name: str) -> Mapping[str, Any] | None:
    return find_actor(world.view(), api.seed.actor(name).credential, world.clock.now())


def _judged(built: Built) -> Request | None:
    """A request of the wire as the judge sees it; None for one that leads to no operation."""
    operation, wire = built.operation, built.request
    headers = tuple((name.lower(), value) for name, value in wire.headers)
    read = read_body(operation, dict(headers), wire.body or b"")
    body = read.body if wire.value is NO_VALUE or read.fault else wire.value
    parameters = _parameters(built)
    if parameters is None:
        return None
    return Request(
        wire.method,
        wire.path,
        tuple(wire.query),
        headers,
        read.media_type,
        body,
        read.fault,
        parameters,
    )


def _parameters(built: Built) -> dict[str, str] | None:
    if "{" not in built.operation.path:
        return {}
    from rulebound.contract_tests.judging.conformance import (  # noqa: PLC0415 - it takes a while
        path_parameters,
    )

    return path_parameters(built)
