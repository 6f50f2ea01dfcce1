"""`rulebound compare`: two targets get the same requests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rulebound.contract_tests.commands.forms import forms
from rulebound.contract_tests.commands.options import (
    Seconds,
    api_option,
    apis_option,
    echo,
    loudness,
    loudness_options,
    operation_option,
    places_of,
    seed_option,
)


@click.command()
@click.argument("left")
@click.argument("right")
@operation_option
@api_option
@apis_option
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["read", "create", "change"]),
    help="A side effect that may be had on both sides besides; may be given again.",
)
@seed_option
@click.option(
    "--examples",
    default=20,
    type=click.IntRange(min=1),
    show_default=True,
    help="About so many requests for each thing that is compared.",
)
@click.option(
    "--seconds", default=300.0, type=Seconds(), show_default=True, help="For the whole run."
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE|PLACE",
    help="A rule, or a place of answers (/activity/*/link), that may differ; may be given again.",
)
@forms()
@loudness_options
def compare(left: str, right: str, folders: tuple[Path, ...], **options: Any) -> None:
    """Send LEFT and RIGHT the same requests, tell differences.

    Each is the file of a profile, a URL, or `stub` for a stub of its own. The requests are drawn
    around valid ones. Exit codes: 0 no difference, 1 differences, 2 cannot compare, or not to the
    end without a difference so far, 130 interrupted.

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
