"""Rules on request: list them, and switch or replace them in one world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify
from rulebound.mock_server.api import Api
from rulebound.mock_server.control.wishes import wish
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal, Worlds
from rulebound.openapi.conditions import Requirement
from rulebound.openapi.expressions import ExpressionError, compile_condition
from rulebound.openapi.model import Operation, Rule
from rulebound.openapi.trace import Switches

Answered = Response | tuple[Response | str, int]
_WAYS = "write {on: false}, {on: true} or {when: .., require: ..}"


def rules_views(apis: Sequence[Api], worlds: Worlds) -> Blueprint:
    """The addresses of rules."""
    views = Blueprint("rules", __name__)
    known = _known(apis)

    @views.get("/rules")
    def listed() -> Answered:
        return jsonify(rules=[_shown(*each) for each in known.values()])

    @views.put("/worlds/<id>/rules/<rule>")
    def change(id: str, rule: str) -> Answered:
        served, (_, operation, found) = worlds.get(id), _find(known, rule)
        with served.turn():
            _change(served, operation, found)
            return jsonify(rule=rule, **_state(served.switches, rule))

    @views.delete("/worlds/<id>/rules/<rule>")
    def restore(id: str, rule: str) -> Answered:
        served = worlds.get(id)
        _find(known, rule)
        with served.turn():
            served.switches = _without(served.switches, rule)
        return "", 204

    return views


Known = tuple[Api, Operation, Rule]


def _known(apis: Sequence[Api]) -> dict[str, Known]:
    return {
        rule.id: (api, operation, rule)
        for api in apis
        for operation in api.document.operations
        for rule in operation.rules
    }


def _find(known: Mapping[str, Known], id: str) -> Known:
    """What stands behind a rule id. Raises WorldRefusal 404."""
    if id not in known:
        raise WorldRefusal(404, f"there is no rule {id!r}", "GET /_rulebound/rules lists them")
    return known[id]


def _shown(api: Api, operation: Operation, rule: Rule) -> dict[str, Any]:
    error = rule.error
    return {
        "id": rule.id,
        "api": api.document.name,
        "operation": operation.id,
        "kind": rule.kind,
        "phase": rule.phase,
        "says": rule.says,
        "reading": rule.reading,
        "source": list(rule.source),
        "status": error.status if error else None,
        "code": error.code if error else None,
    }


def _state(switches: Switches, rule: str) -> dict[str, bool]:
    return {"on": rule not in switches.off, "replaced": rule in switches.replaced}


def _without(switches: Switches, rule: str) -> Switches:
    replaced = {id: each for id, each in switches.replaced.items() if id != rule}
    return Switches(switches.off - {rule}, replaced)


def _change(served: ServedWorld, operation: Operation, rule: Rule) -> None:
    """Switch or replace a rule of a world, as the request asks. Raises WorldRefusal 400."""
    asked = wish({"on": bool, "when": str, "require": str})
    rest = _without(served.switches, rule.id)
    if set(asked) == {"on"}:
        off = rest.off if asked["on"] else rest.off | {rule.id}
        served.switches = Switches(off, rest.replaced)
    elif "require" in asked and "on" not in asked:
        new = _replacement(operation, rule, asked.get("when"), asked["require"])
        served.switches = Switches(rest.off, {**rest.replaced, rule.id: new})
    else:
        raise WorldRefusal(400, "the body says neither on nor require, or both", _WAYS)


def _replacement(operation: Operation, rule: Rule, when: str | None, require: str) -> Requirement:
    """What the rule is judged by instead. Raises WorldRefusal 400."""
    if rule.kind == "tolerate":
        raise WorldRefusal(400, f"{rule.id} refuses nothing", "replace a reject or effect rule")
    names = operation.names | ({"before", "made"} if rule.kind == "effect" else frozenset())
    compiled = []
    for name, text in (("require", require), ("when", when)):
        try:
            compiled.append(None if text is None else compile_condition(text, names))
        except ExpressionError as error:
            raise WorldRefusal(
                400, f"{name} of {rule.id} is no condition: {error}", _WAYS
            ) from None
    first, second = compiled
    if first is None:
        raise WorldRefusal(400, f"{rule.id} has no require", _WAYS)
    return Requirement(first, second)
