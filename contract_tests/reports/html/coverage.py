"""The statements of each source page, by the verdict of the rules that carry them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from rulebound.contract_tests.reports.marks import MARKS


@dataclass(frozen=True)
class Sheet:
    """A source page: its statements, and how many have which verdict."""

    title: str
    anchor: str
    statements: tuple[dict[str, Any], ...]
    counts: dict[str, int]


def sheets(data: dict[str, Any]) -> tuple[Sheet, ...]:
    """The source pages of a report, in its order."""
    by_page: dict[str, list[dict[str, Any]]] = {}
    for statement in data["statements"]:
        by_page.setdefault(statement["page"], []).append(statement)
    return tuple(
        Sheet(title, f"page-{number}", tuple(found), _counts(found))
        for number, (title, found) in enumerate(by_page.items(), 1)
    )


def _counts(statements: list[dict[str, Any]]) -> dict[str, int]:
    found = Counter(each["verdict"] for each in statements)
    return {verdict: found[verdict] for verdict in MARKS if found[verdict]}


def cited_by(data: dict[str, Any]) -> dict[tuple[str, str], int]:
    """API and operation -> how many statements its rules stand on."""
    found: dict[tuple[str, str], set[str]] = {}
    for rule in data["rules"]:
        found.setdefault((rule["api"], rule["operation"]), set()).update(rule["source"])
    return {place: len(ids) for place, ids in found.items()}
