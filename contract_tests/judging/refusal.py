"""Judges an answer that should be a refusal: held to everything on a stub, to the basis elsewhere.

`basis` says how sure the document is. On a deployment, another answer than a documented or derived
one is broken, another than one from elsewhere (vendor) or from nowhere (assumed) differs.
"""

from collections.abc import Iterator

from rulebound.contract_tests.cases.model import Refused
from rulebound.contract_tests.judging.outcome import Problem, Verdict
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import ErrorAnswer, Rule

FIRM = frozenset(("documented", "derived"))


def refusal_problems(
    refused: Refused, answer: Answer, code: str | None, error: ErrorAnswer | None, *, strict: bool
) -> Iterator[Problem]:
    """What is wrong with a refusal that carries the error code `code`.

    `refused` is the witness writer's expectation, `error` the document's (None where the rule
    that refuses is not known); `strict` holds the target to both in everything.
    """
    if answer.status >= 500 and refused.status < 500:
        if _tolerated(answer.status, code, error, strict=strict):
            yield note(answer.status, code)
        else:
            yield Problem(Verdict.BROKEN, f"the status is {answer.status}, not {refused.status}")
        return
    wanted = [(refused.status, refused.code)]
    if error is not None:
        wanted.append((error.status, error.code))
    if any(answer.status != status for status, _ in wanted):
        yield from _wrong_status(wanted, answer.status, code, error, strict=strict)
        return
    if any(each is not None and each != code for _, each in wanted):
        if _tolerated(answer.status, code, error, strict=strict):
            yield note(answer.status, code)
            return
        firm = strict or error is None or error.code_basis in FIRM
        names = " and ".join(sorted({each for _, each in wanted if each}))
        says = f"the code is {code}, not {names}"
        yield Problem(Verdict.BROKEN if firm else Verdict.DIFFERS, says)


def _wrong_status(
    wanted: list[tuple[int, str | None]],
    status: int,
    code: str | None,
    error: ErrorAnswer | None,
    *,
    strict: bool,
) -> Iterator[Problem]:
    if _tolerated(status, code, error, strict=strict):
        yield note(status, code)
        return
    names = " and ".join(sorted({str(each) for each, _ in wanted}))
    firm = strict or error is None or error.status_basis in FIRM
    said = f" (code {code})" if code else ""
    what = "accepted" if status < 400 else "answered"
    yield Problem(
        Verdict.BROKEN if firm else Verdict.DIFFERS, f"{what} with {status}{said}, not {names}"
    )


def note(status: int, code: str | None) -> Problem:
    """That an answer is accepted because it is tolerated."""
    said = f" (code {code})" if code else ""
    return Problem(Verdict.KEPT, f"tolerated: answered with {status}{said}")


def _tolerated(status: int, code: str | None, error: ErrorAnswer | None, *, strict: bool) -> bool:
    if strict or error is None:
        return False
    # A documented refusal that does not come is broken, whatever is tolerated besides.
    if status < 300 and error.status_basis in FIRM:
        return False
    return any(each.status == status and each.code in (None, code) for each in error.tolerates)


def deciding_problems(rule: Rule, answer: Answer) -> Iterator[Problem]:
    """On a stub: whether the rule that refused is the one under test."""
    deciding = answer.header("rulebound-rule")
    if deciding != rule.id and answer.status >= 400:
        by = f"refused by {deciding}" if deciding else "refused by no rule"
        yield Problem(Verdict.BROKEN, f"{by}, not by {rule.id}")
