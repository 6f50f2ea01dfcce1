"""What is right on a deployment besides the very answer that is declared."""

from dataclasses import replace

from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.judging.bench import Bench, Subject
from rulebound.contract_tests.judging.order import SecondReading
from rulebound.contract_tests.judging.outcome import Problem, Verdict
from rulebound.contract_tests.targets.target import Target
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import ErrorAnswer, Rule


def answer_of(target: Target, rule: Rule) -> ErrorAnswer | None:
    """The declared refusal of a rule, with what is tolerated of it on this target."""
    more = target.tolerates(rule.id)
    if rule.error is None or not more:
        return rule.error
    return replace(rule.error, tolerates=(*rule.error.tolerates, *more))


def is_tolerated(target: Target, rule: Rule, status: int, code: str | None) -> bool:
    """Whether the profile says that this target answers so where the rule is concerned."""
    return any(
        each.status == status and each.code in (None, code) for each in target.tolerates(rule.id)
    )


def in_another_order(
    bench: Bench,
    about: tuple[Subject, Case],
    found: list[Problem],
    answer: Answer,
    code: str | None,
) -> list[Problem]:
    """On a deployment, the refusal of another rule that the request breaks is right as well."""
    wrong = any(problem.verdict is not Verdict.KEPT for problem in found)
    if bench.target.strict or not wrong or not 400 <= answer.status < 500:
        return found
    others = SecondReading(bench.apis).also_broken(*about, answer.status, code)
    if not others:
        return found
    says = f"{' or '.join(others)}, which the request breaks as well, comes first here"
    return [Problem(Verdict.KEPT, says)]
