"""Worlds on request: make, list, fork, reset, delete; their records, clocks and settings."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, jsonify, request
from rulebound.fixtures import World
from rulebound.mock_server.control.wishes import json_object, of_seed, set_clock, set_settings, wish
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal, Worlds
from rulebound.openapi.trace import Switches

Answered = Response | tuple[Response | str, int]


def worlds_views(worlds: Worlds, rules: Collection[str]) -> Blueprint:
    """The addresses under /worlds; `rules` are the ids of those that may be switched off."""
    views = Blueprint("worlds", __name__)

    @views.post("/worlds")
    def make() -> Answered:
        return jsonify(id=_made(worlds, rules).id), 201

    @views.get("/worlds")
    def listed() -> Answered:
        return jsonify(worlds=[_summary(each) for each in worlds.all()])

    @views.delete("/worlds/<id>")
    def delete(id: str) -> Answered:
        worlds.delete(id)
        return "", 204

    @views.post("/worlds/<id>/reset")
    def reset(id: str) -> Answered:
        worlds.get(id).reset()
        return jsonify(id=id)

    @views.get("/worlds/<id>/digest")
    def digest(id: str) -> Answered:
        served = worlds.get(id)
        with served.turn(reading=True):
            return jsonify(digest=served.digest())

    return views


def inside_views(worlds: Worlds) -> Blueprint:
    """What is inside a world: its clock, settings and records."""
    views = Blueprint("inside", __name__)

    @views.put("/worlds/<id>/clock")
    def clock(id: str) -> Answered:
        served, asked = worlds.get(id), wish({"freeze": str, "advance": (int, float), "run": bool})
        with served.turn():
            set_clock(served.worlds, asked)
            return jsonify(now=_now(served.worlds))

    @views.patch("/worlds/<id>/<seed>/settings")
    def settings(id: str, seed: str) -> Answered:
        world = of_seed(worlds.get(id).worlds, seed)
        world.change_settings(json_object("{name: value}"))
        return jsonify(dict(world.settings))

    @views.get("/worlds/<id>/<seed>/<table>")
    def records(id: str, seed: str, table: str) -> Answered:
        world = of_seed(worlds.get(id).worlds, seed)
        return jsonify(records=_records(world, table, request.args.to_dict()))

    return views


def _made(worlds: Worlds, rules: Collection[str]) -> ServedWorld:
    asked = wish({"from": str, "settings": dict, "clock": dict, "off": list})
    for each in asked.get("off", ()):
        if each not in rules:
            instead = "GET /_rulebound/rules lists them"
            raise WorldRefusal(400, f"there is no rule {each!r:.60}", instead)
    source = asked.get("from")
    drafted = worlds.draft(source)
    set_settings(drafted, asked.get("settings", {}))
    if "clock" in asked:
        set_clock(drafted, asked["clock"])
    switches = worlds.get(source).switches if source is not None else Switches()
    off = switches.off | frozenset(asked.get("off", ()))
    return worlds.add(drafted, Switches(off, switches.replaced))


def _summary(served: ServedWorld) -> dict[str, Any]:
    return {
        "id": served.id,
        "now": _now(served.worlds),
        "settings": {name: dict(world.settings) for name, world in served.worlds.items()},
        "off": sorted(served.switches.off),
        "replaced": sorted(served.switches.replaced),
    }


def _now(worlds: dict[str, World]) -> dict[str, str]:
    return {name: world.clock.now().isoformat() for name, world in worlds.items()}


def _records(world: World, table: str, wanted: dict[str, str]) -> list[Any]:
    """The records whose fields, written as text, are those wanted. Raises RecordError."""
    with world.transaction() as view:
        found = list(view.scan(table))
    for field, value in wanted.items():
        if found and field not in found[0]:
            known = ", ".join(found[0])
            raise WorldRefusal(400, f"table {table} has no field {field!r}", f"there are {known}")
        found = [record for record in found if _text(record[field]) == value]
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
