"""Hands a report over: printed, and written where it is wanted."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests.reports.files import FILES, write_reports
from rulebound.contract_tests.reports.hearing import heard
from rulebound.contract_tests.reports.terminal import print_changes, print_failures, print_table


def deliver(data: dict[str, Any], folder: Path | None, console: Console) -> int:
    """Print a report, write it into `folder` unless that is None, and give its exit code.

    Raises OSError where it cannot be written.
    """
    # Written first: whoever reads the lines may hang up before the last one.
    if folder is not None:
        write_reports(data, folder)
    with heard(console.file):
        print_failures(console, data)
        print_table(console, data)
        print_changes(console, data)
        if folder is not None:
            console.print(f"report in {folder}", soft_wrap=True, markup=False, emoji=False)
    return int(data["exit_code"])


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
