"""What an exchange shows about a rule."""

from dataclasses import dataclass

from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.passive.matching import Exchange
from rulebound.contract_tests.planning import short_name
from rulebound.openapi.model import Operation, Rule

SERVER_ERROR = "no-server-error"
DECLARED = "answer-as-declared"
REASON = "refused-for-a-reason"

_SAYS = {
    SERVER_ERROR: "No request makes the server fail.",
    DECLARED: "Every answer is one that the document declares for the operation.",
    REASON: "A request is refused only where a rule with this answer may be broken.",
}


@dataclass(frozen=True)
class Finding:
    """What an exchange shows: that a rule is broken, that the target differs, or that it is kept.

    `expected` is what the answer should have been; `is_note`: kept, yet worth telling.
    """

    rule: str
    verdict: Verdict
    says: str
    expected: str
    exchange: Exchange
    is_note: bool = False


def general_rules(operation: Operation) -> tuple[Rule, ...]:
    """The three rules that no page says and every operation keeps."""
    return tuple(_general(operation, name) for name in _SAYS)


def general(operation: Operation, name: str) -> str:
    """The id of one of them for an operation."""
    return f"{short_name(operation)}.{name}"


def is_general(rule: Rule) -> bool:
    """Whether a rule is one of them."""
    return not rule.source and rule.id.partition(".")[2] in _SAYS


def _general(operation: Operation, name: str) -> Rule:
    return Rule(
        id=general(operation, name),
        says=_SAYS[name],
        source=(),
        kind="tolerate",
        condition=None,
        phase=None,
        error=None,
        reading=None,
        because=None,
        pointer=operation.pointer,
        file="",
        line=0,
        raw={},
    )
