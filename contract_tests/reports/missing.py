"""What a run on a deployment did not reach, by what was missing: many rules have one reason."""

import re
from collections.abc import Iterator
from typing import Any

MOST_NAMED = 3
# What came of a request does not matter where a name did not stand for what it should.
_BESIDE = "the valid request beside it was not accepted, so a refusal proves nothing: "
_CAME = re.compile(r"(.* not as bound: .*): (?:accepted|answered|the status is) .*")


def unreached(data: dict[str, Any]) -> Iterator[str]:
    """A line for each reason with the number of its rules, and one that names the first of them;
    the reason of most rules first."""
    for reason, rules in reasons(data):
        named = ", ".join(rules[:MOST_NAMED])
        more = f" and {len(rules) - MOST_NAMED} more" if len(rules) > MOST_NAMED else ""
        yield f"not reached, {len(rules)} rule{'s' * (len(rules) > 1)}: {reason}"
        yield f"  {named}{more}"


def reasons(data: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Each reason with the rules that were not reached for it, that of most rules first."""
    found: dict[str, list[str]] = {}
    for rule in data["rules"]:
        if rule["verdict"] == "not reached":
            found.setdefault(_reason(rule), []).append(rule["id"])
    return sorted(found.items(), key=lambda each: -len(each[1]))


def _reason(rule: dict[str, Any]) -> str:
    """The problem that decided, without the case in which it came up."""
    why = rule["why"] or "no case was conducted"
    problems = (
        str(problem)
        for case in rule["cases"]
        for step in case["steps"]
        for problem in step["problems"]
    )
    found = next((problem for problem in problems if why.endswith(problem)), str(why))
    came = _CAME.fullmatch(found)
    return (came[1] if came else found).removeprefix(_BESIDE)
