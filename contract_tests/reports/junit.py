"""JUnit XML: a suite per operation, a case per rule."""

import re
from typing import Any
from xml.etree import ElementTree as ET

from rulebound.contract_tests.reports.words import counts_as_broken, remarks, standing

# What XML 1.0 cannot hold, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(data: dict[str, Any]) -> bytes:
    """The report as JUnit XML: broken is a failure, not reached and not testable are skipped, and
    so is what is broken and accepted; differs passes with a note."""
    root = ET.Element("testsuites", name="rulebound", time=str(data["seconds"]))
    for operation in data["operations"]:
        rules = [
            rule
            for rule in data["rules"]
            if (rule["api"], rule["operation"]) == (operation["api"], operation["operation"])
        ]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=f"{operation['api']}.{operation['operation']}",
            tests=str(len(rules)),
            failures=str(sum(map(counts_as_broken, rules))),
            errors="0",
            skipped=str(sum(map(_is_skipped, rules))),
            time=str(operation["seconds"]),
            timestamp=data["started"],
        )
        for rule in rules:
            _case(suite, rule)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _case(suite: ET.Element, rule: dict[str, Any]) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"{rule['api']}.{rule['operation']}",
        name=rule["id"],
        time=str(rule["seconds"]),
    )
    why, told = _clean(rule["why"] or ""), _clean("; ".join(remarks(rule)))
    if counts_as_broken(rule):
        ET.SubElement(case, "failure", type="broken", message=why).text = _evidence(rule)
    elif _is_skipped(rule):
        reason = why if rule["verdict"] != "broken" else _clean(standing(rule))
        ET.SubElement(case, "skipped", type=rule["verdict"], message=reason)
    elif rule["verdict"] == "differs":
        told = f"{standing(rule)}: {why}\n{_evidence(rule)}\n{told}"
    if told:
        ET.SubElement(case, "system-out").text = _clean(told)


def _is_skipped(rule: dict[str, Any]) -> bool:
    accepted = rule["verdict"] == "broken" and not counts_as_broken(rule)
    return accepted or rule["verdict"] in ("not reached", "not testable")


def _evidence(rule: dict[str, Any]) -> str:
    lines = [rule["says"], "statements: " + ", ".join(rule["source"])]
    for case in rule["cases"]:
        for step in case["steps"]:
            for problem in step["problems"]:
                lines.append(f"{case['id']} ({case['title']}), {step['name']}: {problem}")
                lines += [f"  {step['request']}"] if step["request"] else []
                lines.append(f"  expected {step['expected']}")
                lines.append(f"  got {step['got']}")
    return _clean("\n".join(lines))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
