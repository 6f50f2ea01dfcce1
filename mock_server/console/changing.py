"""The smallest change that would have passed, shown and sent; and a request sent once more."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
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
_LONG = ("console.change", "journals.change")
_NOT_AGAIN = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "expect")
)


class Proposals:
    """The changes found last, so that what is sent is what was shown."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor
        self._known: OrderedDict[tuple[str, int, str], Change] = OrderedDict()
        self._lock = Lock()

    def find(self, served: ServedWorld, number: int) -> tuple[str, Change]:
        """The change for a request, looked for anew, and the mark of it. Raises WorldRefusal."""
        found = self._advisor.change(asked_of(served, str(number)), served.id)
        mark = sha256(repr(found).encode("utf-8", "backslashreplace")).hexdigest()
        key = (served.id, number, mark)
        with self._lock:
            self._known[key] = found
            self._known.move_to_end(key)
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        return mark, found

    def shown(self, served: ServedWorld, number: int, mark: str) -> Change | None:
        """The change for a request that was shown with this mark; None where it is not known."""
        with self._lock:
            known = self._known.get((served.id, number, mark))
        if known is None and served.home is not None:
            # Another process may have shown it; what is found here is the same, if its mark is.
            again, found = self.find(served, number)
            known = found if again == mark else None
        return known


def add_changing(views: Blueprint, room: Room) -> None:
    """The page of a change, and the forms that send."""
    if room.advisor is None:
        return
    proposals = Proposals(room.advisor)
    views.before_app_request(_of_this_site)

    @views.get("/console/<world>/requests/<number>/change")
    def change(world: str, number: str) -> Response:
        served = room.worlds.get(world)
        return _shown(room, served, proposals, entry_of(served.journal, number).number)

    @views.post("/console/<world>/requests/<number>/again")
    def again(world: str, number: str) -> Response:
        served = room.worlds.get(world)
        entry = entry_of(served.journal, number)
        if request.form.get("what") != "changed":
            return _sent(world, asked_of(served, str(entry.number)))
        found = proposals.shown(served, entry.number, request.form.get("shown", ""))
        if found is None:
            answer = _shown(room, served, proposals, entry.number, anew=True)
            answer.status_code = 409
            return answer
        if found.request is None:
            raise WorldRefusal(409, "nothing was found that would pass", "change it by hand")
        return _sent(world, found.request)


def _of_this_site() -> None:
    """Looking for a change takes long: no page of another site has it done. Raises WorldRefusal."""
    if request.endpoint in _LONG and request.headers.get("Sec-Fetch-Site") == "cross-site":
        what = "a page of another site asks for the smallest change"
        raise WorldRefusal(403, what, "open the request in the console")


def _shown(
    room: Room, served: ServedWorld, proposals: Proposals, number: int, *, anew: bool = False
) -> Response:
    """The page of a change, or the part of it that another page holds."""
    mark, found = proposals.find(served, number)
    curl = found.curl(request.host_url.rstrip("/"))
    about: dict[str, Any] = {"change": found, "mark": mark, "number": number, "curl": curl}
    about |= {"cut": curl is not None and len(curl) > MOST_CURL, "anew": anew}
    if request.args.get("part") == "yes":
        return Response(render_template("console/change_part.html", world=served, **about))
    title = f"The smallest change of request {number}"
    return page(room, served, "change", title, section="requests", **about)


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
