"""Conducts the cases of a plan on a bench, by several threads, in an order the seed decides."""

import random
from collections.abc import Iterable
from typing import Protocol

from rulebound.contract_tests.cases.model import Case, Sending
from rulebound.contract_tests.judging.bench import Bench, Subject
from rulebound.contract_tests.judging.conduct import conduct
from rulebound.contract_tests.judging.outcome import CaseResult, Verdict
from rulebound.contract_tests.judging.verdicts import RuleVerdict, rule_verdict
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.side_effects import CREATE, READ, side_effect
from rulebound.contract_tests.terminal.progress import Stage, Telling
from rulebound.contract_tests.workers import each

Piece = tuple[Subject, Case]


class Keeper(Protocol):
    """Keeps the results of a run as they come, and may know some from before."""

    def known(self, case: Case) -> CaseResult | None:
        """The result of a case that was finished earlier."""

    def keep(self, result: CaseResult) -> None:
        """Hear of a case that is finished."""


class Forgetful:
    """The keeper of runs that leave nothing behind."""

    def known(self, case: Case) -> CaseResult | None:
        """Nothing."""
        return None

    def keep(self, result: CaseResult) -> None:
        """Do nothing."""


def run_plan(
    bench: Bench,
    plan: Iterable[PlannedRule],
    jobs: int,
    stage: Stage | None = None,
    keeper: Keeper | None = None,
) -> tuple[RuleVerdict, ...]:
    """The verdict of every planned rule. `stage` hears of each case that begins and ends; what
    `keeper` knows is not conducted again.

    Operations come in the order of the plan, the cases within one as the bench's seed shuffles.
    On a deployment, where one case meets what another left, those come first that leave nothing.
    """
    plan, keeper = tuple(plan), keeper or Forgetful()

    def conducted(piece: Piece) -> CaseResult:
        if stage is not None:
            stage.begins(piece[0].operation.id)
        return conduct(bench, *piece)

    def finished(subject: Subject, result: CaseResult) -> None:
        results[subject.rule.id].append(result)
        if stage is not None:
            is_broken = result.verdict is Verdict.BROKEN
            stage.ends(subject.operation.id, subject.rule.id if is_broken else None)

    results: dict[str, list[CaseResult]] = {planned.rule.id: [] for planned in plan}
    left: list[Piece] = []
    pieces = _pieces(plan, bench.seed)
    if not bench.target.strict:
        pieces.sort(key=_trace)
    for subject, case in pieces:
        known = keeper.known(case)
        if known is None:
            left.append((subject, case))
        else:
            finished(subject, known)
    for (subject, _), result in each(left, conducted, jobs):
        keeper.keep(result)
        finished(subject, result)
    return tuple(rule_verdict(planned, results[planned.rule.id]) for planned in plan)


def case_stage(telling: Telling, plan: Iterable[PlannedRule]) -> Stage:
    """The stage in which every case of a plan is conducted."""
    pieces = _pieces(plan, 0)
    return telling.stage("cases", len(pieces), [each.operation.id for each, _ in pieces])


def _trace(piece: Piece) -> int:
    """How much a case may leave behind for those after it: what reads, nothing; what is refused,
    no more than the valid request beside it; what is accepted, and last what takes things away."""
    subject, case = piece
    others = {each.operation for each in (*case.given, *case.then) if isinstance(each, Sending)}
    effect = side_effect(subject.operation)
    if effect == READ:
        return 3 if others - {None, subject.operation.id} else 0
    if case.role == "break":
        return 1
    if subject.operation.method.lower() == "delete":
        return 4
    return 2 if effect == CREATE else 3


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
