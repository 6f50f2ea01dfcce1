"""How long the answers of an operation took, from the steps of a report."""

from collections.abc import Iterable
from math import ceil
from statistics import median
from typing import Any


def latency(operation: str, rules: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """Number of answers, and the seconds of the quickest, the median and 95 of 100; None where
    no answer was timed."""
    found = sorted(
        step["seconds"]
        for rule in rules
        for case in rule["cases"]
        for step in case["steps"]
        if step["operation"] == operation and step["seconds"] is not None
    )
    if not found:
        return None
    return {
        "answers": len(found),
        "min": found[0],
        "median": round(median(found), 6),
        "p95": found[ceil(0.95 * len(found)) - 1],
    }
