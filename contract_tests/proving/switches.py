"""Each rule and effect step switched off in a world of its own: exactly its cases must turn red."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.judging.bench import BenchAt, Subject
from rulebound.contract_tests.judging.conduct import conduct
from rulebound.contract_tests.judging.outcome import CaseResult, Verdict
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.proving.exceptions import SpillRule, excused
from rulebound.contract_tests.proving.stubs import Stubs
from rulebound.contract_tests.targets.base_world import Thrift
from rulebound.contract_tests.terminal.progress import Stage
from rulebound.contract_tests.workers import each

Owners = Mapping[str, frozenset[str]]
"""Case id -> the rules the case is about: its own, and those that refused in it when all was
well. A near miss is red, rightly, when the rule that should refuse it is off."""


@dataclass(frozen=True)
class SwitchResult:
    """What came of switching one rule off.

    `silent` are cases of the rule that stayed green and should not; `spilled` red cases of other
    rules without an exception; `excused` those with one.
    """

    rule: str
    operation: str
    cases: int
    silent: tuple[str, ...]
    spilled: tuple[str, ...]
    excused: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether exactly the rule's own cases turned red."""
        return not self.silent and not self.spilled


def switchable(planned: PlannedRule) -> bool:
    """Whether a rule can be switched off and has cases: a tolerance has nothing to switch off."""
    return planned.rule.kind != "tolerate" and planned.subject is not None


def healthy(
    bench_at: BenchAt,
    stubs: Stubs,
    plan: Iterable[PlannedRule],
    jobs: int,
    stage: Stage,
) -> tuple[Owners, list[CaseResult]]:
    """The owners of every case of a plan, and the cases that are red with nothing switched off."""
    owners: dict[str, frozenset[str]] = {}
    red: list[CaseResult] = []
    with stubs.one() as stub, stub.variant(thrift=Thrift.ANSWERS) as world:
        there = bench_at(world)
        for (_, case), result in each(pieces(plan), lambda piece: conduct(there, *piece), jobs):
            owners[case.id] = result.deciding | {case.rule}
            if result.verdict is not Verdict.KEPT:
                red.append(result)
            stage.ends()
    return owners, sorted(red, key=lambda result: result.case.id)


def pieces(plan: Iterable[PlannedRule]) -> list[tuple[Subject, Case]]:
    """Every case of a plan with its subject."""
    return [
        (planned.subject, case)
        for planned in plan
        if planned.subject is not None
        for case in planned.cases
    ]


@dataclass(frozen=True)
class Switchboard:
    """What switching off needs. `operations` maps operation id -> all of its rules."""

    bench_at: BenchAt
    stubs: Stubs
    operations: Mapping[str, tuple[PlannedRule, ...]]
    owners: Owners
    exceptions: tuple[SpillRule, ...]

    def switch_off(self, planned: PlannedRule) -> SwitchResult:
        """Switch a rule off in a world forked for it, and conduct all cases of its operation."""
        off, rules = planned.rule.id, self.operations[planned.operation.id]
        with self.stubs.one() as stub, stub.variant([off], Thrift.ANSWERS) as world:
            there = self.bench_at(world)
            results = [conduct(there, subject, case) for subject, case in pieces(rules)]
        red = [result.case for result in results if result.verdict is not Verdict.KEPT]
        strange = [case for case in red if off not in self.owners[case.id]]
        pardoned = [case for case in strange if excused(self.exceptions, off, case.rule)]
        return SwitchResult(
            rule=off,
            operation=planned.operation.id,
            cases=len(results),
            silent=_silent(planned, {case.id for case in red}),
            spilled=tuple(case.id for case in strange if case not in pardoned),
            excused=tuple(case.id for case in pardoned),
        )


def _silent(planned: PlannedRule, red: set[str]) -> tuple[str, ...]:
    """Every break must turn red; of the observations of an effect at least one."""
    wanted = "break" if planned.rule.kind == "reject" else "observed"
    ids = [case.id for case in planned.cases if case.role == wanted]
    if planned.rule.kind == "effect" and red & set(ids):
        return ()
    return tuple(id for id in ids if id not in red) or (() if ids else (f"{planned.rule.id}/none",))
