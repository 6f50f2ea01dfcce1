"""From the results of cases to the verdict of a rule, an operation and a run."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from rulebound.contract_tests.judging.outcome import CaseResult, Verdict, gravest
from rulebound.contract_tests.planning import PlannedRule

_NOT_BEGUN = "not all of its cases were conducted"
_TOLD = {Verdict.KEPT, Verdict.DIFFERS, Verdict.BROKEN}


class Judged(Protocol):
    """A rule that was judged, here or in a run that was read back: all that totals, statements and
    the exit code are made of."""

    @property
    def id(self) -> str:
        """The rule's id."""

    @property
    def api(self) -> str:
        """The API's name."""

    @property
    def operation(self) -> str:
        """The operation's id."""

    @property
    def source(self) -> tuple[str, ...]:
        """The statements it cites."""

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict of its cases."""

    @property
    def seconds(self) -> float:
        """How long its cases took."""

    @property
    def executed(self) -> bool:
        """Whether a case was conducted for it."""

    @property
    def has_fault(self) -> bool:
        """Whether the target gave no answer that could be judged in one of its cases."""


@dataclass(frozen=True)
class RuleVerdict:
    """A rule, its verdict, why where it is not plainly kept, and the cases as evidence."""

    planned: PlannedRule
    verdict: Verdict
    why: str | None
    results: tuple[CaseResult, ...]

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.planned.rule.id

    @property
    def api(self) -> str:
        """The API's name."""
        return self.planned.api.name

    @property
    def operation(self) -> str:
        """The operation's id."""
        return self.planned.operation.id

    @property
    def source(self) -> tuple[str, ...]:
        """The statements it cites."""
        return self.planned.rule.source

    @property
    def seconds(self) -> float:
        """How long its cases took."""
        return sum(result.seconds for result in self.results)

    @property
    def executed(self) -> bool:
        """Whether a case was conducted for it."""
        return bool(self.results)

    @property
    def has_fault(self) -> bool:
        """Whether the target gave no answer that could be judged in one of its cases."""
        return any(result.has_fault for result in self.results)

    @property
    def reached(self) -> int:
        """How many of its cases were conducted to a verdict."""
        return sum(result.verdict is not Verdict.NOT_REACHED for result in self.results)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was tolerated or observed, each once."""
        notes = (note.says for result in self.results for _, note in result.notes)
        return tuple(dict.fromkeys(notes))


@dataclass(frozen=True)
class OperationTotals:
    """How many rules of an operation have which verdict, and how long it took."""

    api: str
    operation: str
    counts: Mapping[Verdict, int]
    seconds: float


def rule_verdict(planned: PlannedRule, results: Iterable[CaseResult]) -> RuleVerdict:
    """The verdict of a rule from its cases: the gravest of theirs; kept needs all of them."""
    ordered = tuple(sorted(results, key=lambda result: planned.cases.index(result.case)))
    if planned.untestable:
        return RuleVerdict(planned, Verdict.NOT_TESTABLE, planned.why, ordered)
    if not ordered:
        return RuleVerdict(planned, Verdict.NOT_REACHED, planned.why or _NOT_BEGUN, ordered)
    verdict = gravest(result.verdict for result in ordered)
    if verdict is Verdict.KEPT and len(ordered) < len(planned.cases):
        return RuleVerdict(planned, Verdict.NOT_REACHED, _NOT_BEGUN, ordered)
    return RuleVerdict(planned, verdict, _why(verdict, ordered), ordered)


def _why(verdict: Verdict, results: Iterable[CaseResult]) -> str | None:
    for result in results:
        for step, problem in result.problems:
            if problem.verdict is verdict:
                return f"{result.case.title}: {step.name}: {problem.says}"
    return None


def operation_totals(verdicts: Iterable[Judged]) -> tuple[OperationTotals, ...]:
    """The totals of each operation, in the order of the rules."""
    grouped: dict[tuple[str, str], list[Judged]] = {}
    for verdict in verdicts:
        grouped.setdefault((verdict.api, verdict.operation), []).append(verdict)
    return tuple(
        OperationTotals(
            api,
            operation,
            Counter(each.verdict for each in group),
            sum(each.seconds for each in group),
        )
        for (api, operation), group in grouped.items()
    )


def exit_code(
    verdicts: Iterable[Judged],
    *,
    strict: bool,
    accepted: Collection[str] = (),
    partial: bool = False,
) -> int:
    """0 kept, 1 broken and not `accepted`, 2 cannot judge: nothing was judged (which may happen in
    a `partial` run, one of several shards), a target fault, or on a stub a rule not reached."""
    verdicts = tuple(verdicts)
    if any(each.verdict is Verdict.BROKEN and each.id not in accepted for each in verdicts):
        return 1
    found = {verdict.verdict for verdict in verdicts}
    if not (partial or found & _TOLD) or any(each.has_fault for each in verdicts):
        return 2
    return 2 if strict and Verdict.NOT_REACHED in found else 0
