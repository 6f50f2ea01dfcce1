"""The fault desk: what is to go wrong in a world, seen and set."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from rulebound.mock_server.console.frame import Room, back, page
from rulebound.mock_server.faults.fault import KINDS, only_reads
from rulebound.mock_server.faults.wanted import add_fault
from rulebound.mock_server.worlds import WorldRefusal

WORDS = {
    "latency": "answers late",
    "429": "429 too many requests",
    "500": "500 the server fails",
    "status": "another status",
    "drop": "drops the connection",
    "stale": "reads old records",
}
"""Kind -> its words on the page; a kind not here is shown by its name."""


def add_fault_desk(views: Blueprint, room: Room) -> None:
    """The page of faults and its forms."""
    operations = {each.id: each for api in room.apis for each in api.document.operations}

    @views.get("/console/<world>/faults")
    def faults(world: str) -> Response:
        served = room.worlds.get(world)
        return page(
            room,
            served,
            "faults",
            "Fault desk",
            standing=[(each.as_json(), each.fault.words()) for each in served.faults.all()],
            kinds={kind: WORDS.get(kind, kind) for kind in KINDS},
            operations=operations,
            reading=[id for id, each in operations.items() if only_reads(each)],
        )

    @views.post("/console/<world>/faults/add")
    def add(world: str) -> Response:
        served = room.worlds.get(world)
        add_fault(served, _asked(), operations)
        return back("faults", world=world, done="faults")

    @views.post("/console/<world>/faults/take-off")
    def take_off(world: str) -> Response:
        desk = room.worlds.get(world).faults
        number = request.form.get("number", "")
        if number == "all":
            desk.clear()
        elif not number.isdecimal() or not desk.take_off(int(number[:9])):
            instead = "it may have been used up: look at the list again"
            raise WorldRefusal(404, f"there is no fault {number!r:.20}", instead)
        return back("faults", world=world, done="faults")


def _asked() -> dict[str, Any]:
    """The fault the form describes: of the numbers, those that its kind has.

    Raises WorldRefusal 400.
    """
    form = request.form
    asked: dict[str, Any] = {"kind": form.get("kind", ""), "operation": form.get("operation")}
    for name in (*KINDS.get(asked["kind"], ()), "calls"):
        text = form.get(name, "").strip()
        if text and not (text.isdecimal() and text.isascii()):
            raise WorldRefusal(400, f"{name} cannot be {text!r:.40}", "write a whole number")
        asked[name] = int(text[:9]) if text else None
    return {name: None if value == "" else value for name, value in asked.items()}
