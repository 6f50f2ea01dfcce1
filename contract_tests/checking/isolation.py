"""A break breaks only its own rule of its phase, a keep breaks none: judged without a stub.

The one use of the judge on this side: it tells a witness that is not what it claims to be. No
verdict of a run comes from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Case, Unset, WitnessFile
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.wire.message import NO_VALUE, WireRequest
from rulebound.fixtures.actors import find_actor
from rulebound.fixtures.lookups import LOOKUPS
from rulebound.fixtures.world import World
from rulebound.openapi.facts import Facts
from rulebound.openapi.findings import Finding, JudgeError
from rulebound.openapi.judge import Judge
from rulebound.openapi.model import Operation
from rulebound.openapi.read_body import read_body
from rulebound.openapi.request import Request
from rulebound.openapi.trace import Trace


def isolation(api: Api, operation: Operation, file: WitnessFile) -> Iterator[Finding]:
    """A finding for every case that breaks another rule than the one it is for.

    Cases that stand on earlier requests, or are sent again and again, are left to a run.
    """
    judge, root = Judge(operation), api.seed.world()
    kinds = {rule.id: rule.kind for rule in operation.rules}
    for witness in file.rules.values():
        for case in witness.cases:
            if case.given or case.sending.repeat > 1 or kinds.get(case.rule) is None:
                continue
            wanted = _wanted(case, kinds[case.rule])
            fault = None if wanted is None else _fault(api, judge, root.fork(), file, case, wanted)
            if fault:
                message = f"{case.id} ({case.title}): {fault}"
                instead = "change the request so that it is what the case says"
                yield Finding(witness.file, case.line, case.pointer, message, instead)


def _wanted(case: Case, kind: str) -> set[str] | None:
    """The rules a case may break; None where the case alone does not say."""
    if case.role == "break":
        return {case.rule}
    status = case.sending.expect.status
    if case.role == "near-miss" or (status is not None and status >= 400):
        return None
    # Who nobody is stands in headers that a stub reads, not in the case.
    return None if case.sending.actor is None else set()


def _fault(  # noqa: PLR0913, PLR0917
    api: Api, judge: Judge, world: World, file: WitnessFile, case: Case, wanted: set[str]
) -> str | None:
    try:
        trace = _trace(api, judge, world, file, case)
    except ValueFault as error:
        return str(error)
    except JudgeError as error:
        return str(error)
    broken = {outcome.rule.id for outcome in trace.outcomes if outcome.result == "broken"}
    if broken == wanted:
        return None
    if not wanted:
        return f"breaks {', '.join(sorted(broken))}, and should be accepted"
    return f"breaks {', '.join(sorted(broken)) or 'nothing'}"


def _trace(api: Api, judge: Judge, world: World, file: WitnessFile, case: Case) -> Trace:
    if case.settings:
        world.change_settings(case.settings)
    world.clock.freeze(world.clock.now() + timedelta(seconds=case.sending.advance))
    now = world.clock.now()
    resolver = Resolver(
        api.seed.names.__getitem__, now, api.document.date_format, lambda prefix: f"{prefix}-1"
    )
    builder = Builder(Apis((api,)), api, file, case.sending.on, resolver)
    request = _judged(judge.operation, builder.build(case.sending).request)
    name = case.sending.actor
    if isinstance(name, Unset):
        name = file.baseline(case.sending.on).actor
    actor = None if name is None else _actor(api, world, name)
    facts = Facts(judge.operation, world.view(), request, actor, world.settings, now, LOOKUPS)
    return judge.judge(request, actor, facts, world.settings, now)


def _actor(api: Api, world: World, name: str) -> Mapping[str, Any] | None:
    return find_actor(world.view(), api.seed.actor(name).credential, world.clock.now())


def _judged(operation: Operation, wire: WireRequest) -> Request:
    """A request of the wire as the judge sees it."""
    headers = tuple((name.lower(), value) for name, value in wire.headers)
    read = read_body(operation, dict(headers), wire.body or b"")
    body = read.body if wire.value is NO_VALUE or read.fault else wire.value
    return Request(
        wire.method, wire.path, tuple(wire.query), headers, read.media_type, body, read.fault
    )
