"""Hands a report over: printed, and written where it is wanted."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests.reports.annotations import announce, no_commands
from rulebound.contract_tests.reports.files import FILES, write_reports
from rulebound.contract_tests.reports.hearing import heard
from rulebound.contract_tests.reports.terminal import (
    print_failures,
    print_lines,
    print_table,
    print_whole,
    totals_of,
)
from rulebound.contract_tests.reports.words import changes
from rulebound.contract_tests.terminal.ending import ending
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.summary import MOST_OPERATIONS, news, summary


@dataclass(frozen=True)
class Wanted:
    """Where a report goes: into `folder` unless that is None, to the terminal as loud as said, and
    as annotations of a code host (`github` or `none`)."""

    folder: Path | None
    loudness: Loudness = Loudness.NORMAL
    annotations: str = "none"


def deliver(
    data: dict[str, Any], wanted: Wanted, console: Console, first: Iterable[str] = ()
) -> int:
    """Print a report, write it where it is wanted, and give its exit code. `first` are lines in
    front of it.

    Raises OSError where it cannot be written.
    """
    folder, form = wanted.folder, wanted.annotations
    # Written first: whoever reads the lines may hang up before the last one.
    if folder is not None:
        write_reports(data, folder)
    with no_commands(console.file, form), heard(console.file):
        _print(data, wanted, console, list(first))
    announce(data, console.file, form)
    return int(data["exit_code"])


def _print(data: dict[str, Any], wanted: Wanted, console: Console, first: list[str]) -> None:
    if wanted.loudness is Loudness.VERBOSE:
        print_lines(console, first)
        print_failures(console, data)
        print_table(console, data)
        print_lines(console, changes(data))
    elif wanted.loudness is Loudness.NORMAL:
        _print_summary(data, wanted.folder, console, first)
    if wanted.folder is not None:
        print_lines(console, [f"report in {wanted.folder}"])
    print_lines(console, [ending(data)])


def _print_summary(
    data: dict[str, Any], folder: Path | None, console: Console, first: list[str]
) -> None:
    where = "--verbose prints all" if folder is None else f"see {folder / 'report.html'}"
    totals, last = totals_of(data, MOST_OPERATIONS), news(data, where)
    # Below them stand the folder of the report and the ending.
    besides = len(first) + totals.row_count + 1 + len(last) + 2
    print_lines(console, first)
    print_lines(console, summary(data, besides, where))
    print_whole(console, totals)
    print_lines(console, last)


def writable(folder: Path | None) -> None:
    """Make the folder of a report before the run, and take the report of an earlier run away: what
    lies there at the end is of this run. Raises OSError where it cannot be made or emptied."""
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"--report: {folder} is a file; name a folder")
    folder.mkdir(parents=True, exist_ok=True)
    clear(folder)


def clear(folder: Path) -> None:
    """Take the files of an earlier report out of a folder, and no other. Raises OSError."""
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
