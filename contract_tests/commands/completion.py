"""`rulebound completion`: what a shell needs to complete commands, options and rules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS), required=False)
def completion(shell: str | None) -> None:
    """Print what lets a shell complete commands and rules.

    Without a name it is for the shell of $SHELL. Exit codes: 0 printed, 2 no such shell.

    \b
    Examples:
      eval "$(rulebound completion bash)"                      for this shell
      rulebound completion zsh > ~/.zfunc/_rulebound           for every zsh
      rulebound completion fish > ~/.config/fish/completions/rulebound.fish
    """
    name = shell or Path(os.environ.get("SHELL", "")).name
    made = get_completion_class(name) if name in SHELLS else None
    if made is None:
        raise click.UsageError(f"say for which shell: {', '.join(SHELLS)}")
    root = click.get_current_context().find_root()
    click.echo(made(root.command, {}, "rulebound", "_RULEBOUND_COMPLETE").source())


def rule_ids(ctx: Any, param: Any, incomplete: str) -> list[CompletionItem]:
    """The rules whose id begins so, with their sentences; none where a document does not load."""
    from rulebound.contract_tests.commands.options import places_of, shipped_places
    from rulebound.openapi.findings import DocumentError
    from rulebound.openapi.listing import listed
    from rulebound.openapi.loader import load

    places = places_of(ctx.params.get("folders") or ()) or shipped_places()
    try:
        rules = [each.rule for each in listed([load(place.document) for place in places])]
    except DocumentError:
        return []
    return [
        CompletionItem(rule.id, help=rule.says) for rule in rules if rule.id.startswith(incomplete)
    ]
