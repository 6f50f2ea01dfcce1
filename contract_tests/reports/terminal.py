"""What a run prints: progress while it runs, the table and the failures at its end."""

from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.reports.hearing import heard
from rulebound.contract_tests.reports.missing import unreached
from rulebound.contract_tests.reports.words import changes, remarks, standing

MOST_FAILURES = 20
_VERDICTS = ("kept", "broken", "differs", "not reached", "not testable")
_STYLES = {"kept": "green", "broken": "bold red", "differs": "yellow"}


class CaseProgress:
    """Cases as they finish: a bar with the time left on a terminal, elsewhere a line for each
    operation that is done."""

    def __init__(self, console: Console, plan: Iterable[PlannedRule]) -> None:
        self._console = console
        self._left: Counter[str] = Counter()
        for planned in plan:
            self._left[planned.operation.id] += len(planned.cases)
        self._total = Counter(self._left)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("cases", total=self._total.total())

    def __enter__(self) -> "CaseProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def finished(self, operation: str) -> None:
        """A case of an operation is done."""
        self._left[operation] -= 1
        self._bar.update(self._task, advance=1, description=operation)
        if not self._left[operation] and not self._console.is_terminal:
            done = f"{operation}: {self._total[operation]} cases done"
            with heard(self._console.file):
                _line(self._console, done)


def print_table(console: Console, data: dict[str, Any]) -> None:
    """The totals of each operation, and how many rules have a note where one has."""
    table = Table(box=None, pad_edge=False)
    table.add_column("operation")
    for verdict in _VERDICTS:
        table.add_column(verdict, justify="right")
    if data["noted"]:
        table.add_column("noted", justify="right")
    table.add_column("time", justify="right")
    for operation in data["operations"]:
        table.add_row(Text(operation["operation"]), *_cells(operation, data["noted"]))
    if len(data["operations"]) > 1:
        seconds = sum(operation["seconds"] for operation in data["operations"])
        table.add_row("all", *_cells({**data, "seconds": seconds}, data["noted"]))
    print_whole(console, table)


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


def print_changes(console: Console, data: dict[str, Any]) -> None:
    """What flipped since earlier runs, and which accepted deviations are over."""
    for line in changes(data):
        _line(console, line)


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
