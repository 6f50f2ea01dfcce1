"""The API page: an operation and an actor chosen, the request filled in, sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request
from rulebound.fixtures import Actor
from rulebound.mock_server.api import Api
from rulebound.mock_server.console.drafts import Draft, draft, may_ask
from rulebound.mock_server.console.frame import Room, page
from rulebound.mock_server.console.sending import headers_of, send
from rulebound.mock_server.typical import typical_actor
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal
from rulebound.openapi.model import Operation

MOST_ACTORS = 300
"""In the list to choose from; another may be named in the address."""


def add_trying(views: Blueprint, room: Room) -> None:
    """The API page, and the form that sends for those without script."""

    @views.get("/console/<world>/try")
    def try_(world: str) -> Response:
        served = room.worlds.get(world)
        api, operation = _operation(room, request.args.get("operation", ""))
        actor = _actor(room.apis, api, operation, request.args.get("actor"))
        made = draft(api, operation, actor, served.id)
        return _page(room, served, (api, operation, actor), made)

    @views.post("/console/<world>/try")
    def sent(world: str) -> Response:
        served = room.worlds.get(world)
        api, operation = _operation(room, request.form.get("operation", ""))
        actor = _actor(room.apis, api, operation, request.form.get("actor"))
        form = {name: request.form.get(name, "") for name in ("method", "target", "body")}
        headers = headers_of(request.form.get("headers", ""))
        made = Draft(form["method"], form["target"].strip(), headers, form["body"])
        answer = send(made.method, made.target, headers, made.body.encode())
        return _page(room, served, (api, operation, actor), made, answer=answer)


def _page(
    room: Room,
    served: ServedWorld,
    chosen: tuple[Api, Operation, Actor | None],
    made: Draft,
    **more: Any,
) -> Response:
    api, operation, actor = chosen
    fitting = [each for each in api.seed.actors.values() if may_ask(api, operation, each)]
    return page(
        room,
        served,
        "try",
        f"Try {operation.id}",
        section="try",
        api=api,
        operation=operation,
        actor=actor,
        actors=fitting[:MOST_ACTORS],
        apis=room.apis,
        made=made,
        curl=made.curl(request.host_url.rstrip("/")),
        **more,
    )


def _operation(room: Room, id: str) -> tuple[Api, Operation]:
    """The operation of this id, the first one for none. Raises WorldRefusal 404."""
    known = {each.id: (api, each) for api in room.apis for each in api.document.operations}
    if id and id not in known:
        raise WorldRefusal(
            404, f"there is no operation {id!r:.60}", f"there are {', '.join(known)}"
        )
    return known[id] if id else next(iter(known.values()))


def _actor(known: Sequence[Api], api: Api, operation: Operation, name: str | None) -> Actor | None:
    """The actor of this name; without one, or with one that has no way in, the typical one of the
    first kind that has. Raises WorldRefusal 404.
    """
    actors = api.seed.actors
    if name:
        if not any(name in each.seed.actors for each in known):
            raise WorldRefusal(404, f"there is no actor {name!r:.60}", "choose one of the list")
        if name in actors and may_ask(api, operation, actors[name]):
            return actors[name]
    elif name is not None or not operation.security:
        return None
    for kind in dict.fromkeys(each.kind for each in actors.values()):
        for in_session in (False, True):
            found = typical_actor(api.seed, kind, in_session=in_session)
            if found is not None and may_ask(api, operation, found):
                return found
    return next((each for each in actors.values() if may_ask(api, operation, each)), None)
