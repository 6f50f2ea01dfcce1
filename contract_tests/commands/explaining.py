"""`rulebound explain`: a rule with examples, or a request with every rule it met."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn

import click
from rulebound.contract_tests.commands.completion import rule_ids
from rulebound.contract_tests.commands.forms import forms
from rulebound.contract_tests.commands.options import apis_option, echo, places_of, shipped_places

URL = "http://127.0.0.1:8400"


@click.command()
@click.argument("what", required=False, metavar="[RULE|last|NUMBER]", shell_complete=rule_ids)
@apis_option
@click.option("--curl", metavar="LINE", help="A curl line to judge; it leaves nothing behind.")
@click.option("--url", default=URL, show_default=True, metavar="URL", help="The running stub.")
@click.option(
    "--world", default="default", show_default=True, metavar="ID", help="The world of the request."
)
@click.option(
    "--token", metavar="TEXT", envvar="RULEBOUND_TOKEN", help="Opens the stub's control plane."
)
@click.option("--all", "whole", is_flag=True, help="Every rule that was judged, with its values.")
@forms(says="For people, or all that is known.")
def explain(what: str | None, curl: str | None, **options: Any) -> None:
    """Explain a rule, or why a request was answered as it was.

    A rule: its sentence, source and answer, with a request that breaks it and one that keeps it. A
    request that a running stub judged (the newest is `last`): which rule refused it, which values
    were compared, and the smallest change that would have passed.

    Exit codes: 0 explained, 2 no such rule or request, or no stub.

    \b
    Examples:
      rulebound explain pick.at-least-one
      rulebound explain last
      rulebound explain 17 --world 0f3c2a --all
      rulebound explain --curl "curl -X PATCH http://127.0.0.1:8400/core/... -d '{}'"
    """
    if (what is None) == (curl is None):
        fail("name a rule, a request (`last`, or its number), or give a line by --curl")
    as_json = options["form"] == "json"
    if curl is not None or what == "last" or (what or "").isdecimal():
        stub = _Stub(options["url"], options["world"], options["token"])
        _request(stub, what, curl, whole=options["whole"], as_json=as_json)
    else:
        _rule(str(what), options["folders"], options["url"], as_json=as_json)


def fail(why: str) -> NoReturn:
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


@dataclass(frozen=True)
class _Stub:
    """The running stub that is asked, and of which world."""

    url: str
    world: str
    token: str | None


def _request(stub: _Stub, number: str | None, line: str | None, **shown: bool) -> None:
    """Explain a recorded request, or the one of a curl line; `shown` says how."""
    from rulebound.contract_tests.explaining.recorded import change_lines, request_lines

    told, change = _asked(stub, number, line)
    if shown["as_json"]:
        _say(json.dumps({**told, "change": change}, indent=2, ensure_ascii=False))
        return
    _say(request_lines(told, whole=shown["whole"]))
    if change is not None:
        _say(change_lines(change))


def _asked(
    stub: _Stub, number: str | None, line: str | None
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What the stub knows of a request, and the smallest change where it was refused."""
    from rulebound.contract_tests.explaining.curl_line import CurlFault, read_curl
    from rulebound.contract_tests.explaining.recorded import judged
    from rulebound.contract_tests.targets.control import Control, ControlFault
    from rulebound.contract_tests.targets.lines import Lines
    from rulebound.contract_tests.wire.line import BadAddress
    from rulebound.contract_tests.wire.message import TargetFault, UnsendableRequest
    from rulebound.openapi.near import guess

    with closing(Lines(stub.url)) as lines:
        control = Control(lines, stub.token)
        try:
            asked = None if line is None else read_curl(line)
            known = control.worlds()
            if stub.world not in known:
                listed = f"there are {', '.join(known[:5])}"
                fail(f"there is no world {stub.world}{guess(stub.world, known, listed)}")
            if asked is None:
                told = control.explained(stub.world, str(number))
            else:
                told = judged(lines, control, stub.world, asked)
            if told["status"] < 400 or told["operation"] is None:
                return told, None
            return told, control.smallest_change(told["world"], str(told["number"]))
        except (TargetFault, UnsendableRequest, CurlFault, BadAddress) as error:
            unknown = isinstance(error, ControlFault) and error.status == HTTPStatus.NOT_FOUND
            why = _not_kept(stub, number) if unknown and number else str(error)
            fail(f"{why}; {_where(stub)}")


def _not_kept(stub: _Stub, number: str) -> str:
    kept = "has had no request yet" if number == "last" else f"keeps no request {number}"
    return f"world {stub.world} {kept}"


def _where(stub: _Stub) -> str:
    other = "another is named by --url or RULEBOUND_EXPLAIN_URL"
    return f"the stub is asked at {stub.url}, world {stub.world}; {other}"


def _say(text: str | Iterable[str]) -> None:
    echo(text if isinstance(text, str) else "\n".join(text))
