"""Options of commands that write a report: what stands beside it, and annotations."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


def _default() -> str:
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "none"


def reporting_options(command: Any) -> Any:
    """The options that say where a report is shown besides, for a command."""
    for option in (
        click.option(
            "--beside",
            multiple=True,
            type=click.Path(exists=True, path_type=Path),
            help="The report of another target, to stand beside this one; may be given again.",
        ),
        click.option(
            "--annotations",
            type=click.Choice(["github", "none"]),
            default=_default,
            show_default="github in a workflow of GitHub, else none",
            help="Mark what is broken in the files of a change, and add to the job's summary.",
        ),
    ):
        command = option(command)
    return command
