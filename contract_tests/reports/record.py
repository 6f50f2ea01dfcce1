"""A run as plain data: what report.json holds and the other reports are made of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.outcome import CaseResult, Step, Verdict
from rulebound.contract_tests.judging.verdicts import (
    RuleVerdict,
    operation_totals,
    statement_verdicts,
)
from rulebound.contract_tests.reports.hiding import Hiding


@dataclass(frozen=True)
class Run:
    """A finished run: what was proved, against what, and what came of it."""

    apis: Apis
    url: str
    strict: bool
    seed: int
    started: datetime
    seconds: float
    verdicts: tuple[RuleVerdict, ...]
    exit_code: int


def record(run: Run) -> dict[str, Any]:
    """The run as JSON values; credentials are replaced by their names."""
    hiding = Hiding(run.apis)
    return {
        "tool": {"name": "rulebound", "version": metadata.version("rulebound")},
        "target": {"url": run.url, "controlled": run.strict},
        "seed": run.seed,
        "started": run.started.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        "exit_code": run.exit_code,
        "totals": _counts(_count(run.verdicts)),
        "operations": [
            {
                "api": each.api,
                "operation": each.operation,
                "totals": _counts(each.counts),
                "seconds": round(each.seconds, 3),
            }
            for each in operation_totals(run.verdicts)
        ],
        "rules": [_rule(verdict, run.url, hiding) for verdict in run.verdicts],
        "statements": [
            asdict(statement) for statement in statement_verdicts(run.apis, run.verdicts)
        ],
    }


def _count(verdicts: tuple[RuleVerdict, ...]) -> dict[Verdict, int]:
    counts: dict[Verdict, int] = {}
    for each in verdicts:
        counts[each.verdict] = counts.get(each.verdict, 0) + 1
    return counts


def _counts(counts: Mapping[Verdict, int]) -> dict[str, int]:
    return {verdict.value: counts.get(verdict, 0) for verdict in Verdict}


def _rule(verdict: RuleVerdict, url: str, hiding: Hiding) -> dict[str, Any]:
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
        "verdict": verdict.verdict.value,
        "why": verdict.why,
        "seconds": round(verdict.seconds, 3),
        "cases": [_case(result, url, hiding) for result in verdict.results],
    }


def _case(result: CaseResult, url: str, hiding: Hiding) -> dict[str, Any]:
    case = result.case
    return {
        "id": case.id,
        "role": case.role,
        "title": case.title,
        "verdict": result.verdict.value,
        "seconds": round(result.seconds, 3),
        "steps": [_step(step, url, hiding) for step in result.steps],
    }


def _step(step: Step, url: str, hiding: Hiding) -> dict[str, Any]:
    return {
        "name": step.name,
        "request": None if step.request is None else hiding.curl(step.request, url),
        "expected": hiding.text(step.expected),
        "got": hiding.text(step.got),
        "verdict": step.verdict.value,
        "problems": [hiding.text(problem.says) for problem in step.problems],
    }
