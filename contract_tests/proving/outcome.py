"""Everything a run of `prove` found, and the same as JSON values."""

from dataclasses import asdict, dataclass, field
from typing import Any

from rulebound.contract_tests.judging.outcome import CaseResult
from rulebound.contract_tests.proving.bad_targets import BadTargetResult
from rulebound.contract_tests.proving.mutation import MutationResult
from rulebound.contract_tests.proving.switches import SwitchResult


@dataclass
class Outcome:
    """`untried` are rules without a case; `red` cases that fail with nothing switched off, and
    then the rest was not tried."""

    untried: list[str] = field(default_factory=list)
    red: list[CaseResult] = field(default_factory=list)
    switches: list[SwitchResult] = field(default_factory=list)
    mutations: list[MutationResult] = field(default_factory=list)
    bad_targets: list[BadTargetResult] = field(default_factory=list)
    seconds: float = 0.0


def as_data(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON values: what prove.json holds."""
    return {
        "seconds": round(outcome.seconds, 1),
        "untried": outcome.untried,
        "red": [
            {"case": result.case.id, "problems": [problem.says for _, problem in result.problems]}
            for result in outcome.red
        ],
        "switches": [asdict(each) for each in sorted(outcome.switches, key=_rule)],
        "mutations": [asdict(each) for each in sorted(outcome.mutations, key=_rule)],
        "bad_targets": [asdict(each) for each in outcome.bad_targets],
    }


def _rule(result: SwitchResult | MutationResult) -> str:
    return result.rule
