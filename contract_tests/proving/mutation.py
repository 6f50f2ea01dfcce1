"""Each condition changed a little in a running stub: its own witnesses must notice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rulebound.contract_tests.judging.bench import Bench, BenchAt, needs
from rulebound.contract_tests.judging.conduct import conduct
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.proving.stubs import Stubs
from rulebound.openapi.expressions import mutants


@dataclass(frozen=True)
class Change:
    """A changed condition: `when` (None without one) and `require`, and what was changed."""

    when: str | None
    require: str
    what: str


@dataclass(frozen=True)
class MutationResult:
    """What came of the changes of one rule's condition: how many, and which went unnoticed."""

    rule: str
    operation: str
    changes: int
    unnoticed: tuple[Change, ...]


def changes(planned: PlannedRule) -> list[Change]:
    """Every change of a refusing rule's condition; none for rules without one."""
    raw = planned.rule.raw
    if planned.rule.kind != "reject" or "require" not in raw or planned.subject is None:
        return []
    return list(_changes(raw.get("when"), raw["require"]))


def _changes(when: str | None, require: str) -> Iterator[Change]:
    for mutant in mutants(require):
        yield Change(when, mutant.text, f"require: {mutant.what}")
    for mutant in mutants(when) if when is not None else ():
        yield Change(mutant.text, require, f"when: {mutant.what}")


def mutate(bench_at: BenchAt, stubs: Stubs, planned: PlannedRule) -> MutationResult:
    """Try every change of a rule's condition in a world forked for it."""
    tried = changes(planned)
    unnoticed = []
    with stubs.one() as stub, stub.variant() as world:
        for change in tried:
            world.control.replace(world.id, planned.rule.id, change.when, change.require)
            if not _noticed(bench_at(world), planned):
                unnoticed.append(change)
    return MutationResult(planned.rule.id, planned.operation.id, len(tried), tuple(unnoticed))


def _noticed(bench: Bench, planned: PlannedRule) -> bool:
    subject = planned.subject
    if subject is None:
        return False
    # Cases that need no world of their own are cheaper, and mostly enough.
    ordered = sorted(planned.cases, key=lambda case: not needs(subject, case).alone)
    return any(conduct(bench, subject, case).verdict is not Verdict.KEPT for case in ordered)


def score(results: Iterable[MutationResult]) -> tuple[int, int]:
    """How many changes were noticed, and how many there were."""
    results = tuple(results)
    total = sum(result.changes for result in results)
    return total - sum(len(result.unnoticed) for result in results), total
