"""Every case of every rule: `pytest --pyargs rulebound.contract_tests`."""

import pytest
from rulebound.contract_tests.collecting import Collected, Collection
from rulebound.contract_tests.judging.outcome import CaseResult, Verdict
from rulebound.contract_tests.wire.curl import as_curl


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
        url = rulebound_collection.options.target or "http://127.0.0.1:8400"
        pytest.fail(_evidence(rulebound_case, result, url), pytrace=False)
    if result.verdict is Verdict.NOT_REACHED:
        unreached(f"not reached: {result.problems[0][1].says}")
    if result.verdict is not Verdict.KEPT:
        pytest.skip(f"{result.verdict.value}: {result.problems[0][1].says}")


def _evidence(item: Collected, result: CaseResult, url: str) -> str:
    rule = item.planned.rule
    lines = [f"{rule.id} ({', '.join(rule.source)}): {rule.says}", result.case.title]
    for step, problem in result.problems:
        lines.append(f"{step.name}: {problem.says}")
        if step.request is not None:
            lines.append(f"  {as_curl(step.request, url)}")
        lines += [f"  expected {step.expected}", f"  got      {step.got}"]
    return "\n".join(lines)
