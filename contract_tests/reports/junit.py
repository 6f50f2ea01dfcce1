"""JUnit XML: a suite per operation, a case per rule."""

import re
from typing import Any
from xml.etree import ElementTree as ET

# What XML 1.0 cannot hold, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(data: dict[str, Any]) -> bytes:
    """The report as JUnit XML: broken is a failure, not reached and not testable are skipped,
    differs passes with a note."""
    root = ET.Element("testsuites", name="rulebound", time=str(data["seconds"]))
    for operation in data["operations"]:
        rules = [
            rule
            for rule in data["rules"]
            if (rule["api"], rule["operation"]) == (operation["api"], operation["operation"])
        ]
        totals = operation["totals"]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=f"{operation['api']}.{operation['operation']}",
            tests=str(len(rules)),
            failures=str(totals["broken"]),
            errors="0",
            skipped=str(totals["not reached"] + totals["not testable"]),
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
    verdict, why = rule["verdict"], _clean(rule["why"] or "")
    if verdict == "broken":
        ET.SubElement(case, "failure", type=verdict, message=why).text = _evidence(rule)
    elif verdict in ("not reached", "not testable"):
        ET.SubElement(case, "skipped", type=verdict, message=why)
    elif verdict == "differs":
        ET.SubElement(case, "system-out").text = f"differs: {why}\n{_evidence(rule)}"


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
