"""From what single exchanges show to the verdict of each rule, with exchanges as evidence."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from rulebound.contract_tests.cases.model import Case, Sending
from rulebound.contract_tests.judging.outcome import CaseResult, Problem, Step, Verdict
from rulebound.contract_tests.judging.verdicts import RuleVerdict
from rulebound.contract_tests.passive.confidential import Confidential
from rulebound.contract_tests.passive.finding import Finding, is_general
from rulebound.contract_tests.passive.standing import LEAST_TELLING
from rulebound.contract_tests.planning import PlannedRule

MOST_EVIDENCE = 5
NOT_MET = "not met in the recording"
TOLERANCE = "a tolerance needs a witness, which a recording does not have"
_ROLE = "recorded"


@dataclass
class Gathered:
    """What a recording shows, rule by rule. Of many findings of a kind the first few are evidence,
    of what is kept the first one."""

    _findings: dict[tuple[str, Verdict, str], list[Finding]] = field(default_factory=dict)
    _count: Counter[tuple[str, Verdict, str]] = field(default_factory=Counter)
    _open: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def put(self, finding: Finding) -> None:
        """Take in what an exchange shows."""
        key = (finding.rule, finding.verdict, finding.says)
        self._count[key] += 1
        if self._count[key] <= (1 if finding.verdict is Verdict.KEPT else MOST_EVIDENCE):
            self._findings.setdefault(key, []).append(finding)

    def leave_open(self, rule: str, why: str) -> None:
        """Take in that an exchange shows nothing about a rule, and why."""
        self._open[rule][why] += 1

    def verdict(self, planned: PlannedRule, confidential: Confidential) -> RuleVerdict:
        """The verdict of a rule: the gravest that an exchange shows; without any, not reached."""
        rule = planned.rule
        for verdict in (Verdict.BROKEN, Verdict.DIFFERS, Verdict.KEPT):
            keys = [key for key in self._findings if key[:2] == (rule.id, verdict)]
            if keys:
                found = [finding for key in keys for finding in self._findings[key]]
                results = tuple(_results(found[:MOST_EVIDENCE], confidential))
                why = "; ".join(self._in_words(key) for key in keys[:MOST_EVIDENCE])
                cases = tuple(result.case for result in results)
                planned = replace(planned, cases=cases, why=None, untestable=False)
                return RuleVerdict(planned, verdict, confidential.vault.hide(why), results)
        if planned.untestable:
            return RuleVerdict(planned, Verdict.NOT_TESTABLE, planned.why, ())
        why = self._why_open(planned)
        return RuleVerdict(replace(planned, cases=()), Verdict.NOT_REACHED, why, ())

    def _in_words(self, key: tuple[str, Verdict, str]) -> str:
        findings, count = self._findings[key], self._count[key]
        more = f" and {count - 1} more" if count > 1 else ""
        return f"{key[2]} ({findings[0].exchange.recorded.where}{more})"

    def _why_open(self, planned: PlannedRule) -> str:
        if planned.rule.kind == "tolerate" and not is_general(planned.rule):
            return TOLERANCE
        found = self._open.get(planned.rule.id, Counter())
        telling = [why for why, _ in found.most_common() if why not in LEAST_TELLING]
        return next(
            iter((*telling, *(why for why in LEAST_TELLING[::-1] if why in found))), NOT_MET
        )


def _results(findings: Iterable[Finding], confidential: Confidential) -> Iterator[CaseResult]:
    for number, finding in enumerate(findings, 1):
        exchange, recorded = finding.exchange, finding.exchange.recorded
        shown = confidential.shown(exchange)
        sending = Sending(title=f"{recorded.where}: {shown.title}")
        case = Case(finding.rule, _ROLE, number, sending, {}, (), (), exchange.operation.pointer, 0)
        is_told = finding.verdict is not Verdict.KEPT or finding.is_note
        says = confidential.vault.hide(finding.says)
        step = Step(
            name=recorded.where,
            expected=finding.expected,
            got=shown.got,
            problems=(Problem(finding.verdict, says),) if is_told else (),
            curl=shown.curl,
        )
        yield CaseResult(case, (step,))
