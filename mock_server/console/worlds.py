"""The page of a world, and the forms that make, fork, reset, drop and set worlds."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from rulebound.fixtures import SEED_TIME
from rulebound.mock_server.console.exporting import export
from rulebound.mock_server.console.frame import Room, back, number_of, page
from rulebound.mock_server.console.paging import sheet
from rulebound.mock_server.console.record_shelf import table_counts
from rulebound.mock_server.control.wishes import of_seed, set_clock
from rulebound.mock_server.worlds import DEFAULT, ServedWorld, WorldRefusal
from rulebound.openapi.json_text import JsonFault, read_json
from rulebound.openapi.trace import Switches

WORLDS_ON_PAGE = 50


def add_worlds(views: Blueprint, room: Room) -> None:
    """The world page, its forms, and the export."""

    @views.get("/console/<world>/world")
    def world(world: str) -> Response:
        served = room.worlds.get(world)
        return page(
            room,
            served,
            "world",
            "World",
            tables=table_counts(room.worlds, served),
            clocks={seed: each.clock for seed, each in served.worlds.items()},
            others=sheet(room.worlds.all()[::-1], number_of("page"), WORLDS_ON_PAGE),
            seed_time=SEED_TIME,
        )

    @views.get("/console/<world>/world.yaml")
    def exported(world: str) -> Response:
        served = room.worlds.get(world)
        answer = Response(export(room.worlds, served), content_type="application/yaml")
        name = f"world-{served.id}.yaml"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    _add_making(views, room)
    _add_setting(views, room)


def _add_making(views: Blueprint, room: Room) -> None:
    @views.post("/console/<world>/world/make")
    def make(world: str) -> Response:
        room.worlds.get(world)
        made = _made(room, world, request.form.get("from", ""))
        return back("world", world=made.id, done="made")

    @views.post("/console/<world>/world/reset")
    def reset(world: str) -> Response:
        room.worlds.get(world).reset()
        return back("world", world=world, done="reset")

    @views.post("/console/<world>/world/delete")
    def delete(world: str) -> Response:
        room.worlds.delete(world)
        return back("world", world=DEFAULT, done="deleted")


def _add_setting(views: Blueprint, room: Room) -> None:
    @views.post("/console/<world>/world/clock")
    def clock(world: str) -> Response:
        served = room.worlds.get(world)
        with served.turn():
            set_clock(served.worlds, _clock_asked())
        return back("world", world=world, done="clock")

    @views.post("/console/<world>/world/settings/<seed>")
    def setting(world: str, seed: str) -> Response:
        own = of_seed(room.worlds.get(world).worlds, seed)
        own.change_settings({request.form.get("name", ""): _value_asked()})
        return back("world", world=world, done="settings", _anchor=f"settings-{seed}")


def _made(room: Room, world: str, source: str) -> ServedWorld:
    """A new world: a fork of this one, or fresh with its clock standing or running.

    Raises WorldRefusal.
    """
    if source == "this":
        return room.worlds.add(room.worlds.draft(world), room.worlds.get(world).switches)
    if source not in ("standing", "running"):
        raise WorldRefusal(400, "the form does not say what to make", "use one of the buttons")
    drafted = room.worlds.draft(None)
    if source == "standing":
        set_clock(drafted, {"freeze": SEED_TIME.isoformat()})
    return room.worlds.add(drafted, Switches())


def _clock_asked() -> dict[str, Any]:
    """What the form does to the clock. Raises WorldRefusal 400."""
    way = request.form.get("way", "")
    if way == "freeze":
        return {"freeze": request.form.get("at", "").strip()}
    if way == "run":
        return {"run": True}
    if way != "advance":
        raise WorldRefusal(400, "the form does not say how to set the clock", "use a button")
    text = request.form.get("seconds", "").strip()
    try:
        return {"advance": float(text)}
    except ValueError:
        raise WorldRefusal(400, f"{text!r:.40} is no number of seconds", "write 600") from None


def _value_asked() -> Any:
    """The value a setting is to have, as JSON. Raises WorldRefusal 400."""
    text = request.form.get("value", "")
    try:
        return read_json(text.encode())
    except (JsonFault, UnicodeError) as fault:
        instead = 'write true, 12, "text" or ["text"]'
        raise WorldRefusal(400, f"the value is no JSON: {fault}", instead) from None
