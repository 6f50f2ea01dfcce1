"""`rulebound profile`: what stands on a deployment for the names of a world."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rulebound.contract_tests.commands.forms import forms
from rulebound.contract_tests.commands.options import (
    PROFILE,
    Commands,
    apis_option,
    choices,
    loudness,
    loudness_options,
    places_of,
    selection,
)


@click.group(cls=Commands)
def profile() -> None:
    """Say what stands on a deployment for the names of the cases.

    A profile is a file with addresses, credentials and records; docs/staging.md explains each key.

    \b
    Examples:
      rulebound profile new staging.yaml --operation searchActivities
      rulebound profile check staging.yaml
    """


@profile.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@choices
@apis_option
def new_profile(file: Path, folders: tuple[Path, ...], **options: Any) -> None:
    """Write FILE: every name the chosen rules need, to be filled in.

    Exit codes: 0 written, 2 cannot be written, or is there already.

    \b
    Examples:
      rulebound profile new staging.yaml
      rulebound profile new staging.yaml --api ece-v12 --operation searchActivities
    """
    from rulebound.contract_tests.profiling.commands import NewOptions, new_profile

    sys.exit(new_profile(NewOptions(file, places_of(folders), selection(options))))


@profile.command("check")
@click.argument("file", type=PROFILE)
@choices
@apis_option
@click.option("--offline", is_flag=True, help="Send nothing: no credential is tried.")
@forms()
@loudness_options
def check_profile(file: Path, folders: tuple[Path, ...], **options: Any) -> None:
    """Say what FILE binds, what is missing, what that costs.

    Each credential is tried once, by something that only reads. Exit codes: 0 all is there, 1
    something is missing or a credential failed, 2 the file is no profile, 130 interrupted.

    \b
    Examples:
      rulebound profile check staging.yaml
      rulebound profile check staging.yaml --operation searchActivities
      rulebound profile check staging.yaml --offline --format json
    """
    from rulebound.contract_tests.profiling.commands import CheckOptions, check_profile

    chosen, options["loudness"] = selection(options), loudness(options)
    sys.exit(check_profile(CheckOptions(file, places_of(folders), selection=chosen, **options)))
