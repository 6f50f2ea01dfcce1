"""The result of a case as JSON values and back, so that a run outlives its process."""

from collections.abc import Iterable, Mapping
from typing import Any

from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.judging.outcome import CaseResult, Problem, Step, Verdict
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.reports.files import printable
from rulebound.contract_tests.reports.wording import Wording


def result_data(result: CaseResult, wording: Wording) -> dict[str, Any]:
    """A result as JSON values without a secret; the answers and the bytes sent stay behind."""
    data: dict[str, Any] = printable(
        {
            "case": result.case.id,
            "seconds": round(result.seconds, 3),
            "steps": [_step(step, wording) for step in result.steps],
        }
    )
    return data


def _step(step: Step, wording: Wording) -> dict[str, Any]:
    return {
        "name": step.name,
        "expected": wording.text(step.expected),
        "got": wording.text(step.got),
        "problems": [
            [problem.verdict.value, wording.text(problem.says), problem.fault]
            for problem in step.problems
        ],
        "curl": step.curl if step.request is None else wording.curl(step.request),
        "deciding": step.deciding,
        "operation": step.operation,
        "took": None if step.took is None else round(step.took, 6),
    }


def read_result(data: Mapping[str, Any], cases: Mapping[str, Case]) -> CaseResult:
    """What `result_data` wrote; `cases` are those of the plan by id.

    Raises KeyError, TypeError and ValueError for what it did not write.
    """
    steps = tuple(_read_step(step) for step in data["steps"])
    return CaseResult(cases[data["case"]], steps, float(data["seconds"]))


def _read_step(data: Mapping[str, Any]) -> Step:
    problems = tuple(
        Problem(Verdict(verdict), str(says), bool(fault))
        for verdict, says, fault in data["problems"]
    )
    return Step(
        name=data["name"],
        expected=data["expected"],
        got=data["got"],
        problems=problems,
        deciding=data["deciding"],
        curl=data["curl"],
        operation=data["operation"],
        took=None if data["took"] is None else float(data["took"]),
    )


def cases_of(plan: Iterable[PlannedRule]) -> dict[str, Case]:
    """The cases of a plan by id."""
    return {case.id: case for planned in plan for case in planned.cases}
