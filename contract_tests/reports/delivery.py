"""Hands a report over: printed, and written where it is wanted."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests.reports.files import write_reports
from rulebound.contract_tests.reports.terminal import print_changes, print_failures, print_table


def deliver(data: dict[str, Any], folder: Path | None, console: Console) -> int:
    """Print a report, write it into `folder` unless that is None, and give its exit code.

    Raises OSError where it cannot be written.
    """
    # Written first: whoever reads the lines may hang up before the last one.
    if folder is not None:
        write_reports(data, folder)
    with _heard(console):
        print_failures(console, data)
        print_table(console, data)
        print_changes(console, data)
        if folder is not None:
            console.print(f"report in {folder}", soft_wrap=True)
    return int(data["exit_code"])


@contextmanager
def _heard(console: Console) -> Iterator[None]:
    """A pipe that is closed at its other end says nothing about the target."""
    try:
        yield
        console.file.flush()
    except (BrokenPipeError, SystemExit):
        # Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def writable(folder: Path | None) -> None:
    """Make the folder of a report before the run. Raises OSError where it cannot be made."""
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"--report: {folder} is a file; name a folder")
    folder.mkdir(parents=True, exist_ok=True)
