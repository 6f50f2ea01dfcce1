"""From the results of cases to the verdict of a rule, an operation, a statement and a run."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.outcome import CaseResult, Verdict, gravest
from rulebound.contract_tests.planning import PlannedRule

INFORMATIONAL = "informational"
UNCITED = "not cited"


@dataclass(frozen=True)
class RuleVerdict:
    """A rule, its verdict, why where it is not plainly kept, and the cases as evidence."""

    planned: PlannedRule
    verdict: Verdict
    why: str | None
    results: tuple[CaseResult, ...]

    @property
    def seconds(self) -> float:
        """How long its cases took."""
        return sum(result.seconds for result in self.results)


@dataclass(frozen=True)
class OperationTotals:
    """How many rules of an operation have which verdict, and how long it took."""

    api: str
    operation: str
    counts: Mapping[Verdict, int]
    seconds: float


@dataclass(frozen=True)
class StatementVerdict:
    """A statement of a source page. `verdict` is that of the rules citing it, informational (with
    the reason), or "not cited"; `executed` says whether a case was conducted for it."""

    id: str
    page: str
    section: str
    hint: str
    verdict: str
    rules: tuple[str, ...]
    executed: bool
    reason: str | None


def rule_verdict(planned: PlannedRule, results: Iterable[CaseResult]) -> RuleVerdict:
    """The verdict of a rule from its cases: the gravest of theirs."""
    ordered = tuple(sorted(results, key=lambda result: planned.cases.index(result.case)))
    if planned.untestable:
        return RuleVerdict(planned, Verdict.NOT_TESTABLE, planned.why, ordered)
    if not ordered:
        return RuleVerdict(planned, Verdict.NOT_REACHED, planned.why, ordered)
    verdict = gravest(result.verdict for result in ordered)
    return RuleVerdict(planned, verdict, _why(verdict, ordered), ordered)


def _why(verdict: Verdict, results: Iterable[CaseResult]) -> str | None:
    for result in results:
        for step, problem in result.problems:
            if problem.verdict is verdict:
                return f"{result.case.title}: {step.name}: {problem.says}"
    return None


def operation_totals(verdicts: Iterable[RuleVerdict]) -> tuple[OperationTotals, ...]:
    """The totals of each operation, in the order of the rules."""
    grouped: dict[tuple[str, str], list[RuleVerdict]] = {}
    for verdict in verdicts:
        planned = verdict.planned
        grouped.setdefault((planned.api.name, planned.operation.id), []).append(verdict)
    return tuple(
        OperationTotals(
            api,
            operation,
            Counter(each.verdict for each in group),
            sum(each.seconds for each in group),
        )
        for (api, operation), group in grouped.items()
    )


def statement_verdicts(apis: Apis, verdicts: Iterable[RuleVerdict]) -> tuple[StatementVerdict, ...]:
    """Every statement of the pages that a rule of the run cites."""
    citing: dict[str, list[RuleVerdict]] = {}
    for verdict in verdicts:
        for source in verdict.planned.rule.source:
            citing.setdefault(source, []).append(verdict)
    found: dict[str, StatementVerdict] = {}
    for statement in _statements(apis, citing):
        # A page may stand in two documents; a statement that carries a rule in one is covered.
        known = found.get(statement.id)
        if known is None or known.verdict == UNCITED:
            found[statement.id] = statement
    return tuple(found.values())


def _statements(apis: Apis, citing: Mapping[str, list[RuleVerdict]]) -> Iterator[StatementVerdict]:
    for api in apis.all:
        for page in api.document.sources:
            if not citing.keys() & page.statements.keys():
                continue
            for id, statement in page.statements.items():
                rules = citing.get(id, [])
                reason = page.informational.get(id)
                verdict = _of_rules(rules) or (UNCITED if reason is None else INFORMATIONAL)
                yield StatementVerdict(
                    id=id,
                    page=page.title,
                    section=statement.section,
                    hint=statement.hint,
                    verdict=verdict,
                    rules=tuple(rule.planned.rule.id for rule in rules),
                    executed=any(rule.results for rule in rules),
                    reason=None if rules else reason,
                )


def _of_rules(rules: list[RuleVerdict]) -> str | None:
    if not rules:
        return None
    executed = [rule.verdict for rule in rules if rule.verdict is not Verdict.NOT_TESTABLE]
    return gravest(executed or [Verdict.NOT_TESTABLE]).value


def exit_code(verdicts: Iterable[RuleVerdict], *, strict: bool) -> int:
    """0 kept, 1 broken, 2 cannot judge: nothing was judged, a target fault, or on a stub a rule
    that was not reached."""
    verdicts = tuple(verdicts)
    found = {verdict.verdict for verdict in verdicts}
    if Verdict.BROKEN in found:
        return 1
    if not found & {Verdict.KEPT, Verdict.DIFFERS} or any(map(_has_fault, verdicts)):
        return 2
    return 2 if strict and Verdict.NOT_REACHED in found else 0


def _has_fault(verdict: RuleVerdict) -> bool:
    return any(
        problem.says.startswith("target fault")
        for result in verdict.results
        for _, problem in result.problems
    )
