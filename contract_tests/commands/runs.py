"""`rulebound merge`, `diff`, `accept`: what is done with runs that are over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rulebound.contract_tests.commands.forms import forms
from rulebound.contract_tests.commands.options import (
    PROFILE,
    apis_option,
    echo,
    loudness,
    loudness_options,
    places_of,
)
from rulebound.contract_tests.commands.reporting import reporting_options


@click.command()
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--report",
    required=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Write the report of the whole run into this folder.",
)
@reporting_options
@loudness_options
def merge(reports: tuple[Path, ...], report: Path, **options: Any) -> None:
    """Join the reports of all shards of a run into one.

    Exit codes: that of the whole run, as `rulebound verify` has it; 2 where a shard is missing or
    of another run.

    \b
    Examples:
      rulebound merge shard-1 shard-2 --report report
    """
    from rich.console import Console
    from rulebound.contract_tests.reports.delivery import Wanted
    from rulebound.contract_tests.runs.merging import merge as run
    from rulebound.contract_tests.verify import guarded

    wanted, beside = Wanted(report, loudness(options), options["annotations"]), options["beside"]
    sys.exit(guarded(lambda: run(reports, report, Console(highlight=False), wanted, beside)))


@click.command()
@click.argument("before")
@click.argument("after")
@click.option(
    "--profile", "file", type=PROFILE, help="The profile whose runs are meant by `last` and ids."
)
@forms("markdown", says="For people, for programs, or for a ticket.")
def diff(before: str, after: str, file: Path | None, form: str) -> None:
    """Name the rules that two runs found differently.

    A run is a report.json, the folder it lies in, or with --profile the id of a run, `last`, or
    `last~1` for the one before that tried the same: the same rules by the same documents.
    Exit codes: 0 no rule became worse, 1 one did, 2 cannot be told.

    \b
    Examples:
      rulebound diff monday/report tuesday/report
      rulebound diff last~1 last --profile staging.yaml --format markdown
    """
    from rulebound.contract_tests.runs.comparing import compare, snapshot
    from rulebound.contract_tests.verify import guarded
    from rulebound.fixtures.profiles import load_profile

    def run() -> int:
        state = None if file is None else load_profile(file).state
        text, code = compare(snapshot(before, state), snapshot(after, state), form)
        echo(text)
        return code

    sys.exit(guarded(run))


@click.command()
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option("--profile", type=PROFILE, required=True, help="The profile of the deployment.")
@click.option("--reason", metavar="TEXT", help="Why the deviation is accepted.")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day on which it is accepted.")
@click.option("--list", "listed", is_flag=True, help="Say what is accepted now.")
@click.option("--remove", "removed", is_flag=True, help="Accept these rules no longer.")
@apis_option
def accept(folders: tuple[Path, ...], **options: Any) -> None:
    """Accept for a time that a deployment breaks a rule.

    The rule stays broken in the report and does not fail the run, until the day is over. Exit
    codes: 0 done, 2 cannot be done.

    \b
    Examples:
      rulebound accept pick.at-most-75 --profile staging.yaml --reason 'mended in May' \\
          --until 2027-05-31
      rulebound accept --list --profile staging.yaml
      rulebound accept --remove pick.at-most-75 --profile staging.yaml
    """
    from rulebound.contract_tests.runs.accepting import AcceptOptions, accepting
    from rulebound.contract_tests.verify import guarded

    def run() -> int:
        done = list(accepting(AcceptOptions(places=places_of(folders), **options)))
        echo("\n".join(done))
        return 0

    sys.exit(guarded(run))
