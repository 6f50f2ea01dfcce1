"""Holds a refusal against the rules that a request breaks: on a stub in everything, on a deployment
as far as the page is firm."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Refused
from rulebound.contract_tests.judging.answers import code_of
from rulebound.contract_tests.judging.outcome import Problem, gravest
from rulebound.contract_tests.judging.refusal import refusal_problems
from rulebound.contract_tests.properties.ground import Caller
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import ErrorAnswer, Rule


@dataclass(frozen=True)
class Broken:
    """The rules that a request breaks: those of the first phase that has one, and `further` ones,
    by which a deployment may refuse as well."""

    first: tuple[Rule, ...]
    further: tuple[Rule, ...] = ()

    @property
    def errors(self) -> tuple[ErrorAnswer, ...]:
        """What is answered to who breaks the first ones."""
        return tuple(rule.error for rule in self.first if rule.error is not None)

    @property
    def wanted(self) -> str:
        """In words, what must come."""
        names = ", ".join(rule.id for rule in self.first)
        return f"a refusal by {names} ({statuses({error.status for error in self.errors})})"


def refused(
    caller: Caller, built: Built, answer: Answer, broken: Broken, unchanged: bool | None
) -> None:
    """Raise Violated when an answer is no refusal by one of these rules, or changes something."""
    first, wanted = broken.first[0].id, broken.wanted
    if caller.ground.target.strict:
        code = code_of(answer, built.api.document, built.operation)
        right = any(error.status == answer.status for error in broken.errors)
        right = right and code in {error.code for error in broken.errors}
        if not right or answer.header("rulebound-rule") not in {r.id for r in broken.first}:
            caller.wrong(first, built, answer, wanted)
    else:
        problems = _problems(caller, built, answer, broken)
        if problems:
            said = "; ".join(problem.says for problem in problems)
            verdict = gravest(problem.verdict for problem in problems)
            caller.wrong(first, built, answer, f"{wanted}: {said}", verdict)
    if unchanged is False:
        caller.wrong("drawing.refused-changes-nothing", built, answer, f"{wanted}, no change")


def _problems(caller: Caller, built: Built, answer: Answer, broken: Broken) -> tuple[Problem, ...]:
    """What is wrong with a deployment's refusal: nothing where it is right by any broken rule."""
    code = code_of(answer, built.api.document, built.operation)
    found: list[tuple[Problem, ...]] = []
    for rule in {rule.id: rule for rule in (*broken.first, *broken.further)}.values():
        if rule.error is None:
            continue
        error = replace(
            rule.error, tolerates=(*rule.error.tolerates, *caller.ground.target.tolerates(rule.id))
        )
        wanted = Refused(error.status, error.code)
        problems = refusal_problems(wanted, answer, code, error, strict=False)
        real = tuple(problem for problem in problems if not problem.is_note)
        if not real:
            return ()
        found.append(real)
    return found[0] if found else ()


def statuses(found: Iterable[int]) -> str:
    """Statuses in one line."""
    return ", ".join(str(status) for status in sorted(set(found)))
