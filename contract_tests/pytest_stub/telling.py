"""What the phases of a test say about its rules; what travels between processes is plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from rulebound.contract_tests.pytest_stub.faults import StubFault
from rulebound.contract_tests.pytest_stub.marks import rules_of
from rulebound.contract_tests.pytest_stub.stub import Stub
from rulebound.contract_tests.pytest_stub.world import HEADER

PASSED, FAILED, SKIPPED, FAULT = "passed", "failed", "skipped", "fault"
_MOST_TEXT = 2000
_OF_THE_CLIENT = {"user-agent", "accept-encoding", "connection", "content-length", HEADER.lower()}
_SECRET = {"authorization", "proxy-authorization", "cookie"}


def told(item: pytest.Item, call: pytest.CallInfo[None], stub: Stub | None) -> dict[str, Any]:
    """What a phase of a test says about its rules besides its report, with which it travels; `stub`
    is the one it used."""
    return {
        "rules": rules_of(item),
        "fault": call.excinfo is not None and isinstance(call.excinfo.value, StubFault),
        "sent": [] if stub is None else [_sent(answer, stub.keys) for answer in stub.answers],
    }


@dataclass(frozen=True)
class Phase:
    """What a phase of a test came to, or a part of one: `state` is None where it is only not in the
    way. `where` is the place in the tests, `sent` what was sent until then."""

    state: str | None
    says: str
    where: str
    seconds: float
    sent: list[dict[str, Any]]


def phase(report: pytest.TestReport, said: Mapping[str, Any]) -> Phase:
    """The phase that a report is of; `said` is what was told with it."""
    state, says = _came_to(report, said["fault"])
    return Phase(state, says[:_MOST_TEXT], _where(report), report.duration, said["sent"])


def _came_to(report: pytest.TestReport, fault: bool) -> tuple[str | None, str]:
    if report.skipped:
        return SKIPPED, _reason(report)
    if report.failed and report.when != "call":
        return FAULT, f"its {report.when} failed: {_message(report)}"
    if report.failed:
        return (FAULT if fault else FAILED), _message(report)
    return (PASSED if report.passed and report.when == "call" else None), ""


def _reason(report: pytest.TestReport) -> str:
    expected = getattr(report, "wasxfail", None)
    if expected is not None:
        return f"expected to fail: {expected}" if expected else "expected to fail"
    said = report.longrepr
    text = str(said[2]) if isinstance(said, tuple) else str(said)
    return f"skipped: {text.removeprefix('Skipped: ')}"


def _message(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(report.longrepr if crash is None else crash.message).strip() or "it failed"


def _where(report: pytest.TestReport) -> str:
    """The file of the test, and the line of its failure where that is in it."""
    crash = getattr(report.longrepr, "reprcrash", None)
    path = report.location[0]
    if crash is not None and str(crash.path).replace("\\", "/").endswith(path.replace("\\", "/")):
        return f"{path}:{crash.lineno}"
    return f"{path}:{(report.location[1] or 0) + 1}"


def _sent(answer: requests.Response, keys: frozenset[str]) -> dict[str, Any]:
    """A request with its answer's status; `keys` are headers that hold credentials."""
    sent = answer.request
    headers = [[name, _text(value)] for name, value in sent.headers.items()]
    secret = [value for name, value in headers if name.lower() in keys | _SECRET]
    return {
        "method": sent.method,
        "path": sent.path_url,
        "headers": [pair for pair in headers if pair[0].lower() not in _OF_THE_CLIENT],
        "body": None if sent.body is None else _text(sent.body),
        "secrets": [[value.rpartition(" ")[2], "CREDENTIAL"] for value in secret],
        "status": answer.status_code,
        "rule": answer.headers.get("Rulebound-Rule"),
    }


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else f"<{type(value).__name__}>"
