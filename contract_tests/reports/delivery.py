"""Hands a report over: printed, and written where it is wanted."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests.reports.files import write_reports
from rulebound.contract_tests.reports.terminal import print_changes, print_failures, print_table


def deliver(data: dict[str, Any], folder: Path | None, console: Console) -> int:
    """Print a report, write it into `folder` unless that is None, and give its exit code.

    Raises OSError where it cannot be written.
    """
    print_failures(console, data)
    print_table(console, data)
    print_changes(console, data)
    if folder is not None:
        write_reports(data, folder)
        console.print(f"report in {folder}", soft_wrap=True)
    return int(data["exit_code"])
