"""Every case of every rule: `pytest --pyargs rulebound.contract_tests`."""

import pytest
from rulebound.contract_tests.collecting import Collected, Collection
from rulebound.contract_tests.judging.outcome import CaseResult, Verdict
from rulebound.contract_tests.reports.files import printable
from rulebound.contract_tests.reports.wording import Wording


def test_rule(rulebound_case: Collected, rulebound_collection: Collection) -> None:
    """The rule does what its sentence says, in this case."""
    result = rulebound_collection.conduct(rulebound_case)
    # On a stub everything can be reached; a deployment has not all that a case asks for.
    unreached = pytest.fail if rulebound_collection.strict else pytest.skip
    if result is None:
        why = rulebound_case.planned.why or "there is no case"
        if rulebound_case.planned.untestable:
            pytest.skip(why)
        unreached(why)
    if result.verdict is Verdict.BROKEN:
        known = rulebound_collection.accepted(rulebound_case)
        if known is not None:
            pytest.xfail(f"accepted until {known.until} because {known.reason}")
        evidence = _evidence(rulebound_case, result, rulebound_collection.wording)
        pytest.fail(printable(evidence), pytrace=False)
    if result.verdict is not Verdict.KEPT:
        says = rulebound_collection.wording.text(result.problems[0][1].says)
        ended = unreached if result.verdict is Verdict.NOT_REACHED else pytest.skip
        ended(f"{result.verdict.value}: {says}")


def _evidence(item: Collected, result: CaseResult, wording: Wording) -> str:
    rule = item.planned.rule
    lines = [f"{rule.id} ({', '.join(rule.source)}): {rule.says}", result.case.title]
    for step, problem in result.problems:
        lines.append(f"{step.name}: {wording.text(problem.says)}")
        if step.request is not None:
            lines.append(f"  {wording.curl(step.request)}")
        lines.append(f"  expected {wording.text(step.expected)}")
        lines.append(f"  got      {wording.text(step.got)}")
    return "\n".join(lines)
