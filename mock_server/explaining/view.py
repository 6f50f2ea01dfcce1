"""One request, explained: what was sent, the rules judged, the values compared, what came of it.

The same for the console, for `rulebound explain` and for whoever asks the control plane.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rulebound.fixtures import CREDENTIAL_TABLES
from rulebound.mock_server.api import Api
from rulebound.mock_server.depths import Change, Depth
from rulebound.mock_server.hiding import HIDDEN, Hiding
from rulebound.mock_server.journal import Entry
from rulebound.mock_server.parsing import Parser
from rulebound.openapi.conditions import Requirement
from rulebound.openapi.expressions import compared, explain
from rulebound.openapi.model import Operation, Rule
from rulebound.openapi.names import request_names
from rulebound.openapi.trace import Outcome

_MOST_TEXT = 64 * 1024
_MOST_ITEMS = 20
_MOST_CHARS = 400
_JUDGED = ("kept", "broken")

Replaced = Mapping[str, Requirement]


def explained(entry: Entry, depth: Depth | None, api: Api, world: str) -> dict[str, Any]:
    """All of a request as JSON values, credentials and passwords hidden.

    `depth` is None where the journal has forgotten it: then what was looked up, compared and
    changed is left out, and `forgotten` is true.
    """
    hiding = entry.hiding()
    told = entry.as_json()
    step = api.steps.get(entry.operation or "")
    operation = None if step is None else step.operation
    told |= {"world": world, "forgotten": depth is None, "headers": {}, "answer": None}
    names: Mapping[str, Any] = {}
    replaced: Replaced = {} if depth is None else depth.replaced
    if depth is not None:
        _learn(entry, depth, operation, hiding)
        told |= _exchanged(entry, depth, hiding)
        if operation is not None:
            names = _names(entry, depth, operation)
    told["trace"] = (
        []
        if entry.trace is None
        else [_outcome(each, names, replaced, hiding) for each in entry.trace.outcomes]
    )
    return told


def _exchanged(entry: Entry, depth: Depth, hiding: Hiding) -> dict[str, Any]:
    answer = depth.answer
    return {
        "body": hiding.body(depth.body, _MOST_TEXT),
        "path": hiding.text(depth.root + entry.path),
        "problem": None if entry.problem is None else hiding.text(entry.problem),
        "headers": {name: hiding.header(name, value) for name, value in depth.headers},
        "answer": {
            "status": answer.status,
            "headers": {name: hiding.header(name, value) for name, value in answer.headers},
            "media": answer.media,
            "body": hiding.body(answer.body, _MOST_TEXT),
        },
        "facts": [
            {"name": name, "value": hiding.told(short(plain(value)))}
            for name, value in depth.facts.items()
        ],
        "changes": [_change(each, hiding) for each in depth.changes],
    }


def _learn(entry: Entry, depth: Depth, operation: Operation | None, hiding: Hiding) -> None:
    """Find every credential first, as one may be repeated before the place that tells it is one."""
    for name, value in (*depth.headers, *depth.answer.headers):
        hiding.header(name, value)
    hiding.query(depth.query)
    hiding.body(depth.body, _MOST_TEXT)
    for change in depth.changes:
        if change.table in CREDENTIAL_TABLES:
            hiding.learn(change.id)
    specs = () if operation is None else operation.facts
    for spec in specs:
        if spec.table in CREDENTIAL_TABLES or hiding.tells(spec.lookup) or hiding.tells(spec.name):
            for id in _ids(depth.facts.get(spec.name)):
                hiding.learn(id)


def _ids(value: Any) -> Iterator[Any]:
    """The ids of a record, of each of a list, or of what is an id itself."""
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _ids(each)
    else:
        yield value.get("id") if isinstance(value, Mapping) else value


def _change(change: Change, hiding: Hiding) -> dict[str, Any]:
    kind = "added" if change.before is None else "removed" if change.after is None else "changed"
    before, after = change.before or {}, change.after or {}
    differing = [name for name in {**after, **before} if before.get(name) != after.get(name)]
    return {
        "table": change.table,
        "id": hiding.told(change.id),
        "kind": kind,
        "before": hiding.told({n: plain(before[n]) for n in differing if n in before}),
        "after": hiding.told({n: plain(after[n]) for n in differing if n in after}),
    }


def _names(entry: Entry, depth: Depth, operation: Operation) -> Mapping[str, Any]:
    """What the conditions saw; a fact that was not looked up, or is too long to keep, is absent."""
    request = Parser(operation).request(
        entry.method,
        depth.address,
        depth.query,
        depth.headers,
        depth.body,
        None,
        {name: str(value) for name, value in depth.path.items()},
    )
    known = request_names(operation, request, entry.actor, depth.settings, entry.at)
    return {**known, **depth.facts}


def _outcome(
    outcome: Outcome, names: Mapping[str, Any], replaced: Replaced, hiding: Hiding
) -> dict[str, Any]:
    rule = outcome.rule
    condition = _seen(replaced.get(rule.id, rule.condition), names)
    judged, broken = outcome.result in _JUDGED, outcome.result == "broken"
    return {
        **told_rule(rule),
        "result": outcome.result,
        "replaced": rule.id in replaced,
        "details": _details(outcome, hiding),
        "compared": _compared(condition, names, hiding) if condition and judged else [],
        "because": _because(condition, names, hiding) if condition and broken else [],
    }


def _details(outcome: Outcome, hiding: Hiding) -> dict[str, Any]:
    about = hiding.about(outcome.details)
    return {
        name: HIDDEN if about and name == "value" else hiding.told(short(plain(value)))
        for name, value in outcome.details.items()
    }


def told_rule(rule: Rule) -> dict[str, Any]:
    """What the documents say of a rule."""
    error = rule.error
    basis = None if error is None else {"status": error.status_basis, "code": error.code_basis}
    return {
        "rule": rule.id,
        "kind": rule.kind,
        "phase": rule.phase,
        "says": rule.says,
        "reading": rule.reading,
        "source": list(rule.source),
        "basis": basis,
        "error": None if error is None else {"status": error.status, "code": error.code},
    }


def _compared(
    condition: Requirement, names: Mapping[str, Any], hiding: Hiding
) -> list[dict[str, Any]]:
    pairs = compared(condition.require, names)
    if condition.when is not None:
        pairs = compared(condition.when, names) + pairs
    return [
        {"name": name, "value": HIDDEN if hiding.tells(name) else hiding.told(short(plain(value)))}
        for name, value in dict(pairs).items()
    ]


def _because(condition: Requirement, names: Mapping[str, Any], hiding: Hiding) -> list[str]:
    """Why a condition does not hold, in lines."""
    return [hiding.text(line) for line in explain(condition.require, names)]


def _seen(condition: object, names: Mapping[str, Any]) -> Requirement | None:
    """What a rule was judged by, where it is a condition in words and all its names are known."""
    if not isinstance(condition, Requirement):
        return None
    wanted = condition.require.names | (condition.when.names if condition.when else frozenset())
    return condition if wanted <= names.keys() else None


def plain(value: Any) -> Any:
    """A value as JSON has it; anything else as its text."""
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(part) for part in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def short(value: Any) -> Any:
    """A JSON value cut to what a person reads: 20 items of a list, 400 characters of a text."""
    if isinstance(value, dict):
        return {name: short(part) for name, part in value.items()}
    if isinstance(value, list):
        kept = [short(part) for part in value[:_MOST_ITEMS]]
        return kept + [f".. {len(value) - _MOST_ITEMS} more"] * (len(value) > _MOST_ITEMS)
    if isinstance(value, str) and len(value) > _MOST_CHARS:
        return f"{value[:_MOST_CHARS]}.."
    return value
