"""A comparison as text for a person, and as JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from rulebound.contract_tests.comparing.difference import Comparison, Difference
from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.shortening import (
    LONGEST_CURL,
    LONGEST_TEXT,
    few,
    shortened,
)

MOST_IN_FULL, MOST_BRIEF, MOST_OPERATIONS = 3, 6, 4
_MORE = "--verbose prints all"


def told(
    comparison: Comparison,
    form: str,
    names: tuple[str, str],
    loudness: Loudness = Loudness.NORMAL,
) -> str:
    """The comparison in words, as loud as is wanted, or as JSON with `form` json; `names` are
    those of the sides."""
    if form == "json":
        return json.dumps(_data(comparison, names), indent=2, ensure_ascii=False)
    ending = list(_ending(comparison))
    if loudness is Loudness.QUIET:
        return ending[-1]
    return "\n".join([*_lines(comparison, names, loudness is Loudness.VERBOSE), *ending])


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


def _lines(comparison: Comparison, names: tuple[str, str], whole: bool) -> Iterator[str]:
    yield f"left: {names[0]}"
    yield f"right: {names[1]}"
    differences = comparison.differences
    full = len(differences) if whole else MOST_IN_FULL
    for each in differences[:full]:
        yield ""
        yield from _difference(each) if whole else map(_short, _difference(each))
    yield ""
    brief = [shortened(next(_difference(each))) for each in differences[full:]]
    yield from few(brief, MOST_BRIEF, "difference", _MORE)
    for what, operations in (
        ("not compared", comparison.not_compared),
        ("not compared to the end", comparison.unfinished),
    ):
        lines = [f"{what}: {operation}: {reason}" for operation, reason in operations.items()]
        yield from few(lines, len(lines) if whole else MOST_OPERATIONS, "operation", _MORE)


def _short(line: str) -> str:
    """A line of a difference, its margin kept; a curl line is left whole where that is no wall."""
    said = line.lstrip()
    longest = LONGEST_CURL if said.startswith("curl ") else LONGEST_TEXT
    return line[: len(line) - len(said)] + shortened(said, longest)


def _ending(comparison: Comparison) -> Iterator[str]:
    count = len(comparison.differences)
    found = counted(count, "difference") if count else "no difference"
    so_far = " so far" if comparison.unfinished else ""
    yield f"{counted(comparison.compared, 'request')} compared, {found}{so_far}"
    code = comparison.exit_code
    lacking = "not compared to the end" if comparison.compared else "cannot compare"
    why = found if code < 2 else f"{lacking}: see why above"
    yield f"exit {code}: {why}"


def _difference(each: Difference) -> Iterator[str]:
    yield f"{each.rule} ({each.operation}): {each.verdict}"
    yield f"  {each.where}: left {each.left}, right {each.right}"
    for name, heard in (("left", each.on_left), ("right", each.on_right)):
        yield f"  {name}: {heard.answer}"
        if heard.wrong:
            yield f"    not as the page has it: {heard.wrong}"
        yield f"    {heard.request}"
