"""A test of one's own as a case of a rule, and what it said as that case's result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rulebound.contract_tests.cases.model import Case, Sending
from rulebound.contract_tests.judging.outcome import CaseResult, Problem, Step, Verdict
from rulebound.contract_tests.pytest_stub.telling import FAILED, PASSED
from rulebound.contract_tests.wire.message import WireRequest

ROLE = "test"
_EXPECTED = "the test passes"


def case_of(rule: str, number: int, node: str) -> Case:
    """The case that a marked test is; its title is the test's node id."""
    return Case(rule, ROLE, number, Sending(node), {}, (), (), "", 0)


def result_of(case: Case, phases: Mapping[str, dict[str, Any]]) -> CaseResult:
    """The result of a test from what its phases said, at least one of them.

    A test that passed and could not be cleared away shows nothing: what its fixtures check at their
    end is part of it.
    """
    told = phases.get("call") or next(iter(phases.values()))
    if told["state"] == PASSED and "teardown" in phases:
        told = {**phases["teardown"], "sent": told["sent"]}
    sent = [_request(each) for each in told["sent"]]
    steps = [
        Step(f"request {number}", "an answer", _answered(each), request=request)
        for number, (each, request) in enumerate(zip(told["sent"], sent, strict=True), 1)
    ]
    last = sent[-1] if sent else None
    seconds = sum(each["seconds"] for each in phases.values())
    return CaseResult(case, (*steps, _step(told, last)), seconds)


def _step(told: Mapping[str, Any], last: WireRequest | None) -> Step:
    if told["state"] == PASSED:
        return Step(told["where"], _EXPECTED, "it passed")
    broken = told["state"] == FAILED
    verdict = Verdict.BROKEN if broken else Verdict.NOT_REACHED
    problem = Problem(verdict, told["says"].partition("\n")[0])
    return Step(told["where"], _EXPECTED, told["says"], (problem,), last if broken else None)


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
