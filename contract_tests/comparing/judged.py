"""Which rule a difference is about, and which of two answers keeps the page."""

from dataclasses import dataclass

from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Refused
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.contract_tests.comparing.sides import Side
from rulebound.contract_tests.judging.acceptance import unmet
from rulebound.contract_tests.judging.answers import code_of
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.judging.refusal import refusal_problems
from rulebound.contract_tests.properties.drawing import Drawing
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import ErrorAnswer, Rule

ALIKE = "answers-alike"
"""What is told where no rule is known to be concerned."""
_RULE = "rulebound-rule"


@dataclass(frozen=True)
class Given:
    """What one side was sent and answered, all in the terms of the seed."""

    side: Side
    built: Built
    answer: Answer

    @property
    def rule(self) -> str | None:
        """The rule by which a stub refused."""
        return self.answer.header(_RULE)

    @property
    def faults(self) -> list[str]:
        """Where the answer is not as the document declares answers."""
        return self.side.ground.conformance.faults(self.built, self.answer)


def wrong(given: Given, broken: tuple[Rule, ...]) -> str:
    """What of an answer is not as the page has it, when the request breaks these rules; empty for
    an answer that keeps the page, or of which the page says nothing firm."""
    answer = given.answer
    if not broken:
        if not 200 <= answer.status < 300:
            return f"refused with {answer.status}, though every rule that is read is kept"
        return "; ".join(given.faults)
    said = []
    for rule in broken:
        if rule.error is None:
            continue
        problems = [each for each in _problems(given, rule.error) if not each[0]]
        if not problems:
            return "; ".join(given.faults)
        said += [says for _, says in problems]
    return said[0] if said else ""


def _problems(given: Given, error: ErrorAnswer) -> list[tuple[bool, str]]:
    """(whether the page leaves it open, what is wrong)."""
    code = code_of(given.answer, given.built.api.document, given.built.operation)
    wanted = Refused(error.status, error.code)
    found = refusal_problems(wanted, given.answer, code, error, strict=False)
    return [(each.verdict is not Verdict.BROKEN, each.says) for each in found]


def unmet_by(given: Given, drawing: Drawing, made: str | None) -> str:
    """What an answer lacks of what the witness promises; empty where that cannot be told."""
    built = given.built
    try:
        values = drawing.tried.resolver(made)
        return "; ".join(
            unmet(built.expect, given.answer, built.api.document, built.operation, values)
        )
    except ValueFault:
        return ""


def is_tolerated(given: Given, broken: tuple[Rule, ...]) -> bool:
    """Whether a side's answer is one that the document, or its profile, tolerates of a rule."""
    code = code_of(given.answer, given.built.api.document, given.built.operation)
    return any(
        each.status == given.answer.status and each.code in (None, code)
        for rule in broken
        if rule.error is not None
        for each in (*rule.error.tolerates, *given.side.target.tolerates(rule.id))
    )


def named(left: Given, right: Given, broken: tuple[Rule, ...], about: str) -> str:
    """The rule a difference is about: by which a stub refused, else one that the second reading
    says is broken, else what the request was drawn for (`about`)."""
    for given in (left, right):
        if given.rule is not None:
            return given.rule
    if broken:
        return broken[0].id
    if about:
        return about
    for given in (left, right):
        if given.faults:
            return "conforming.as-declared"
    return ALIKE
