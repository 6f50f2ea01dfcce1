"""A rule told in full: its sentence, where it comes from, its answer, and what shows it."""

from collections.abc import Iterator
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.explaining.examples import examples
from rulebound.contract_tests.planning import PlannedRule
from rulebound.openapi.listing import Listed
from rulebound.openapi.model import Rule

_CONDITIONS = ("when", "require", "ensure", "check", "schema", "elements")


def rule_data(apis: Apis, planned: PlannedRule, url: str) -> dict[str, Any]:
    """All of it as JSON values; `examples` are requests for a stub at `url`."""
    rule = planned.rule
    told = Listed(planned.api.document, planned.operation, rule).as_data()
    error = rule.error
    told["condition"] = _condition(rule)
    told["basis"] = (
        None if error is None else {"status": error.status_basis, "code": error.code_basis}
    )
    told["message"] = None if error is None else dict(error.message)
    told["witnesses"] = [
        {"role": case.role, "title": case.sending.title, "line": case.line}
        for case in planned.cases
    ]
    told["why_no_witness"] = planned.why
    found = examples(apis, planned, url)
    told["examples"] = [
        {"shows": each.shows, "title": each.title, "curl": each.lines, "settings": each.settings}
        for each in found
    ]
    return told


def rule_lines(told: dict[str, Any]) -> Iterator[str]:
    """The same for a person to read."""
    error, basis = told.get("error"), told["basis"]
    yield f"{told['id']}  ({told['operation']}, {told['kind']})"
    yield f"  {told['says']}"
    if told["reading"]:
        yield f"  read as: {told['reading']}"
    for said in told["statements"]:
        yield f"  {said['id']} {said['page']}, {said['section']}: {said['hint']}"
    if error:
        yield f"  refused with {error['status']} {error['code']} ({_bases(basis)})"
        for language, text in told["message"].items():
            yield f"    {language}: {text}"
    for name, text in told["condition"].items():
        yield f"  {name}: {text}"
    yield f"  written in {told['file']}, line {told['line']}"
    yield from _witnesses(told)
    for example in told["examples"]:
        yield from _example(example)


def _condition(rule: Rule) -> dict[str, Any]:
    """What the document demands, as it is written there."""
    return {name: rule.raw[name] for name in _CONDITIONS if name in rule.raw}


def _bases(basis: dict[str, str]) -> str:
    return f"the status is {basis['status']}, the code {basis['code']}"


def _witnesses(told: dict[str, Any]) -> Iterator[str]:
    known = told["witnesses"]
    if not known:
        yield f"  no witness: {told['why_no_witness']}"
        return
    counted = {role: sum(each["role"] == role for each in known) for role in _roles(known)}
    yield "  tried by " + ", ".join(f"{count} x {role}" for role, count in counted.items())


def _roles(known: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(each["role"] for each in known))


def _example(example: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{example['shows']}: {example['title']}"
    for name, value in example["settings"].items():
        yield f"  # with the setting {name}: {value}"
    for line in example["curl"]:
        yield f"  {line}"
