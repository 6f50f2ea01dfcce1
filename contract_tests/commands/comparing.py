"""`rulebound compare`: two targets get the same requests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rulebound.contract_tests.commands.options import (
    Seconds,
    apis_option,
    echo,
    loudness,
    loudness_options,
    places_of,
)


@click.command()
@click.argument("left")
@click.argument("right")
@click.option("--operation", multiple=True, help="Only this operation: its id, or `pick`.")
@click.option("--api", multiple=True, help="Only this API, by the name of its folder.")
@apis_option
@loudness_options
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["read", "create", "change"]),
    help="A side effect that may be had on both sides besides; may be given again.",
)
@click.option("--seed", default=0, show_default=True, help="Decides what is drawn.")
@click.option(
    "--examples",
    default=20,
    type=click.IntRange(min=1),
    show_default=True,
    help="About so many for a property.",
)
@click.option(
    "--seconds", default=300.0, type=Seconds(), show_default=True, help="For the whole run."
)
@click.option(
    "--ignore",
    multiple=True,
    help="A rule, or a place of answers (/activity/*/link), that may differ; may be given again.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def compare(left: str, right: str, folders: tuple[Path, ...], **options: Any) -> None:
    """Send the same drawn requests to LEFT and RIGHT and say what they answer differently.

    Each is the file of a profile, a URL, or `stub` for a stub of its own. Exit codes: 0 no
    difference, 1 differences, 2 cannot compare, or not to the end without a difference so far.

    \b
    Examples:
      rulebound compare stub staging.yaml --operation searchActivities
      rulebound compare last-release.yaml next-release.yaml --format json
    """
    from rulebound.contract_tests.comparing.command import CompareOptions, run
    from rulebound.contract_tests.comparing.running import Effort
    from rulebound.contract_tests.planning import Selection
    from rulebound.contract_tests.verify import guarded

    effort = Effort(
        seed=options["seed"],
        examples=options["examples"],
        seconds=options["seconds"],
        ignored=options["ignore"],
    )
    wished = CompareOptions(
        left,
        right,
        Selection(options["api"], options["operation"]),
        places_of(folders),
        options["allow"],
        options["form"],
        effort,
        loudness(options),
    )
    sys.exit(guarded(lambda: run(wished, echo)))
