"""`--format`, and `--json` for short: one way for every command that answers programs too."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

Command = Callable[..., Any]


def forms(*more: str, says: str = "For people, or for programs.") -> Callable[[Command], Command]:
    """The two options, for a command that takes `form`: text, json, or one of `more`."""
    choice = click.Choice(["text", "json", *more])

    def decorate(command: Command) -> Command:
        @click.option("--format", "form", type=choice, default="text", show_default=True, help=says)
        @click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
        @functools.wraps(command)
        def run(*args: Any, form: str, as_json: bool, **options: Any) -> Any:
            return command(*args, form=_chosen(form, as_json=as_json), **options)

        return run

    return decorate


def _chosen(form: str, *, as_json: bool) -> str:
    """What both say; what stands on the command line comes before what a project sets. Raises
    UsageError where they contradict each other there."""
    if not as_json or form == "json":
        return form
    given = click.get_current_context().get_parameter_source
    by_line = [given(name) is ParameterSource.COMMANDLINE for name in ("form", "as_json")]
    if all(by_line):
        raise click.UsageError(f"--json and --format {form} contradict each other; leave one out")
    return form if by_line[0] else "json"
