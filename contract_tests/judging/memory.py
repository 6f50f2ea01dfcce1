"""What a run remembers that conducts the same cases again and again: requests, and answers found
right. An answer is the same when status, body and headers are, but for what changes by itself."""

from collections.abc import Container, Hashable
from dataclasses import dataclass, field

from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.judging.outcome import Step
from rulebound.contract_tests.wire.message import Answer

CHANGING = frozenset(("date", "rulebound-digest", "rulebound-explain", "rulebound-world"))
"""Headers that change by themselves; the page that explains an answer has its number."""


@dataclass(frozen=True)
class Memory:
    """Requests by their place in a case, and the steps whose answer was right."""

    requests: dict[Hashable, Built] = field(default_factory=dict)
    steps: dict[Hashable, Step] = field(default_factory=dict)


def fingerprint(
    answer: Answer, changing: Container[str] = CHANGING
) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Equal for answers that are the same but for headers that are `changing` (small names)."""
    headers = tuple(pair for pair in answer.headers if pair[0].lower() not in changing)
    return answer.status, headers, answer.body
