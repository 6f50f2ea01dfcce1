"""What a run on a deployment did not reach, by what was missing: many rules have one reason."""

from collections.abc import Iterator
from typing import Any

MOST_NAMED = 3


def unreached(data: dict[str, Any]) -> Iterator[str]:
    """A line for each reason with the number of its rules, and one that names the first of them;
    the reason of most rules first."""
    reasons: dict[str, list[str]] = {}
    for rule in data["rules"]:
        if rule["verdict"] == "not reached":
            reasons.setdefault(_reason(rule), []).append(rule["id"])
    for reason, rules in sorted(reasons.items(), key=lambda each: -len(each[1])):
        named = ", ".join(rules[:MOST_NAMED])
        more = f" and {len(rules) - MOST_NAMED} more" if len(rules) > MOST_NAMED else ""
        yield f"not reached, {len(rules)} rule{'s' * (len(rules) > 1)}: {reason}"
        yield f"  {named}{more}"


def _reason(rule: dict[str, Any]) -> str:
    """The problem that decided, without the case in which it came up."""
    why = rule["why"] or "no case was conducted"
    problems = (
        str(problem)
        for case in rule["cases"]
        for step in case["steps"]
        for problem in step["problems"]
    )
    return next((problem for problem in problems if why.endswith(problem)), str(why))
