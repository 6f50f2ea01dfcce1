"""A run as plain data: what report.json holds and the other reports are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.outcome import CaseResult, Step
from rulebound.contract_tests.judging.statements import said
from rulebound.contract_tests.judging.verdicts import RuleVerdict
from rulebound.contract_tests.reports.assembling import assemble
from rulebound.contract_tests.reports.entries import Entry
from rulebound.contract_tests.reports.origin import actor_of, place_of
from rulebound.contract_tests.reports.wording import Wording
from rulebound.contract_tests.runs.frame import Frame


@dataclass(frozen=True)
class Run:
    """A finished run: what was proved, and what came of it. `address` is where the target was."""

    frame: Frame
    verdicts: tuple[RuleVerdict, ...]
    address: str | None


def record(run: Run) -> dict[str, Any]:
    """The run as JSON values; credentials are replaced by their names."""
    frame, past = run.frame, run.frame.past
    wording = frame.wording(run.address)
    head = _head(frame, wording)
    entries = [_rule(frame.apis, verdict, wording) for verdict in run.verdicts]
    unknown: Iterable[Mapping[str, Any]] = ()
    if past is not None:
        rules = {verdict.id for verdict in run.verdicts}
        head |= {"run": frame.id, "warnings": list(past.warnings)}
        head["runs"] = past.latest(rules, head["started"])
        for entry, verdict in zip(entries, run.verdicts, strict=True):
            entry.update(past.of(verdict.id, verdict.verdict, head["started"]))
        operations = [op for api in frame.apis.all for op in api.document.operations]
        unknown = past.unknown({rule.id for op in operations for rule in op.rules})
    cited = {source for planned in frame.plan for source in planned.rule.source}
    own = {source for planned in frame.part for source in planned.rule.source}
    statements = said(frame.apis, cited)
    return assemble(head, map(Entry, entries), statements, cited - own, unknown)


def _head(frame: Frame, wording: Wording) -> dict[str, Any]:
    aim = frame.aim.data()
    head = {
        "tool": {"name": "rulebound", "version": metadata.version("rulebound")},
        "target": aim | {"url": wording.text(aim["url"])},
        "seed": frame.terms.seed,
        "started": frame.started.isoformat(timespec="seconds"),
        "seconds": round(frame.seconds, 3),
        "plan": frame.digest,
    }
    shard = frame.terms.shard
    if shard is not None:
        # What a merged report needs to know of the whole: every rule of the plan, in its order.
        rules = [planned.rule.id for planned in frame.plan]
        key = None if frame.terms.key is None else wording.text(frame.terms.key)
        place = {"index": shard.index, "of": shard.of, "plan": frame.digest, "key": key}
        head["shard"] = {**place, "rules": rules}
    return head


def _rule(apis: Apis, verdict: RuleVerdict, wording: Wording) -> dict[str, Any]:
    planned = verdict.planned
    rule = planned.rule
    return {
        "id": rule.id,
        "api": planned.api.name,
        "operation": planned.operation.id,
        "says": rule.says,
        "source": list(rule.source),
        "reading": rule.reading,
        "kind": rule.kind,
        "phase": rule.phase,
        "place": place_of(planned.api.document, rule),
        "verdict": verdict.verdict.value,
        "why": None if verdict.why is None else wording.text(verdict.why),
        "fault": verdict.has_fault,
        "planned": len(planned.cases),
        "conducted": verdict.reached,
        "notes": [wording.text(note) for note in verdict.notes],
        "seconds": round(verdict.seconds, 3),
        "cases": [
            _case(result, wording, actor_of(apis, planned, result.case))
            for result in verdict.results
        ],
    }


def _case(result: CaseResult, wording: Wording, actor: dict[str, Any] | None) -> dict[str, Any]:
    case = result.case
    return {
        "id": case.id,
        "role": case.role,
        "title": case.title,
        "actor": actor,
        "verdict": result.verdict.value,
        "seconds": round(result.seconds, 3),
        "steps": [_step(step, wording) for step in result.steps],
    }


def _step(step: Step, wording: Wording) -> dict[str, Any]:
    problems = [each for each in step.problems if not each.is_note]
    notes = [each for each in step.problems if each.is_note]
    return {
        "name": step.name,
        "request": step.curl if step.request is None else wording.curl(step.request),
        "expected": wording.text(step.expected),
        "got": wording.text(step.got),
        "verdict": step.verdict.value,
        "problems": [wording.text(problem.says) for problem in problems],
        "notes": [wording.text(note.says) for note in notes],
        "operation": step.operation,
        "seconds": None if step.took is None else round(step.took, 6),
    }
