"""The environment variables of options: each is called as its option is, and so easily guessed."""

from __future__ import annotations

from collections.abc import Iterator

import click


def with_variables(command: click.Command, name: str) -> click.Command:
    """The command, every option of it and of those below it readable from RULEBOUND_VERIFY_HAR_HOST
    for `verify --har-host`; `name` is that of the command in front of its variables. A variable
    that an option has besides, for several commands, comes second."""
    for option in command.params:
        if isinstance(option, click.Option) and option.expose_value:
            own = (f"{name}_{long_name(option)}".replace("-", "_").upper(),)
            option.envvar = [*own, *_besides(option)]
    if isinstance(command, click.Group):
        for each in command.commands.values():
            with_variables(each, f"{name}_{each.name}")
    return command


def long_name(option: click.Option) -> str:
    """The long name of an option, without its dashes."""
    return max(option.opts, key=len).lstrip("-")


def _besides(option: click.Option) -> Iterator[str]:
    known = option.envvar
    yield from [known] if isinstance(known, str) else known or ()
