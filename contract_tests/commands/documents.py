"""`rulebound check`, `rulebound rules`: what the documents say, and what is wrong with them."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rulebound.contract_tests.commands.completion import rule_ids
from rulebound.contract_tests.commands.forms import forms
from rulebound.contract_tests.commands.options import (
    FOLDER,
    apis_option,
    places_of,
    shipped_places,
)
from rulebound.contract_tests.counting import counted

if TYPE_CHECKING:
    from rulebound.openapi.listing import Listed


@click.command()
@click.argument("folders", type=FOLDER, nargs=-1)
@forms()
def check(folders: tuple[Path, ...], form: str) -> None:
    """List what is wrong with documents, seeds and witnesses.

    FOLDERS are API folders of your own; without any, those of the kit are checked. Each finding
    has its file, its line, and what to write instead. Exit codes: 0 nothing found, 1 something.

    \b
    Examples:
      rulebound check
      rulebound check my-api --format json
    """
    from rulebound.contract_tests.checking import check_place

    places = places_of(folders) or shipped_places()
    # A file's name says little when several APIs are checked, so each finding names its API.
    findings = [(place.document.name, each) for place in places for each in check_place(place)]
    if form == "json":
        click.echo(json.dumps([{"api": api, **asdict(each)} for api, each in findings], indent=2))
    else:
        for api, each in findings:
            click.echo(f"{api}: {each}")
        click.echo(counted(len(findings), "finding"), err=True)
    sys.exit(1 if findings else 0)


@click.command()
@click.argument("patterns", nargs=-1, metavar="[RULE]...", shell_complete=rule_ids)
@apis_option
@forms(says="For people, or all that is known of each rule.")
def rules(patterns: tuple[str, ...], folders: tuple[Path, ...], form: str) -> None:
    """List rules: the sentence, its source, what refuses it.

    RULE is the id of a rule, which may hold *, or the name of an operation. Exit codes: 0 listed, 2
    no such rule, or a document that does not load.

    \b
    Examples:
      rulebound rules
      rulebound rules pick
      rulebound rules 'pick.at-*'
      rulebound rules task.due-date-future --json
    """
    known = _all_rules(folders)
    found = [each for each in known if not patterns or any(map(each.is_called, patterns))]
    # One that is misspelt beside others would be left out of the list unseen.
    for pattern in patterns:
        if not any(each.is_called(pattern) for each in known):
            near = _near((pattern,), known)
            click.echo(f"rulebound: no rule matches {pattern}{near}", err=True)
            sys.exit(2)
    if form == "json":
        data = [each.as_data() for each in found]
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    for each in found:
        click.echo(each.line)


def _all_rules(folders: tuple[Path, ...]) -> list[Listed]:
    from rulebound.openapi.findings import DocumentError
    from rulebound.openapi.listing import listed
    from rulebound.openapi.loader import load

    try:
        documents = [load(place.document) for place in places_of(folders) or shipped_places()]
    except DocumentError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    return listed(documents)


def _near(patterns: tuple[str, ...], known: list[Listed]) -> str:
    from rulebound.openapi.listing import nearest

    near = [name for pattern in patterns for name in nearest(pattern, known)]
    return f"; did you mean {', '.join(near)}?" if near else "; list them by `rulebound rules`"
