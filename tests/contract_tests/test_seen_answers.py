"""An answer that comes once more: what is found of it is what was found at first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Expect
from rulebound.contract_tests.judging import conformance
from rulebound.contract_tests.judging.memory import fingerprint
from rulebound.contract_tests.wire.message import Answer, WireRequest

PICK = "/core/casemgr/v3/activity/pick"
BODY = b'{"code": "400-387", "developerMessage": "The list must name an activity."}'
REFUSED = Answer(400, (("Content-Type", "application/json"), ("Date", "then")), BODY)


@pytest.fixture(scope="module")
def apis() -> Apis:
    """The kit's APIs."""
    return load_apis(shipped())


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The statuses of the answers that were looked through."""
    found: list[int] = []
    known: Any = conformance._response

    def heard(method: str, address: str, answer: Answer) -> Any:
        found.append(answer.status)
        return known(method, address, answer)

    monkeypatch.setattr(conformance, "_response", heard)
    return found


def picked(apis: Apis) -> Built:
    """A request to pick."""
    api, operation = apis.owner("pickActivities")
    request = WireRequest("PATCH", PICK, headers=(("Content-Type", "application/json"),))
    return Built(request, api, operation, Expect())


def test_what_was_right_is_not_looked_through_again(apis: Apis, looked: list[int]) -> None:
    """The same answer at another time, explained on another page, is right without a look."""
    checks, built = conformance.SchemaConformance(), picked(apis)
    later = (("Content-Type", "application/json"), ("Date", "now"), ("Rulebound-Explain", "/2"))
    assert checks.faults(built, REFUSED) == []
    assert checks.faults(built, replace(REFUSED, headers=later)) == []
    assert looked == [400]


@pytest.mark.parametrize(
    "change",
    [
        {"status": 409},
        {"body": BODY.replace(b"387", b"388")},
        {"headers": (("Content-Type", "application/json; charset=utf-8"),)},
    ],
)
def test_another_answer_is_looked_through(
    apis: Apis, looked: list[int], change: dict[str, Any]
) -> None:
    """Another status, body or header is another answer."""
    checks, built = conformance.SchemaConformance(), picked(apis)
    checks.faults(built, REFUSED)
    checks.faults(built, replace(REFUSED, **change))
    assert len(looked) == 2


def test_what_is_wrong_stays_wrong(apis: Apis) -> None:
    """A faulty answer is told of each time, also after the right one of its kind."""
    checks, built = conformance.SchemaConformance(), picked(apis)
    assert checks.faults(built, REFUSED) == []
    faulty = replace(REFUSED, body=b'{"code": 400}')
    first = checks.faults(built, faulty)
    assert first and checks.faults(built, faulty) == first


def test_a_declared_header_is_held_each_time(apis: Apis) -> None:
    """Of a header that changes by itself, but of which the document says something, each value
    counts."""
    built = picked(apis)
    schema = {"schema": {"type": "string", "enum": ["then"]}}
    responses = dict(built.operation.responses)
    responses["400"] = {**responses["400"], "headers": {"Date": schema}}
    bundle = dict(built.api.document.bundle)
    path = dict(bundle["paths"]["/activity/pick"])
    path["patch"] = {**path["patch"], "responses": responses}
    bundle["paths"] = {**bundle["paths"], "/activity/pick": path}
    document = replace(built.api.document, bundle=bundle)
    operation = replace(built.operation, responses=responses)
    strict = replace(built, api=replace(built.api, document=document), operation=operation)
    checks = conformance.SchemaConformance()
    assert checks.faults(strict, REFUSED) == []
    later = replace(REFUSED, headers=(*REFUSED.headers[:1], ("Date", "now")))
    assert checks.faults(strict, later) != []


def test_answers_differ_by_more_than_what_changes_by_itself() -> None:
    """The number of the page that explains an answer makes it no other one; its rule does."""
    one = replace(REFUSED, headers=(("Rulebound-Explain", "/1"), ("Rulebound-Rule", "a")))
    two = replace(REFUSED, headers=(("rulebound-explain", "/2"), ("Rulebound-Rule", "a")))
    other = replace(REFUSED, headers=(("Rulebound-Explain", "/1"), ("Rulebound-Rule", "b")))
    assert fingerprint(one) == fingerprint(two) != fingerprint(other)
