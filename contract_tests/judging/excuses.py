"""What excuses a wrong answer of a deployment: a valid request is turned away as well."""

import json
from dataclasses import replace
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring
from rulebound.contract_tests.judging.outcome import Problem, Step, Verdict
from rulebound.contract_tests.wire.message import Answer

UNAUTHORIZED = 401
_NOBODY_THERE = (502, 503, 504)
_WRONG = (Verdict.BROKEN, Verdict.DIFFERS)


def turned_away(step: Step) -> bool:
    """Whether a request got a wrong answer that may have nothing to do with it: a refusal, a
    redirect, that nobody is there, or a page that no API writes. A failure of the server has."""
    if step.verdict not in _WRONG or step.answer is None:
        return False
    status = step.answer.status
    return 300 <= status < 500 or status in _NOBODY_THERE or not is_an_answer(step.answer)


def excused(steps: tuple[Step, ...], probe: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps of a case beside the steps of a valid request sent after it.

    If that one is turned away too, the answer may come from what earlier requests left, or from
    something that stands before the API, so it says nothing of the rule. If it could not be sent
    it says nothing, and the steps stay as they are.
    """
    if not any(turned_away(step) or _is_without_credential(step) for step in probe):
        return steps
    why = "the valid request beside it is refused here too, so the target is not as bound: "
    return tuple(
        replace(
            step,
            problems=tuple(
                Problem(Verdict.NOT_REACHED, why + problem.says, problem.fault)
                for problem in step.problems
            ),
        )
        for step in steps
    )


def unauthorized(steps: tuple[Step, ...], role: str) -> bool:
    """Whether the main request of a case was to be accepted, and its credential was not."""
    return any(_is_unauthorized(step, role) for step in steps)


def unjustly_refused(
    steps: tuple[Step, ...], role: str, probe: tuple[Step, ...]
) -> tuple[Step, ...]:
    """The steps with a refused credential held against the target, where the plain request of the
    same actor is accepted: then it is not the credential."""
    if not probe or any(step.verdict is not Verdict.KEPT for step in probe):
        return steps
    says = f"the status is {UNAUTHORIZED}, and the plain request of the same actor is accepted"
    broken = (Problem(Verdict.BROKEN, says),)
    return tuple(
        replace(step, problems=broken) if _is_unauthorized(step, role) else step for step in steps
    )


def _is_unauthorized(step: Step, role: str) -> bool:
    return (
        step.name.partition(",")[0] == role
        and role not in ("break", "twin", "near-miss")
        and _is_without_credential(step)
    )


def _is_without_credential(step: Step) -> bool:
    return (
        step.verdict is Verdict.NOT_REACHED
        and step.answer is not None
        and step.answer.status == UNAUTHORIZED
    )


def is_an_answer(answer: Answer) -> bool:
    """Whether a body is what an API may write: nothing, JSON or XML."""
    if not answer.body.strip():
        return True
    try:
        json.loads(answer.body)
    except (ValueError, RecursionError):
        return _is_data_in_xml(answer.body)
    return True


def _is_data_in_xml(body: bytes) -> bool:
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError):
        return False
    return not str(root.tag).lower().endswith("html")
