"""Options and readings that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rulebound.contract_tests.apis import Place
    from rulebound.contract_tests.planning import Selection, Shard

JOBS = click.IntRange(min=1)
PROFILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
apis_option = click.option(
    "--folder",
    "folders",
    type=FOLDER,
    multiple=True,
    help="An API folder of your own (with openapi.yaml); may be given again. Default: the kit's.",
)


def choices(command: Any) -> Any:
    """The options that choose what is verified or proved, for a command."""
    for option in (
        click.option("--rule", multiple=True, help="Only rules of this id; may hold *."),
        click.option("--operation", multiple=True, help="Only this operation: its id, or `pick`."),
        click.option("--api", multiple=True, help="Only this API, by the name of its folder."),
    ):
        command = option(command)
    return command


def shard_of(_context: Any, _option: Any, text: str | None) -> Shard | None:
    """A shard as it is written, `2/5`. Raises BadParameter."""
    from rulebound.contract_tests.planning import Shard

    try:
        return None if text is None else Shard.read(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


class Commands(click.Group):
    """Click's group, but for Ctrl-C: click exits with 1, which says that something is broken."""

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
