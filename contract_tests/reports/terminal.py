"""What a run prints at its end: the table of totals, and with --verbose every failure."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text
from rulebound.contract_tests.reports.missing import unreached
from rulebound.contract_tests.reports.words import remarks, standing

MOST_FAILURES = 20
_VERDICTS = ("kept", "broken", "differs", "not reached", "not testable")
_STYLES = {"kept": "green", "broken": "bold red", "differs": "yellow"}


def print_table(console: Console, data: dict[str, Any]) -> None:
    """The totals of every operation, and how many rules have a note where one has."""
    print_whole(console, totals_of(data, len(data["operations"])))


def totals_of(data: dict[str, Any], most: int) -> Table:
    """The totals of each operation, and how many rules have a note where one has; of more than
    `most` operations one row for those that are least in need of a look."""
    table = Table(box=None, pad_edge=False)
    table.add_column("operation")
    for verdict in _VERDICTS:
        table.add_column(verdict, justify="right")
    if data["noted"]:
        table.add_column("noted", justify="right")
    table.add_column("time", justify="right")
    shown, others = _shown(data["operations"], most)
    for operation in shown:
        table.add_row(Text(operation["operation"]), *_cells(operation, data["noted"]))
    if others:
        table.add_row(f"{len(others)} others", *_cells(_sum(others), data["noted"]))
    if len(data["operations"]) > 1:
        table.add_row("all", *_cells(_sum(data["operations"]), data["noted"]))
    return table


Totals = dict[str, Any]


def _shown(operations: list[Totals], most: int) -> tuple[list[Totals], list[Totals]]:
    """The operations that get a row, in their order, and those that share one."""
    if len(operations) <= most:
        return operations, []
    gravest = sorted(operations, key=_gravity, reverse=True)[: most - 1]
    shown = [each for each in operations if each in gravest]
    return shown, [each for each in operations if each not in gravest]


def _gravity(operation: Totals) -> tuple[int, ...]:
    return tuple(operation["totals"][each] for each in ("broken", "differs", "not reached"))


def _sum(operations: list[Totals]) -> Totals:
    return {
        "totals": {each: sum(op["totals"][each] for op in operations) for each in _VERDICTS},
        "noted": sum(operation["noted"] for operation in operations),
        "seconds": sum(operation["seconds"] for operation in operations),
    }


def _cells(counted: dict[str, Any], noted: int) -> list[str]:
    cells = [_cell(verdict, counted["totals"][verdict]) for verdict in _VERDICTS]
    cells += [str(counted["noted"])] if noted else []
    return [*cells, f"{counted['seconds']:.1f} s"]


def print_whole(console: Console, table: Table) -> None:
    """Print a table as wide as it is: a long line is easier to read than a cut name."""
    known = console.width
    wanted = Measurement.get(console, console.options.update(width=1000), table).maximum
    console.width = max(known, wanted)
    console.print(table, crop=False)
    console.width = known


def _cell(verdict: str, count: int) -> str:
    style = _STYLES.get(verdict)
    return f"[{style}]{count}[/]" if style and count else str(count)


def print_failures(console: Console, data: dict[str, Any]) -> None:
    """Every rule that is broken, differs, was not reached or has a note, the first failures with
    their evidence; on a deployment what was not reached is summed up by its reasons."""
    shown, summed = 0, not data["target"]["controlled"]
    for verdict in (*_VERDICTS[1:], _VERDICTS[0]):
        for rule in data["rules"]:
            if rule["verdict"] != verdict or (verdict == "kept" and not rule["notes"]):
                continue
            if summed and verdict == "not reached":
                continue
            style = _STYLES.get(verdict, "dim")
            told = f" {rule['id']} ({', '.join(rule['source'])}): {rule['says']}"
            _line(console, Text.assemble((standing(rule), style), told))
            if verdict in ("broken", "differs") and shown < MOST_FAILURES:
                shown += 1
                _evidence(console, rule)
            elif rule["why"]:
                _line(console, f"  {rule['why']}")
            for remark in remarks(rule):
                _line(console, f"  {remark}")
    for line in unreached(data) if summed else ():
        _line(console, line)


def print_lines(console: Console, lines: Iterable[str]) -> None:
    """Print lines as they are; the verdict that one begins with has its colour."""
    for line in lines:
        text = Text(line)
        for verdict, style in _STYLES.items():
            if line.startswith(f"{verdict} "):
                text.stylize(style, 0, len(verdict))
        _line(console, text)


def _evidence(console: Console, rule: dict[str, Any]) -> None:
    for case in rule["cases"]:
        for step in case["steps"]:
            if not step["problems"]:
                continue
            lines = [f"  {case['role']}: {case['title']}"]
            lines += [f"    {step['name']}: {problem}" for problem in step["problems"]]
            lines += [f"    {step['request']}"] if step["request"] else []
            lines.append(f"    expected {step['expected']}")
            lines.append(f"    got      {step['got']}")
            _line(console, "\n".join(lines))


def _line(console: Console, said: str | Text) -> None:
    """Print what others may have written: no word of it is markup, or the name of an emoji."""
    console.print(said if isinstance(said, Text) else Text(said), soft_wrap=True, highlight=False)
