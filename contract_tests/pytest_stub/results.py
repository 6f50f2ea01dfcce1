"""A test of one's own as a case of a rule, and what it said as that case's result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rulebound.contract_tests.cases.model import Case, Sending
from rulebound.contract_tests.judging.outcome import CaseResult, Problem, Step, Verdict
from rulebound.contract_tests.pytest_stub.telling import FAILED, FAULT, PASSED, SKIPPED, Phase
from rulebound.contract_tests.wire.message import WireRequest

ROLE = "test"
_EXPECTED = "the test passes"
_GRAVEST = (FAILED, FAULT, SKIPPED, PASSED)


def case_of(rule: str, number: int, node: str) -> Case:
    """The case that a marked test is; its title is the test's node id."""
    return Case(rule, ROLE, number, Sending(node), {}, (), (), "", 0)


def result_of(case: Case, phases: Sequence[Phase]) -> CaseResult | None:
    """The result of a test from its phases and the parts of them; None where nothing was tried.

    The gravest decides: what fixtures check at their end, and every subtest, is part of the test.
    """
    said = [each for each in phases if each.state is not None]
    if not said:
        return None
    worst = min(said, key=lambda each: _GRAVEST.index(str(each.state)))
    sent = [_request(each) for each in worst.sent]
    steps = [
        Step(f"request {number}", "an answer", _answered(each), request=request)
        for number, (each, request) in enumerate(zip(worst.sent, sent, strict=True), 1)
    ]
    seconds = sum(each.seconds for each in phases)
    return CaseResult(case, (*steps, _step(worst, sent[-1] if sent else None)), seconds)


def _step(phase: Phase, last: WireRequest | None) -> Step:
    if phase.state == PASSED:
        return Step(phase.where, _EXPECTED, "it passed")
    broken = phase.state == FAILED
    verdict = Verdict.BROKEN if broken else Verdict.NOT_REACHED
    problem = Problem(verdict, phase.says.partition("\n")[0])
    return Step(phase.where, _EXPECTED, phase.says, (problem,), last if broken else None)


def _request(sent: Mapping[str, Any]) -> WireRequest:
    return WireRequest(
        method=sent["method"],
        path=sent["path"],
        headers=tuple((name, value) for name, value in sent["headers"]),
        body=None if sent["body"] is None else sent["body"].encode("utf-8", "replace"),
        secrets=tuple((text, name) for text, name in sent["secrets"]),
    )


def _answered(sent: Mapping[str, Any]) -> str:
    refused = "" if sent["rule"] is None else f", refused by {sent['rule']}"
    return f"{sent['status']}{refused}"
