"""On a deployment any rule that a request breaks may answer; on a stub only the first of them."""

from dataclasses import replace

import pytest
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.judging.bench import Subject
from rulebound.contract_tests.judging.order import SecondReading
from rulebound.contract_tests.planning import Selection, plan


@pytest.fixture(scope="module")
def kit() -> Apis:
    """The kit's own APIs."""
    return load_apis(shipped())


def first(kit: Apis, rule: str, **changes: object) -> tuple[Subject, Case]:
    """The first case of a rule, its request changed."""
    planned = plan(kit, Selection(rules=(rule,)))[0]
    assert planned.subject is not None
    case = planned.cases[0]
    return planned.subject, replace(case, sending=replace(case.sending, **changes))


def test_a_later_rule_that_is_broken_as_well_is_found(kit: Apis) -> None:
    """A request for an activity that is not there, by a user without the right to pick."""
    subject, case = first(kit, "pick.exists", actor="anna-without-pick")
    rule = next(each for each in subject.operation.rules if each.id == "pick.action")
    assert rule.error is not None
    found = SecondReading(kit).also_broken(subject, case, rule.error.status, rule.error.code)
    assert "pick.action" in found


def test_a_rule_that_is_kept_is_no_excuse(kit: Apis) -> None:
    """The answer of a rule that the request keeps stays a wrong answer."""
    subject, case = first(kit, "pick.exists")
    rule = next(each for each in subject.operation.rules if each.id == "pick.action")
    assert rule.error is not None
    assert SecondReading(kit).also_broken(subject, case, rule.error.status, rule.error.code) == []


def test_another_status_or_code_is_no_excuse(kit: Apis) -> None:
    """Only a rule that answers so explains an answer."""
    subject, case = first(kit, "pick.exists", actor="anna-without-pick")
    assert SecondReading(kit).also_broken(subject, case, 418, None) == []
    assert SecondReading(kit).also_broken(subject, case, 403, "403-999") == []
