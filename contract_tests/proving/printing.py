"""What `prove` prints at its end: what went unnoticed, the figures, and why it ends as it does."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rulebound.contract_tests.reports.hearing import heard
from rulebound.contract_tests.reports.terminal import print_lines, print_whole
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.shortening import few, shortened

MOST_CASES, MOST_LINES = 6, 6
"""How many cases are named in a line, and how many lines of a kind there are, before the rest is
counted."""


def print_outcome(
    console: Console, data: dict[str, Any], floor: float, loudness: Loudness = Loudness.NORMAL
) -> int:
    """Print what was found; the exit code: 0 or 1."""
    found, faults = _found(data), _faults(data, floor)
    most = len(data["switches"]) * 2 if loudness is Loudness.VERBOSE else MOST_LINES
    with heard(console.file):
        for kind, lines in found.items() if loudness is not Loudness.QUIET else ():
            short = lines if loudness is Loudness.VERBOSE else map(shortened, lines)
            print_lines(console, few(list(short), most, kind, "--verbose prints all"))
        if data["red"]:
            hint = "mend these first: `rulebound verify` shows them with their requests"
            print_lines(console, [hint])
        elif loudness is not Loudness.QUIET:
            _print_figures(console, data)
        code = 1 if faults else 0
        why = ", ".join(faults) or "every rule and every change was noticed as it should be"
        print_lines(console, [f"exit {code}: {why}"])
    return code


def _found(data: dict[str, Any]) -> dict[str, list[str]]:
    """What is wrong, in lines: kind -> one for each."""
    red = (
        f"red with nothing switched off: {each['case']}: {'; '.join(each['problems'])}"
        for each in data["red"]
    )
    bad = (
        f"target that answers {target['answers']}: {text}"
        for target in data["bad_targets"]
        for text in target["wrong"]
    )
    return {
        "rule without a case": [
            f"{rule} has no case: write a witness, or say why it is untestable"
            for rule in data["untried"]
        ],
        "red case": list(red),
        "rule switched off": list(_switched(data["switches"])),
        "change": [
            f"{each['rule']} changed, not noticed: {change['what']}"
            for each in data["mutations"]
            for change in each["unnoticed"]
        ],
        "bad target": list(bad),
    }


def _faults(data: dict[str, Any], floor: float) -> list[str]:
    """Why it is not well, in words; none where all is."""
    wrong = sum(bool(each["silent"] or each["spilled"]) for each in data["switches"])
    targets = sum(bool(each["wrong"]) for each in data["bad_targets"])
    counted = (
        (len(data["red"]), "red with nothing switched off"),
        (len(data["untried"]), "without a case"),
        (wrong, "switched off and not noticed as they should be"),
        (targets, "bad targets not judged rightly"),
    )
    faults = [f"{count} {words}" for count, words in counted if count]
    total = sum(each["changes"] for each in data["mutations"])
    missed = sum(len(each["unnoticed"]) for each in data["mutations"])
    if total and (total - missed) / total < floor:
        faults.append(f"too few changed conditions were noticed: the floor is {floor:.0%}")
    return faults


def _switched(switches: list[dict[str, Any]]) -> Iterator[str]:
    for each in switches:
        if each["silent"]:
            yield f"{each['rule']} off, not noticed by {', '.join(each['silent'])}"
        if each["spilled"]:
            yield f"{each['rule']} off, red besides: {_few(each['spilled'])}"


def _few(cases: list[str]) -> str:
    """The first cases by name, and how many more there are, of how many rules."""
    more = len(cases) - MOST_CASES
    if more <= 0:
        return ", ".join(cases)
    rules = len({case.partition("/")[0] for case in cases})
    return f"{', '.join(cases[:MOST_CASES])} and {more} more, of {rules} rules (see prove.json)"


def _print_figures(console: Console, data: dict[str, Any]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("operation", "off", "noticed", "excused", "changed", "noticed", "score"):
        table.add_column(name, justify="left" if name == "operation" else "right")
    operations = sorted({each["operation"] for each in data["switches"] + data["mutations"]})
    for operation in operations:
        table.add_row(operation, *_figures(data, {operation}))
    if len(operations) > 1:
        table.add_row("all", *_figures(data, set(operations)))
    print_whole(console, table)
    right = sum(not each["wrong"] for each in data["bad_targets"])
    judged = f"bad targets judged rightly: {right} of {len(data['bad_targets'])}"
    print_lines(console, [f"{judged}; {data['seconds']:.0f} s"])


def _figures(data: dict[str, Any], operations: set[str]) -> list[str]:
    switches = [each for each in data["switches"] if each["operation"] in operations]
    mutations = [each for each in data["mutations"] if each["operation"] in operations]
    right = sum(not each["silent"] and not each["spilled"] for each in switches)
    total = sum(each["changes"] for each in mutations)
    noticed = total - sum(len(each["unnoticed"]) for each in mutations)
    score = f"{noticed / total:.1%}" if total else "-"
    excused = sum(len(each["excused"]) for each in switches)
    return [str(len(switches)), str(right), str(excused), str(total), str(noticed), score]
