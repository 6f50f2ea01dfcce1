"""The smallest change that would have passed, shown and sent; and a request sent once more."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from flask import Blueprint, Response, render_template, request
from rulebound.mock_server.console.frame import Room, back, page
from rulebound.mock_server.console.sending import send
from rulebound.mock_server.control.entrance import PREFIX
from rulebound.mock_server.control.journals import asked_of, entry_of
from rulebound.mock_server.explaining.asked import target_of
from rulebound.mock_server.explaining.smallest import Advisor, Asked, Change
from rulebound.mock_server.worlds import DEFAULT, ServedWorld, WorldRefusal

MOST_KEPT = 100
MOST_CURL = 16 * 1024
_NOT_AGAIN = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "expect")
)


class Proposals:
    """The changes found last, so that what is sent is what was shown."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor
        self._known: OrderedDict[tuple[str, int], Change] = OrderedDict()
        self._lock = Lock()

    def find(self, served: ServedWorld, number: str) -> Change:
        """The change for a request, looked for anew. Raises WorldRefusal."""
        asked, key = asked_of(served, number), (served.id, int(number))
        found = self._advisor.change(asked, served.id)
        with self._lock:
            self._known[key] = found
            self._known.move_to_end(key)
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        return found

    def shown(self, served: ServedWorld, number: str) -> Change:
        """The change that was shown, or the one there is now. Raises WorldRefusal."""
        with self._lock:
            found = self._known.get((served.id, int(number))) if number.isdecimal() else None
        return found or self.find(served, number)


def add_changing(views: Blueprint, room: Room) -> None:
    """The page of a change, and the forms that send."""
    if room.advisor is None:
        return
    proposals = Proposals(room.advisor)

    @views.get("/console/<world>/requests/<number>/change")
    def change(world: str, number: str) -> Response:
        served = room.worlds.get(world)
        entry = entry_of(served.journal, number)
        found = proposals.find(served, str(entry.number))
        curl = found.curl(request.host_url.rstrip("/"))
        about: dict[str, Any] = {"change": found, "number": entry.number, "curl": curl}
        about["cut"] = curl is not None and len(curl) > MOST_CURL
        if request.args.get("part") == "yes":
            return Response(render_template("console/change_part.html", world=served, **about))
        title = f"The smallest change of request {number}"
        return page(room, served, "change", title, section="requests", **about)

    @views.post("/console/<world>/requests/<number>/again")
    def again(world: str, number: str) -> Response:
        served = room.worlds.get(world)
        if request.form.get("what") != "changed":
            return _sent(world, asked_of(served, number))
        found = proposals.shown(served, number)
        if found.request is None:
            raise WorldRefusal(409, "nothing was found that would pass", "change it by hand")
        return _sent(world, found.request)


def _sent(world: str, asked: Asked) -> Response:
    """Send it, and go to what the journal then says of it. Raises WorldRefusal 502."""
    headers = {name: value for name, value in asked.headers if name.lower() not in _NOT_AGAIN}
    if world != DEFAULT:
        headers["rulebound-world"] = world
    told = send(asked.method, target_of(asked), headers, asked.body)
    if told.fault is not None:
        raise WorldRefusal(502, told.fault, "look whether the fault desk makes it so")
    explained = told.header("rulebound-explain") or ""
    if explained.startswith(f"{PREFIX}/console/"):
        return Response(status=303, headers={"Location": explained})
    return back("one", world=world, number="last")
