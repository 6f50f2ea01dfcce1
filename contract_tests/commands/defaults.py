"""Options that a project sets for itself, in the table [tool.rulebound] of its pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rulebound.openapi.near import near

_FILE = "pyproject.toml"
_TABLE = "tool.rulebound"


def project_defaults(group: click.Group, folder: Path) -> dict[str, Any]:
    """Defaults for the commands of a group, as click takes them: command -> option -> value.

    They come from the nearest pyproject.toml of `folder` and those above it: `[tool.rulebound]`
    holds options of every command that has them, `[tool.rulebound.verify]` those of one. An option
    is written by its long name without the dashes. What stands on the command line or in the
    environment comes before it. Raises UsageError for a file that cannot be read and for names that
    no command or option has.
    """
    path = next(
        (each / _FILE for each in (folder, *folder.parents) if (each / _FILE).is_file()), None
    )
    table = {} if path is None else _table(path)
    commands = dict(group.commands)
    known = {name: _options(command) for name, command in commands.items()}
    shared = {name: value for name, value in table.items() if name not in commands}
    everywhere = {name for options in known.values() for name in options}
    for name in shared:
        if name not in everywhere:
            names = (*commands, *everywhere)
            raise _unknown(path, _TABLE, name, names)
    found: dict[str, Any] = {}
    for command, options in known.items():
        own = table.get(command, {})
        if not isinstance(own, Mapping):
            raise click.UsageError(f"{path}: [{_TABLE}] {command} is a command; write a table")
        for name in own:
            if name not in options:
                raise _unknown(path, f"{_TABLE}.{command}", name, options)
        wanted = {**{n: v for n, v in shared.items() if n in options}, **own}
        found[command] = {options[name]: value for name, value in wanted.items()}
    return found


def _table(path: Path) -> Mapping[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.UsageError(f"{path} cannot be read: {error}") from error
    tool = data.get("tool", {})
    table = tool.get("rulebound", {}) if isinstance(tool, Mapping) else {}
    if not isinstance(table, Mapping):
        raise click.UsageError(f"{path}: {_TABLE} is no table; write [{_TABLE}]")
    return table


def _options(command: click.Command) -> dict[str, str]:
    """Long names of a command's options, without dashes -> the names of its parameters."""
    return {
        word.removeprefix("--"): str(each.name)
        for each in command.params
        if isinstance(each, click.Option)
        for word in each.opts
        if word.startswith("--")
    }


def _unknown(path: Path | None, table: str, name: str, known: Any) -> click.UsageError:
    return click.UsageError(f"{path}: [{table}] has no {name}; {near(name, known)}")
