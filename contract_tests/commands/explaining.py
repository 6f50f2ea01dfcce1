"""`rulebound explain`: a rule with examples, or a request with every rule it met."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rulebound.contract_tests.commands.completion import rule_ids
from rulebound.contract_tests.commands.options import apis_option, echo, places_of, shipped_places

URL = "http://127.0.0.1:8400"


@click.command()
@click.argument("what", required=False, metavar="RULE|last|NUMBER", shell_complete=rule_ids)
@apis_option
@click.option("--curl", metavar="LINE", help="A curl line to judge; it leaves nothing behind.")
@click.option("--url", default=URL, show_default=True, help="The running stub.")
@click.option("--world", default="default", show_default=True, help="The world of the request.")
@click.option("--token", envvar="RULEBOUND_TOKEN", help="Opens the stub's control plane.")
@click.option("--all", "whole", is_flag=True, help="Every rule that was judged, with its values.")
@click.option("--json", "as_json", is_flag=True, help="All that is known, as JSON.")
def explain(what: str | None, curl: str | None, **options: Any) -> None:
    """Explain a rule, or why a request was answered as it was.

    A rule: its sentence, source and answer, with a request that breaks it and one that keeps it. A
    request that a running stub judged (the newest is `last`): which rule refused it, which values
    were compared, and the smallest change that would have passed.

    \b
    Examples:
      rulebound explain pick.at-least-one
      rulebound explain last
      rulebound explain 17 --world 0f3c2a --all
      rulebound explain --curl "curl -X PATCH http://127.0.0.1:8400/core/... -d '{}'"
    """
    if (what is None) == (curl is None):
        fail("name a rule, a request (`last`, or its number), or give a line by --curl")
    if curl is not None or what == "last" or (what or "").isdecimal():
        _request(what, curl, **options)
    else:
        _rule(str(what), options["folders"], options["url"], as_json=options["as_json"])


def fail(why: str) -> None:
    """Say why nothing can be explained, and end with 2."""
    click.echo(f"rulebound: {why}", err=True)
    sys.exit(2)


def _rule(name: str, folders: tuple[Path, ...], url: str, *, as_json: bool) -> None:
    from rulebound.contract_tests.apis import load_apis
    from rulebound.contract_tests.explaining.rule import rule_data, rule_lines
    from rulebound.contract_tests.planning import EVERYTHING, plan
    from rulebound.openapi.listing import near_names

    apis = load_apis(places_of(folders) or shipped_places())
    known = {planned.rule.id: planned for planned in plan(apis, EVERYTHING)}
    if name not in known:
        near = near_names(name, known)
        hint = f"did you mean {', '.join(near)}?" if near else "list them by `rulebound rules`"
        fail(f"there is no rule {name}; {hint}")
    told = rule_data(apis, known[name], url)
    _say(json.dumps(told, indent=2, ensure_ascii=False) if as_json else rule_lines(told))


def _request(  # noqa: PLR0913
    number: str | None,
    line: str | None,
    *,
    folders: tuple[Path, ...],
    url: str,
    world: str,
    token: str | None,
    whole: bool,
    as_json: bool,
) -> None:
    from rulebound.contract_tests.explaining.curl_line import CurlFault, read_curl
    from rulebound.contract_tests.explaining.recorded import change_lines, judged, request_lines
    from rulebound.contract_tests.targets.control import Control
    from rulebound.contract_tests.targets.lines import Lines
    from rulebound.contract_tests.wire.message import TargetFault, UnsendableRequest

    lines = Lines(url)
    control = Control(lines, token)
    try:
        if line is None:
            told = control.explained(world, str(number))
        else:
            told = judged(lines, control, world, read_curl(line))
        refused = told["status"] >= 400 and told["operation"] is not None
        change = control.smallest_change(world, str(told["number"])) if refused else None
    except (TargetFault, UnsendableRequest, CurlFault) as error:
        fail(f"{error}; the stub is asked at {url} (--url), world {world}")
    finally:
        lines.close()
    if as_json:
        _say(json.dumps({**told, "change": change}, indent=2, ensure_ascii=False))
        return
    _say(request_lines(told, whole=whole))
    if change is not None:
        _say(change_lines(change))


def _say(text: str | Iterable[str]) -> None:
    echo(text if isinstance(text, str) else "\n".join(text))
