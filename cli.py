"""The command line.

The one file that may import every room, each only when a command needs it: `--help` stays quick.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from rulebound.contract_tests.commands import (
    comparing,
    completion,
    documents,
    explaining,
    profile,
    runs,
    verifying,
)
from rulebound.contract_tests.commands.options import Commands, apis_option
from rulebound.contract_tests.commands.variables import with_variables

CONTEXT = {
    "help_option_names": ["-h", "--help"],
    "max_content_width": 100,
}
PORT = click.IntRange(0, 65535)


@click.group(cls=Commands, context_settings=CONTEXT)
@click.version_option(version("rulebound"), prog_name="rulebound")
def main() -> None:
    """Every sentence of an API's documentation, executable.

    \b
    A first look:
      rulebound serve            the stub, on http://127.0.0.1:8400
      rulebound verify           every rule tried on a stub of its own; --report for more
      rulebound rules pick       what the documents say, sentence by sentence
      rulebound explain last     why the stub answered as it did, and what would have passed

    \b
    Every option may also be set
      in the environment   RULEBOUND_SERVE_PORT=9000 for `serve --port 9000`
      by a project         in its pyproject.toml, under [tool.rulebound.serve] or [tool.rulebound]

    Exit codes: 0 all is well, 1 something was found, 2 cannot be done or judged, 130 interrupted.
    `rulebound COMMAND --help` says what that means, and has examples.
    """


@main.command()
@apis_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Address to listen on."
)
@click.option("--port", default=8400, type=PORT, show_default=True, help="0 takes a free one.")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="URL",
    help="A web page's origin to allow (CORS); may be given again.",
)
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="NAME",
    help="A name the stub is called by, beside this machine's; .NAME for all below; again.",
)
@click.option(
    "--token",
    metavar="TEXT",
    envvar="RULEBOUND_TOKEN",
    help="Opens the control plane to other hosts.",
)
@click.option(
    "--store",
    default="memory",
    show_default=True,
    metavar="URL",
    help="Where worlds stand: sqlite:///FILE, postgresql://USER@HOST/DATABASE.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    metavar="NUMBER",
    help="How many processes serve; more than one need a store they share.",
)
@click.option("--watch", is_flag=True, help="Serve anew whenever a document or seed changes.")
@click.option("-q", "--quiet", is_flag=True, help="Print the address alone.")
def serve(folders: tuple[Path, ...], **options: Any) -> None:
    """Run the stub and leave it running.

    It prints its address, who may ask, and one curl line per operation. Exit codes: 0 ended by
    Ctrl-C, 2 cannot start: a document that does not load, a port that is taken.

    \b
    Examples:
      rulebound serve --port 9000
      rulebound serve --folder my-api --watch
      rulebound serve --origin https://app.example.com
      rulebound serve --store sqlite:///worlds.db --workers 4
    """
    from rulebound.mock_server.serving import serve as run
    from rulebound.mock_server.settings import Settings

    sys.exit(run(Settings(apis=folders, **options)))


for command in (
    verifying.verify,
    verifying.prove,
    documents.check,
    documents.rules,
    explaining.explain,
    profile.profile,
    runs.merge,
    runs.diff,
    runs.accept,
    comparing.compare,
    completion.completion,
):
    main.add_command(command)


with_variables(main, "RULEBOUND")


if __name__ == "__main__":
    main()
