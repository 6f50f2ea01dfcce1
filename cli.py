"""The command line: `rulebound serve`, `verify`, `prove`, `check`, `rules`, `profile`, `merge`,
`diff`, `accept`.

The one file that may import every room, each only when a command needs it: `--help` stays quick.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rulebound.contract_tests.apis import Place
    from rulebound.contract_tests.planning import Selection, Shard
    from rulebound.openapi.listing import Listed

CONTEXT = {
    "help_option_names": ["-h", "--help"],
    "auto_envvar_prefix": "RULEBOUND",
    "max_content_width": 100,
}
PORT = click.IntRange(0, 65535)
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


def _choices(command: Any) -> Any:
    """The options that choose what is verified or proved."""
    for option in (
        click.option("--rule", multiple=True, help="Only rules of this id; may hold *."),
        click.option("--operation", multiple=True, help="Only this operation: its id, or `pick`."),
        click.option("--api", multiple=True, help="Only this API, by the name of its folder."),
    ):
        command = option(command)
    return command


def _shard(_context: Any, _option: Any, text: str | None) -> Shard | None:
    from rulebound.contract_tests.planning import Shard

    try:
        return None if text is None else Shard.read(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


class _Commands(click.Group):
    """Click's group, but for Ctrl-C: click exits with 1, which says that something is broken."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("rulebound: interrupted", err=True)
            ctx.exit(130)


@click.group(cls=_Commands, context_settings=CONTEXT)
@click.version_option(version("rulebound"), prog_name="rulebound")
def main() -> None:
    """Every sentence of an API's documentation, executable.

    \b
    A first look:
      rulebound serve            the stub, on http://127.0.0.1:8400
      rulebound verify           every rule tried on a stub of its own; a report in report/
      rulebound rules pick       what the documents say, sentence by sentence

    Every option may also be set as RULEBOUND_<COMMAND>_<OPTION>, say RULEBOUND_SERVE_PORT=9000.
    Exit codes: 0 all kept, 1 something broken, 2 cannot judge, 130 interrupted.
    """


@main.command()
@apis_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8400, type=PORT, show_default=True, help="0 takes a free one.")
@click.option("--origin", "origins", multiple=True, help="A web page's origin to allow (CORS).")
@click.option("--token", envvar="RULEBOUND_TOKEN", help="Opens the control plane to other hosts.")
@click.option("--watch", is_flag=True, help="Serve anew whenever a document or seed changes.")
@click.option("--quiet", is_flag=True, help="Print the address alone.")
def serve(folders: tuple[Path, ...], **options: Any) -> None:
    """Run the stub and leave it running.

    \b
    Examples:
      rulebound serve --port 9000
      rulebound serve --folder my-api --watch
      rulebound serve --origin https://app.example.com
    """
    from rulebound.mock_server.serving import serve as run
    from rulebound.mock_server.settings import Settings

    sys.exit(run(Settings(apis=folders, **options)))


@main.command()
@_choices
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
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Judge recorded traffic (HAR 1.2) and send nothing; may be given again.",
)
@click.option("--har-host", multiple=True, help="Of the recordings only what went to this host.")
@click.option("--stub", is_flag=True, help="The target is a stub with a control plane.")
@click.option("--token", envvar="RULEBOUND_TOKEN", help="Opens a stub's control plane.")
@click.option("--seed", default=0, show_default=True, help="Decides the order and drawn values.")
@click.option("--jobs", type=JOBS, help="Cases under way at once. Default: 2, on a deployment 1.")
@click.option("--report", type=click.Path(path_type=Path), help="Folder for the report.")
@click.option(
    "--shard",
    metavar="I/N",
    callback=_shard,
    help="Only this part of the rules, 2/5 for the second of five; join them by `rulebound merge`.",
)
@click.option(
    "--resume",
    metavar="RUN",
    help="Go on with an interrupted run of the profile: its id, or `last`.",
)
def verify(folders: tuple[Path, ...], **options: Any) -> None:
    """Try every rule and say which are kept.

    \b
    Examples:
      rulebound verify
      rulebound verify --operation pick --report report
      rulebound verify --target http://127.0.0.1:8400 --stub
      rulebound verify --har recorded.har --report report
    """
    from rulebound.contract_tests.verify import VerifyOptions
    from rulebound.contract_tests.verify import verify as run

    chosen = _selection(options)
    files, hosts = options.pop("har"), options.pop("har_host")
    if files or hosts:
        sys.exit(_verify_recordings(files, hosts, folders, chosen, options))
    sys.exit(run(VerifyOptions(places=_places(folders), selection=chosen, **options)))


@main.command()
@_choices
@apis_option
@click.option("--jobs", default=2, type=JOBS, show_default=True, help="Cases under way at once.")
@click.option("--report", type=click.Path(path_type=Path), help="Folder for the report.")
def prove(folders: tuple[Path, ...], **options: Any) -> None:
    """Test the tests: switch off and mutate every rule and see that its cases notice.

    \b
    Examples:
      rulebound prove
      rulebound prove --operation pick
    """
    from rulebound.contract_tests.prove import ProveOptions
    from rulebound.contract_tests.prove import prove as run

    chosen = _selection(options)
    sys.exit(run(ProveOptions(places=_places(folders), selection=chosen, **options)))


@main.command()
@click.argument("folders", type=FOLDER, nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def check(folders: tuple[Path, ...], form: str) -> None:
    """Read documents, seeds and witnesses and list everything that is wrong with them.

    \b
    Examples:
      rulebound check
      rulebound check my-api --format json
    """
    from rulebound.contract_tests.checking import check_place

    places = _places(folders) or _shipped()
    # A file's name says little when several APIs are checked, so each finding names its API.
    findings = [(place.document.name, each) for place in places for each in check_place(place)]
    if form == "json":
        click.echo(json.dumps([{"api": api, **asdict(each)} for api, each in findings], indent=2))
    else:
        for api, each in findings:
            click.echo(f"{api}: {each}")
        click.echo(f"{len(findings)} finding{'' if len(findings) == 1 else 's'}", err=True)
    sys.exit(1 if findings else 0)


@main.command()
@click.argument("patterns", nargs=-1, metavar="[RULE]...")
@apis_option
@click.option("--json", "as_json", is_flag=True, help="All that is known of each rule, as JSON.")
def rules(patterns: tuple[str, ...], folders: tuple[Path, ...], as_json: bool) -> None:
    """List the rules: the sentence, its source, and what answers who breaks it.

    \b
    Examples:
      rulebound rules
      rulebound rules pick
      rulebound rules 'pick.at-*'
      rulebound rules task.due-date-future --json
    """
    known = _all_rules(folders)
    found = [each for each in known if not patterns or any(map(each.is_called, patterns))]
    if not found:
        near = _near(patterns, known)
        click.echo(f"rulebound: no rule matches {' '.join(patterns)}{near}", err=True)
        sys.exit(2)
    if as_json:
        data = [each.as_data() for each in found]
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    for each in found:
        click.echo(each.line)


@main.group(cls=_Commands)
def profile() -> None:
    """Bind the names of the witnesses to a deployment's own records and credentials."""


@profile.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_choices
@apis_option
def new_profile(file: Path, folders: tuple[Path, ...], **options: Any) -> None:
    """Write FILE: every name the chosen rules need, to be filled in.

    \b
    Examples:
      rulebound profile new staging.yaml
      rulebound profile new staging.yaml --api ece-v12 --operation searchActivities
    """
    from rulebound.contract_tests.profiling.commands import NewOptions, new_profile

    sys.exit(new_profile(NewOptions(file, _places(folders), _selection(options))))


@profile.command("check")
@click.argument("file", type=PROFILE)
@apis_option
@click.option("--offline", is_flag=True, help="Send nothing: no credential is tried.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def check_profile(file: Path, folders: tuple[Path, ...], offline: bool, form: str) -> None:
    """Say what FILE binds, what is missing and which rules that costs; try each credential.

    \b
    Examples:
      rulebound profile check staging.yaml
      rulebound profile check staging.yaml --offline --format json
    """
    from rulebound.contract_tests.profiling.commands import CheckOptions, check_profile

    sys.exit(check_profile(CheckOptions(file, _places(folders), offline, form)))


@main.command()
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--report", required=True, type=click.Path(path_type=Path), help="For the whole.")
def merge(reports: tuple[Path, ...], report: Path) -> None:
    """Join the reports of all shards of a run into one; the exit code is that of the whole run.

    \b
    Example:
      rulebound merge shard-1 shard-2 --report report
    """
    from rich.console import Console
    from rulebound.contract_tests.runs.merging import merge as run
    from rulebound.contract_tests.verify import guarded

    sys.exit(guarded(lambda: run(reports, report, Console(highlight=False))))


@main.command()
@click.argument("before")
@click.argument("after")
@click.option("--profile", "file", type=PROFILE, help="For runs of its deployment, by id.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
def diff(before: str, after: str, file: Path | None, form: str) -> None:
    """Name the rules that two runs found differently; exit 1 when a rule became worse.

    A run is a report.json, the folder it lies in, or with --profile the id of a run, `last`, or
    `last~1` for the one before.

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
        click.echo(text)
        return code

    sys.exit(guarded(run))


@main.command()
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option("--profile", type=PROFILE, required=True, help="The profile of the deployment.")
@click.option("--reason", metavar="TEXT", help="Why the deviation is accepted.")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day it is.")
@click.option("--list", "listed", is_flag=True, help="Say what is accepted.")
@click.option("--remove", "removed", is_flag=True, help="Accept these rules no longer.")
@apis_option
def accept(folders: tuple[Path, ...], **options: Any) -> None:
    """Accept that a deployment breaks a rule, for a reason and a time: it does not fail the run.

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
        for line in accepting(AcceptOptions(places=_places(folders), **options)):
            click.echo(line)
        return 0

    sys.exit(guarded(run))


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
    places = _places(folders)
    return verify_recordings(PassiveOptions(files, hosts, places, chosen, options["report"]))


def _all_rules(folders: tuple[Path, ...]) -> list[Listed]:
    from rulebound.openapi.findings import DocumentError
    from rulebound.openapi.listing import listed
    from rulebound.openapi.loader import load

    try:
        documents = [load(place.document) for place in _places(folders) or _shipped()]
    except DocumentError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    return listed(documents)


def _near(patterns: tuple[str, ...], known: list[Listed]) -> str:
    from rulebound.openapi.listing import nearest

    near = [name for pattern in patterns for name in nearest(pattern, known)]
    return f"; did you mean {', '.join(near)}?" if near else "; list them by `rulebound rules`"


def _selection(options: dict[str, Any]) -> Selection:
    from rulebound.contract_tests.planning import Selection

    return Selection(options.pop("api"), options.pop("operation"), options.pop("rule"))


def _places(folders: tuple[Path, ...]) -> tuple[Place, ...]:
    from rulebound.contract_tests.apis import own

    return tuple(own(folder) for folder in folders)


def _shipped() -> tuple[Place, ...]:
    from rulebound.contract_tests.apis import shipped

    return shipped()


if __name__ == "__main__":
    main()
