"""Conducts the cases of a plan on a bench, by several threads, in an order the seed decides."""

import random
from collections.abc import Callable, Iterable

from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.judging.bench import Bench, Subject
from rulebound.contract_tests.judging.conduct import conduct
from rulebound.contract_tests.judging.outcome import CaseResult
from rulebound.contract_tests.judging.verdicts import RuleVerdict, rule_verdict
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.workers import each

Piece = tuple[Subject, Case]


def run_plan(
    bench: Bench,
    plan: Iterable[PlannedRule],
    jobs: int,
    finished: Callable[[str], None] = lambda operation: None,
) -> tuple[RuleVerdict, ...]:
    """The verdict of every planned rule. `finished` hears the operation of each case that is done.

    Operations come in the order of the plan, the cases within one as the bench's seed shuffles.
    """
    plan = tuple(plan)
    results: dict[str, list[CaseResult]] = {planned.rule.id: [] for planned in plan}
    work = each(_pieces(plan, bench.seed), lambda piece: conduct(bench, *piece), jobs)
    for (subject, _), result in work:
        results[subject.rule.id].append(result)
        finished(subject.operation.id)
    return tuple(rule_verdict(planned, results[planned.rule.id]) for planned in plan)


def _pieces(plan: Iterable[PlannedRule], seed: int) -> list[Piece]:
    by_operation: dict[str, list[Piece]] = {}
    for planned in plan:
        pieces = by_operation.setdefault(planned.operation.id, [])
        if planned.subject is not None:
            pieces += [(planned.subject, case) for case in planned.cases]
    shuffle = random.Random(seed).shuffle
    for pieces in by_operation.values():
        shuffle(pieces)
    return [piece for pieces in by_operation.values() for piece in pieces]
