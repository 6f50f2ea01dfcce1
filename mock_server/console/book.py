"""The rule book: every rule by operation and topic, and each on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, Response, request
from rulebound.mock_server.console.frame import Room, back, number_of, page
from rulebound.mock_server.console.paging import sheet
from rulebound.mock_server.console.rule_shelf import SHOWN, Line, Shelf, condition_text, state_of
from rulebound.mock_server.console.witnesses import witnesses_of
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal
from rulebound.openapi.trace import Switches

RULES_ON_PAGE = 100


def add_book(views: Blueprint, room: Room) -> None:
    """The pages of rules, and the form that switches one."""
    shelf = Shelf(room.apis)

    @views.get("/console/<world>/rules")
    def rules(world: str) -> Response:
        served = room.worlds.get(world)
        asked = {name: request.args.get(name, "") for name in ("q", "operation", "show")}
        found = sheet(shelf.lines(served, asked), number_of("page"), RULES_ON_PAGE)
        return page(
            room,
            served,
            "rules",
            "Rule book",
            asked=asked,
            found=found,
            groups=_groups(found.items),
            operations=shelf.operations(),
            shown=SHOWN,
        )

    @views.get("/console/<world>/rules/<rule>")
    def rule(world: str, rule: str) -> Response:
        served, found = room.worlds.get(world), shelf.get(rule)
        met, broken = served.journal.counts()
        return page(
            room,
            served,
            "rule",
            rule,
            section="rules",
            listed=found,
            rule=found.rule,
            statements=found.as_data()["statements"],
            topic=shelf.topic(rule),
            condition=condition_text(found.rule),
            state=state_of(served, rule),
            witnesses=witnesses_of(found.document, rule),
            met=met.get(rule, 0),
            broken=broken.get(rule, 0),
        )

    @views.post("/console/<world>/rules/<rule>/switch")
    def switch_rule(world: str, rule: str) -> Response:
        served = room.worlds.get(world)
        shelf.get(rule)
        with served.turn():
            _switch(served, rule, request.form.get("to", ""))
        return back("rule", world=world, rule=rule, done="switched")


def _switch(served: ServedWorld, rule: str, to: str) -> None:
    """Switch a rule off, or let it be as the document has it. Raises WorldRefusal 400."""
    if to not in ("on", "off"):
        raise WorldRefusal(400, "the form says neither on nor off", "use the button")
    known = served.switches
    replaced = {id: each for id, each in known.replaced.items() if id != rule}
    off = known.off | {rule} if to == "off" else known.off - {rule}
    served.switches = Switches(off, replaced)


def _groups(lines: Sequence[Line]) -> list[tuple[str, str, list[Line]]]:
    """The lines by operation and topic, in their order."""
    grouped = groupby(lines, key=lambda line: (line.listed.operation.id, line.topic))
    return [(operation, topic, list(inside)) for (operation, topic), inside in grouped]
