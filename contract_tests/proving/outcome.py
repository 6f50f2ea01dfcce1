"""Everything a run of `prove` found."""

from dataclasses import dataclass, field

from rulebound.contract_tests.judging.outcome import CaseResult
from rulebound.contract_tests.proving.bad_targets import BadTargetResult
from rulebound.contract_tests.proving.mutation import MutationResult
from rulebound.contract_tests.proving.switches import SwitchResult


@dataclass
class Outcome:
    """`red` are cases that fail with nothing switched off; then the rest was not tried."""

    red: list[CaseResult] = field(default_factory=list)
    switches: list[SwitchResult] = field(default_factory=list)
    mutations: list[MutationResult] = field(default_factory=list)
    bad_targets: list[BadTargetResult] = field(default_factory=list)
    seconds: float = 0.0
