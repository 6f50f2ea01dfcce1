"""`rulebound verify`, `rulebound prove`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rulebound.contract_tests.commands.options import (
    JOBS,
    PROFILE,
    RUN_KEY,
    apis_option,
    choices,
    loudness,
    loudness_options,
    places_of,
    report_option,
    seed_option,
    selection,
    shard_of,
)
from rulebound.contract_tests.commands.reporting import reporting_options

if TYPE_CHECKING:
    from rulebound.contract_tests.planning import Selection


@click.command()
@choices
@apis_option
@click.option("--target", metavar="URL", help="A deployment to verify. Default: a stub of its own.")
@click.option(
    "--profile", type=PROFILE, help="The profile of a deployment to verify (docs/staging.md)."
)
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["read", "create", "change"]),
    help="A side effect that may be had on a deployment besides; may be given again.",
)
@click.option("--plan", is_flag=True, help="Print what a deployment would be sent; send nothing.")
@click.option(
    "--har",
    multiple=True,
    type=PROFILE,
    help="Judge recorded traffic (HAR 1.2) and send nothing; may be given again.",
)
@click.option(
    "--har-host",
    multiple=True,
    metavar="HOST",
    help="Of the recordings only what went to this host; may be given again.",
)
@click.option("--stub", is_flag=True, help="The target is a stub with a control plane.")
@click.option(
    "--token", metavar="TEXT", envvar="RULEBOUND_TOKEN", help="Opens a stub's control plane."
)
@seed_option
@click.option("--jobs", type=JOBS, help="Cases under way at once. Default: 2, on a deployment 1.")
@report_option
@click.option(
    "--shard",
    metavar="I/N",
    callback=shard_of,
    help="Only this part of the rules, 2/5 for the second of five; join them by `rulebound merge`.",
)
@click.option(
    "--run-key",
    metavar="TEXT",
    envvar=RUN_KEY,
    show_envvar=True,
    help="What the shards of one run share, such as the id of a CI run; else merge goes by time.",
)
@click.option(
    "--resume",
    metavar="RUN",
    help="Go on with an interrupted run of the profile: its id, or `last`.",
)
@reporting_options
@loudness_options
def verify(folders: tuple[Path, ...], **options: Any) -> None:
    """Try every rule and say which are kept.

    Exit codes: 0 nothing broken but what is accepted, 1 something broken, 2 cannot judge, 130
    interrupted.

    \b
    Examples:
      rulebound verify
      rulebound verify --operation pick --report report
      rulebound verify --target http://127.0.0.1:8400 --stub
      rulebound verify --profile staging.yaml --plan
      rulebound verify --profile staging.yaml --allow create --report report
      rulebound verify --har recorded.har --report report
    """
    from rulebound.contract_tests.verify import verify as run
    from rulebound.contract_tests.verify_options import VerifyOptions

    chosen, options["loudness"] = selection(options), loudness(options)
    files, hosts = options.pop("har"), options.pop("har_host")
    if files or hosts:
        sys.exit(_verify_recordings(files, hosts, folders, chosen, options))
    beside = [name for name in ("target", "stub") if options["profile"] and options[name]]
    if beside:
        raise click.UsageError(f"--profile says what the target is; leave out --{beside[0]}")
    sys.exit(run(VerifyOptions(places=places_of(folders), selection=chosen, **options)))


@click.command()
@choices
@apis_option
@click.option("--jobs", default=2, type=JOBS, show_default=True, help="Cases under way at once.")
@report_option
@loudness_options
def prove(folders: tuple[Path, ...], **options: Any) -> None:
    """Test the tests: break every rule, its cases must notice.

    Each rule is switched off, and its condition changed in small ways, in a stub of its own; and
    targets that always answer the same are verified. Exit codes: 0 all was noticed, 1 something was
    not, or has no case, 2 nothing to prove, 130 interrupted.

    \b
    Examples:
      rulebound prove
      rulebound prove --operation pick
    """
    from rulebound.contract_tests.prove import ProveOptions
    from rulebound.contract_tests.prove import prove as run

    chosen, options["loudness"] = selection(options), loudness(options)
    sys.exit(run(ProveOptions(places=places_of(folders), selection=chosen, **options)))


_OF_TARGETS = ("target", "profile", "stub", "allow", "plan", "shard", "resume")


def _verify_recordings(
    files: tuple[Path, ...],
    hosts: tuple[str, ...],
    folders: tuple[Path, ...],
    chosen: Selection,
    options: dict[str, Any],
) -> int:
    from rulebound.contract_tests.passive.verify import PassiveOptions, verify_recordings

    sent = [name for name in _OF_TARGETS if options.get(name)]
    if sent:
        raise click.UsageError(f"--har sends nothing; leave out --{' and --'.join(sent)}")
    if not files:
        raise click.UsageError("--har-host chooses among recordings; name one by --har")
    places = places_of(folders)
    shown = {name: options[name] for name in ("report", "loudness", "annotations", "beside")}
    return verify_recordings(PassiveOptions(files, hosts, places, chosen, **shown))
