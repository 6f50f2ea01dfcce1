"""A request that a stub judged, told for a person to read."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from rulebound.contract_tests.targets.control import Control
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.wire.message import TargetFault, WireRequest

_WORLD = "rulebound-world"
_OWN = (_WORLD, "rulebound-scratch", "rulebound-want")
_ORDER = ("broken", "kept", "off", "not concerned", "not reached")


def judged(lines: Lines, control: Control, world: str, request: WireRequest) -> dict[str, Any]:
    """What the stub says of a request, which leaves nothing behind in its world: the one that the
    request names itself, else `world`.

    Raises TargetFault where nothing answers, or what answers is no stub that explains.
    """
    world = request.header(_WORLD) or world
    kept = [pair for pair in request.headers if pair[0].lower() not in _OWN]
    more = (("Rulebound-Scratch", "yes"), ("Rulebound-World", world))
    answer = lines.send(replace(request, headers=(*kept, *more)))
    link = answer.header("rulebound-explain")
    if link is None:
        said = answer.body[:200].decode("utf-8", "replace")
        raise TargetFault(f"the request met no API of a stub: {answer.status} {said}")
    return control.explained(world, link.rpartition("/")[2])


def request_lines(told: Mapping[str, Any], *, whole: bool = False) -> Iterator[str]:
    """The verdict, the sentence that refused, the values compared; with `whole` every rule."""
    status, address = told["status"], told["path"]
    query = f"?{told['query']}" if told["query"] else ""
    yield f"{told['method']} {address}{query} -> {status}"
    where = f"request {told['number']} of world {told['world']}"
    yield f"  {where}, {told['operation'] or 'no operation'}, {_who(told['actor'])}"
    for said in filter(None, (told.get("injected"), told["problem"])):
        yield f"  {said}"
    for outcome in told["trace"]:
        if outcome["result"] == "broken" and outcome["rule"] == told["rule"]:
            yield "refused by"
            yield from _outcome(outcome)
            yield from _said(outcome, told.get("statements", ()))
    others = [
        outcome
        for outcome in told["trace"]
        if outcome["result"] == "broken" and outcome["rule"] != told["rule"]
    ]
    if others:
        yield "broken as well"
        for outcome in others:
            yield from _outcome(outcome)
    yield from _changes(told)
    if not told["trace"]:
        yield "no rule was judged: the request met no operation, or could not be read"
        return
    yield from _judged(told["trace"], whole=whole)


def change_lines(change: Mapping[str, Any]) -> Iterator[str]:
    """The smallest change, and the line that sends it."""
    if change["kind"] == "request":
        yield f"smallest change: {change['says']}"
        for edit in change["edits"]:
            yield f"  {edit['place']}: {_place(edit['before'])} -> {_place(edit['after'])}"
    else:
        yield f"no change of the request passes: {change['says']}"
    if change.get("curl"):
        yield f"  {change['curl']}"


def _who(actor: Mapping[str, Any] | None) -> str:
    return "by nobody" if actor is None else f"by {actor['kind']} {actor['id']}"


def _outcome(outcome: Mapping[str, Any]) -> Iterator[str]:
    error = outcome["error"] or {}
    answer = f"  {error.get('status', '')} {error.get('code', '')}".rstrip()
    yield f"  {outcome['rule']}  [{', '.join(outcome['source'])}]{answer}"
    yield f"    {outcome['says']}"
    for line in outcome["because"]:
        yield f"    {line}"
    if not outcome["because"]:
        for name in ("at", "header", "name", "value", "limit", "keyword"):
            if outcome["details"].get(name) is not None:
                yield f"    {name}: {_short(outcome['details'][name])}"


def _said(outcome: Mapping[str, Any], statements: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """The sentences that a rule carries, and how they are read."""
    if outcome.get("reading"):
        yield f"    read as: {outcome['reading']}"
    for said in statements:
        if said["id"] in outcome["source"]:
            yield f"    {said['id']} {said['page']}, {said['section']}: {said['hint']}"


def _changes(told: Mapping[str, Any]) -> Iterator[str]:
    for change in told.get("changes", ()):
        yield f"{change['kind']}: {change['table']} {change['id']}"
        for name, after in change["after"].items():
            if change["kind"] == "changed":
                yield f"  {name}: {_short(change['before'].get(name))} -> {_short(after)}"


def _judged(trace: list[Mapping[str, Any]], *, whole: bool) -> Iterator[str]:
    counts = {name: sum(each["result"] == name for each in trace) for name in _ORDER}
    yield "judged: " + ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    if not whole:
        return
    for outcome in trace:
        values = "; ".join(
            f"{each['name']} is {_short(each['value'])}" for each in outcome["compared"]
        )
        yield f"  {outcome['result']:<13} {outcome['rule']}" + (f"  ({values})" if values else "")


def _place(value: Any) -> str:
    return "(nothing)" if value is None else _short(value)


def _short(value: Any) -> str:
    # As it stands in a request, so that it can be copied into one.
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else text[:97] + "..."
