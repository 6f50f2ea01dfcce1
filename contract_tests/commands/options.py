"""Options and readings that several commands share."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from rulebound.contract_tests.commands.completion import rule_ids

if TYPE_CHECKING:
    from rulebound.contract_tests.apis import Place
    from rulebound.contract_tests.planning import Selection, Shard
    from rulebound.contract_tests.terminal.loudness import Loudness


class Seconds(click.FloatRange):
    """A number of seconds, more than none; `nan`, of which nothing is true, is none."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """The number. Fails for what is none, or without an end."""
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value} is no number of seconds", param, ctx)
        return seconds


class Existing(click.Path):
    """The path of what is there; for a name that is not, the nearest beside it is offered."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """The path. Fails for what is not there, or is of another kind."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if Path(value).exists():
                raise
            from rulebound.openapi.near import guess_path

            said = error.message.rstrip(".") + guess_path(Path(value))
            raise click.BadParameter(said, ctx, param) from None


JOBS = click.IntRange(min=1)
RUN_KEY = "RULEBOUND_RUN_KEY"
PROFILE = Existing(exists=True, dir_okay=False, path_type=Path)
FOLDER = Existing(exists=True, file_okay=False, path_type=Path)
apis_option = click.option(
    "--folder",
    "folders",
    type=FOLDER,
    multiple=True,
    help="An API folder of your own (with openapi.yaml); may be given again. Default: the kit's.",
)


operation_option = click.option(
    "--operation",
    multiple=True,
    metavar="NAME",
    help="Only this operation: its id, or in short `pick`; may be given again.",
)
api_option = click.option(
    "--api",
    multiple=True,
    metavar="NAME",
    help="Only this API, by the name of its folder; may be given again.",
)
report_option = click.option(
    "--report",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Write the report into this folder.",
)
seed_option = click.option(
    "--seed", default=0, show_default=True, metavar="NUMBER", help="Decides what is drawn."
)


def choices(command: Any) -> Any:
    """The options that choose what is verified or proved, for a command."""
    for option in (
        click.option(
            "--rule",
            multiple=True,
            shell_complete=rule_ids,
            metavar="RULE",
            help="Only rules of this id, which may hold *; may be given again.",
        ),
        operation_option,
        api_option,
    ):
        command = option(command)
    return command


def loudness_options(command: Any) -> Any:
    """The options that say how much is printed, for a command."""
    for option in (
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            help="Print all, each failure with evidence.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Print only how it ended."),
    ):
        command = option(command)
    return command


def loudness(options: dict[str, Any]) -> Loudness:
    """What `loudness_options` chose, taken out of a command's options; what stands on the command
    line comes before what a project sets. Raises UsageError for both."""
    from rulebound.contract_tests.terminal.loudness import Loudness

    wanted = [name for name in ("quiet", "verbose") if options.pop(name)]
    if len(wanted) > 1:
        context = click.get_current_context()
        given = context.get_parameter_source
        wanted = [name for name in wanted if given(name) is ParameterSource.COMMANDLINE]
    if len(wanted) > 1:
        raise click.UsageError("--quiet and --verbose are opposites; leave one out")
    return Loudness(wanted[0]) if wanted else Loudness.NORMAL


def echo(text: str) -> None:
    """Print a text. That nobody hears it to its end changes no exit code."""
    from rulebound.contract_tests.reports.hearing import heard

    with heard(sys.stdout):
        click.echo(text)


def shard_of(_context: Any, _option: Any, text: str | None) -> Shard | None:
    """A shard as it is written, `2/5`. Raises BadParameter."""
    from rulebound.contract_tests.planning import Shard

    try:
        return None if text is None else Shard.read(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


class Commands(click.Group):
    """Click's group, with the defaults of the project it is called in; and but for Ctrl-C: click
    exits with 1, which says that something is broken."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        from rulebound.contract_tests.commands.defaults import project_defaults

        if extra.get("parent") is None and "default_map" not in extra:
            extra["default_map"] = project_defaults(self, Path.cwd())
        return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("rulebound: interrupted", err=True)
            ctx.exit(130)


def selection(options: dict[str, Any]) -> Selection:
    """What `choices` chose, taken out of a command's options."""
    from rulebound.contract_tests.planning import Selection

    return Selection(options.pop("api"), options.pop("operation"), options.pop("rule"))


def places_of(folders: tuple[Path, ...]) -> tuple[Place, ...]:
    """The API folders a user named."""
    from rulebound.contract_tests.apis import own

    return tuple(own(folder) for folder in folders)


def shipped_places() -> tuple[Place, ...]:
    """The kit's own APIs."""
    from rulebound.contract_tests.apis import shipped

    return shipped()
