"""What `prove` prints: progress, then what went unnoticed and the figures."""

from collections.abc import Callable
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rulebound.contract_tests.reports.terminal import print_whole

MOST_CASES = 6


class ProveProgress:
    """Stages as they pass: bars with the time left on a terminal, elsewhere a line for each."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> "ProveProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def stage(self, name: str, total: int) -> Callable[[], None]:
        """Begin a stage of so many steps; what to call after each of them."""
        task = self._bar.add_task(name, total=total)
        if not self._console.is_terminal:
            self._console.print(f"{name}: {total}", soft_wrap=True)
        return lambda: self._bar.update(task, advance=1)


def print_outcome(console: Console, data: dict[str, Any], floor: float) -> int:
    """Print what was found; the exit code: 0 or 1."""
    for rule in data["untried"]:
        _line(console, f"{rule} has no case: write a witness, or say why it is untestable")
    if data["red"]:
        for result in data["red"]:
            says = "; ".join(result["problems"])
            _line(console, f"red with nothing switched off: {result['case']}: {says}")
        _line(console, "mend these first: `rulebound verify` shows them with their requests")
        return 1
    wrong = _print_switches(console, data["switches"])
    missed = _print_mutations(console, data["mutations"])
    for target in data["bad_targets"]:
        for text in target["wrong"]:
            _line(console, f"target that answers {target['answers']}: {text}")
            wrong += 1
    _print_figures(console, data)
    total = sum(each["changes"] for each in data["mutations"])
    if total and (total - missed) / total < floor:
        _line(console, f"too few changed conditions were noticed: the floor is {floor:.0%}")
        return 1
    return 1 if wrong or data["untried"] else 0


def _print_switches(console: Console, switches: list[dict[str, Any]]) -> int:
    wrong = 0
    for each in switches:
        if each["silent"]:
            _line(console, f"{each['rule']} off, not noticed by {', '.join(each['silent'])}")
        if each["spilled"]:
            _line(console, f"{each['rule']} off, red besides: {_few(each['spilled'])}")
        wrong += bool(each["silent"] or each["spilled"])
    return wrong


def _few(cases: list[str]) -> str:
    """The first cases by name, and how many more there are, of how many rules."""
    more = len(cases) - MOST_CASES
    if more <= 0:
        return ", ".join(cases)
    rules = len({case.partition("/")[0] for case in cases})
    return f"{', '.join(cases[:MOST_CASES])} and {more} more, of {rules} rules (see prove.json)"


def _print_mutations(console: Console, mutations: list[dict[str, Any]]) -> int:
    missed = 0
    for each in mutations:
        for change in each["unnoticed"]:
            missed += 1
            _line(console, f"{each['rule']} changed, not noticed: {change['what']}")
    return missed


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
    judged = sum(not each["wrong"] for each in data["bad_targets"])
    _line(
        console,
        f"bad targets judged rightly: {judged} of {len(data['bad_targets'])}; "
        f"{data['seconds']:.0f} s",
    )


def _figures(data: dict[str, Any], operations: set[str]) -> list[str]:
    switches = [each for each in data["switches"] if each["operation"] in operations]
    mutations = [each for each in data["mutations"] if each["operation"] in operations]
    right = sum(not each["silent"] and not each["spilled"] for each in switches)
    total = sum(each["changes"] for each in mutations)
    noticed = total - sum(len(each["unnoticed"]) for each in mutations)
    score = f"{noticed / total:.1%}" if total else "-"
    excused = sum(len(each["excused"]) for each in switches)
    return [str(len(switches)), str(right), str(excused), str(total), str(noticed), score]


def _line(console: Console, text: str) -> None:
    console.print(escape(text), soft_wrap=True, highlight=False)
