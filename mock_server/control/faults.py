"""The fault desk on request: what is to go wrong in a world, for the next calls or for good."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify
from rulebound.mock_server.api import Api
from rulebound.mock_server.control.wishes import json_object, wish
from rulebound.mock_server.faults.wanted import add_fault, set_faults
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal, Worlds

Answered = Response | tuple[Response | str, int]
_ONE = "write {kind: '429', seconds: 2, calls: 3}"
_ALL = "write {faults: [{kind: '429', calls: 3}]}"


def faults_views(apis: Sequence[Api], worlds: Worlds) -> Blueprint:
    """The addresses of faults."""
    views = Blueprint("faults", __name__)
    operations = {each.id: each for api in apis for each in api.document.operations}

    @views.get("/worlds/<id>/faults")
    def listed(id: str) -> Answered:
        return _listed(worlds.get(id))

    @views.put("/worlds/<id>/faults")
    def replaced(id: str) -> Answered:
        served, asked = worlds.get(id), wish({"faults": list})
        if "faults" not in asked:
            raise WorldRefusal(400, "the body has no member 'faults'", _ALL)
        set_faults(served, asked["faults"], operations)
        return _listed(served)

    @views.post("/worlds/<id>/faults")
    def added(id: str) -> Answered:
        served = worlds.get(id)
        return jsonify(add_fault(served, json_object(_ONE), operations).as_json()), 201

    @views.delete("/worlds/<id>/faults")
    def cleared(id: str) -> Answered:
        worlds.get(id).faults.clear()
        return "", 204

    @views.delete("/worlds/<id>/faults/<number>")
    def taken_off(id: str, number: str) -> Answered:
        desk = worlds.get(id).faults
        if not number.isdecimal() or not desk.take_off(int(number[:9])):
            instead = f"GET /_rulebound/worlds/{id}/faults lists them"
            raise WorldRefusal(404, f"there is no fault {number!r:.20}", instead)
        return "", 204

    return views


def _listed(served: ServedWorld) -> Response:
    return jsonify(faults=[each.as_json() for each in served.faults.all()])
