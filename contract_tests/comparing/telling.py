"""A comparison as text for a person, and as JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from rulebound.contract_tests.comparing.difference import Comparison, Difference


def told(comparison: Comparison, form: str, names: tuple[str, str]) -> str:
    """The comparison in words, or as JSON with `form` json; `names` are those of the sides."""
    if form == "json":
        return json.dumps(_data(comparison, names), indent=2, ensure_ascii=False)
    return "\n".join(_lines(comparison, names))


def _data(comparison: Comparison, names: tuple[str, str]) -> dict[str, object]:
    return {
        "left": names[0],
        "right": names[1],
        "compared": comparison.compared,
        "differences": [
            {**asdict(each), "verdict": each.verdict} for each in comparison.differences
        ],
        "not_compared": comparison.not_compared,
        "unfinished": comparison.unfinished,
    }


def _lines(comparison: Comparison, names: tuple[str, str]) -> Iterator[str]:
    yield f"left: {names[0]}"
    yield f"right: {names[1]}"
    for each in comparison.differences:
        yield ""
        yield from _difference(each)
    yield ""
    for operation, reason in comparison.not_compared.items():
        yield f"not compared: {operation}: {reason}"
    for operation, reason in comparison.unfinished.items():
        yield f"not compared to the end: {operation}: {reason}"
    count = len(comparison.differences)
    found = "no difference" if not count else f"{count} difference{'s' if count > 1 else ''}"
    so_far = " so far" if comparison.unfinished else ""
    yield f"{comparison.compared} requests compared, {found}{so_far}"


def _difference(each: Difference) -> Iterator[str]:
    yield f"{each.rule} ({each.operation}): {each.verdict}"
    yield f"  {each.where}: left {each.left}, right {each.right}"
    for name, heard in (("left", each.on_left), ("right", each.on_right)):
        yield f"  {name}: {heard.answer}"
        if heard.wrong:
            yield f"    not as the page has it: {heard.wrong}"
        yield f"    {heard.request}"
