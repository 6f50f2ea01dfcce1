"""Which rule a difference is about, and which of two answers keeps the page."""

from dataclasses import dataclass

from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Refused
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.contract_tests.comparing.sides import Side
from rulebound.contract_tests.judging.acceptance import unmet
from rulebound.contract_tests.judging.answers import code_of
from rulebound.contract_tests.judging.leniency import answer_of
from rulebound.contract_tests.judging.outcome import Problem, Verdict
from rulebound.contract_tests.judging.refusal import refusal_problems
from rulebound.contract_tests.properties.drawing import Drawing
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import Rule

ALIKE = "answers-alike"
"""What is told where no rule is known to be concerned."""
UNDECLARED = "conforming.as-declared"
"""What is told where one of the answers is not as the document declares answers."""
UNNAMED = (ALIKE, UNDECLARED)
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
        found = _problems(given, rule)
        if found is None:
            continue
        problems = [each.says for each in found if each.verdict is Verdict.BROKEN]
        if not problems:
            return "; ".join(given.faults)
        said += problems
    return said[0] if said else ""


def _problems(given: Given, rule: Rule) -> list[Problem] | None:
    """What there is to say of an answer as the refusal by a rule, a note where it is tolerated;
    None for a rule that refuses nothing."""
    error = answer_of(given.side.target, rule)
    if error is None:
        return None
    code = code_of(given.answer, given.built.api.document, given.built.operation)
    wanted = Refused(error.status, error.code)
    return list(refusal_problems(wanted, given.answer, code, error, strict=False))


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


def are_excused(answers: tuple[Given, Given], broken: tuple[Rule, ...]) -> bool:
    """Whether two answers may differ: each is the refusal by one of the rules or is tolerated, by
    the document or its side's profile, and one of them at least is tolerated."""
    found = [_accepted(each, broken) for each in answers]
    return None not in found and any(found)


def _accepted(given: Given, broken: tuple[Rule, ...]) -> list[Problem] | None:
    """The notes on an answer that is right or tolerated; None for one that is neither."""
    for rule in broken:
        problems = _problems(given, rule)
        if problems is not None and all(each.is_note for each in problems):
            return problems
    return None


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
            return UNDECLARED
    return ALIKE
