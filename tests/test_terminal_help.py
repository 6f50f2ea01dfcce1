"""What `--help` teaches, and what the options of every command are called in the environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from rulebound.cli import main
from rulebound.contract_tests.commands.variables import long_name


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group below a group, by the words one types."""
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


ALL = dict(commands(main))
OPTIONS = [
    (path, option)
    for path, command in ALL.items()
    for option in command.params
    if isinstance(option, click.Option)
]


def named(option: tuple[tuple[str, ...], click.Option]) -> str:
    """An option in the name of a test."""
    return f"{'-'.join(option[0])}-{long_name(option[1])}"


def helped(*path: str) -> str:
    """What --help prints on a terminal of 100 columns."""
    found = CliRunner().invoke(main, [*path, "--help"], terminal_width=100)
    assert found.exit_code == 0
    return found.output


def examples(path: tuple[str, ...]) -> list[str]:
    """The examples of a command, each in one line."""
    _, _, below = helped(*path).replace("\\\n", "").partition("Examples:\n")
    return [line.strip() for line in re.split(r"\n\s*\n", below)[0].splitlines()]


@pytest.mark.parametrize("path", ALL, ids="-".join)
def test_a_command_teaches(path: tuple[str, ...]) -> None:
    """Each command says what it does, by which codes it ends, and shows examples of itself, in no
    more than 100 columns."""
    said = helped(*path)
    assert "Examples:" in said
    assert "Exit codes:" in said or isinstance(ALL[path], click.Group)
    assert max(map(len, said.splitlines())) <= 100
    assert any(f"rulebound {' '.join(path)}" in line for line in examples(path))


@pytest.mark.parametrize("path", [p for p in ALL if p != ("completion",)], ids="-".join)
def test_an_example_can_be_typed(path: tuple[str, ...]) -> None:
    """Every example is a command with options that it has."""
    for line in examples(path):
        program, *words = shlex.split(line)
        assert program == "rulebound"
        command: click.Command = main
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        command.make_parser(click.Context(command)).parse_args(words)


@pytest.mark.parametrize("path", [(), ("profile",)], ids=["rulebound", "profile"])
def test_a_list_of_commands_is_not_cut(path: tuple[str, ...]) -> None:
    """In a list each command has a whole sentence, also on 80 columns."""
    said = CliRunner().invoke(main, [*path, "--help"], terminal_width=80).output
    rows = said.partition("Commands:\n")[2].splitlines()
    assert rows and all(row.endswith(".") and not row.endswith("..") for row in rows)


@pytest.mark.parametrize("option", OPTIONS, ids=named)
def test_an_option_is_explained(option: tuple[tuple[str, ...], click.Option]) -> None:
    """Every option has a help text, a sentence."""
    assert option[1].help and option[1].help.endswith((".", ").")), option[1].name


@pytest.mark.parametrize("option", OPTIONS, ids=named)
def test_a_variable_is_called_as_its_option_is(
    option: tuple[tuple[str, ...], click.Option], monkeypatch: pytest.MonkeyPatch
) -> None:
    """RULEBOUND_, the words of the command, the long name of the option: its value is taken."""
    path, known = option
    variable = "_".join(("RULEBOUND", *path, long_name(known))).replace("-", "_").upper()
    monkeypatch.setenv(variable, "1" if known.is_flag else "17")
    context = click.Context(ALL[path], info_name=path[-1])
    assert known.resolve_envvar_value(context) == ("1" if known.is_flag else "17")


def test_a_variable_of_one_command_comes_before_that_of_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """RULEBOUND_TOKEN is for every command with a --token, and RULEBOUND_SERVE_TOKEN before it."""
    (token,) = [each for path, each in OPTIONS if path == ("serve",) and each.name == "token"]
    context = click.Context(ALL[("serve",)])
    monkeypatch.setenv("RULEBOUND_TOKEN", "of all")
    assert token.resolve_envvar_value(context) == "of all"
    monkeypatch.setenv("RULEBOUND_SERVE_TOKEN", "of serve")
    assert token.resolve_envvar_value(context) == "of serve"


@pytest.mark.parametrize("words", [("--quiet", "--verbose"), ("-v", "-q")])
def test_quiet_and_verbose_are_opposites(words: tuple[str, str]) -> None:
    """Both at once are refused, with what to leave out."""
    found = CliRunner().invoke(main, ["verify", *words])
    assert found.exit_code == 2 and "opposites; leave one out" in found.output
