"""The console as a Flask blueprint."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from rulebound.fixtures import WorldFault
from rulebound.mock_server.console.actors import add_actors
from rulebound.mock_server.console.book import add_book
from rulebound.mock_server.console.changing import add_changing
from rulebound.mock_server.console.doors import add_doors
from rulebound.mock_server.console.fault_desk import add_fault_desk
from rulebound.mock_server.console.files import add_files
from rulebound.mock_server.console.frame import Answered, Room, page, with_headers
from rulebound.mock_server.console.journal_pages import add_journal
from rulebound.mock_server.console.shown import FILTERS
from rulebound.mock_server.console.tables import add_tables
from rulebound.mock_server.console.trying import add_trying
from rulebound.mock_server.console.worlds import add_worlds
from rulebound.mock_server.control.entrance import PREFIX
from rulebound.mock_server.worlds import DEFAULT, WorldRefusal
from werkzeug.exceptions import HTTPException

_PARTS = (
    add_doors,
    add_journal,
    add_changing,
    add_book,
    add_worlds,
    add_tables,
    add_actors,
    add_fault_desk,
    add_trying,
)
_FRONT = (PREFIX, f"{PREFIX}/")


def console_views(room: Room) -> Blueprint:
    """Every page of the console."""
    views = Blueprint("console", __name__, template_folder="templates")
    for add in (add_files, _add_ways_in):
        add(views)
    for part in _PARTS:
        part(views, room)
    _add_faults(views, room)
    views.after_request(with_headers)
    views.before_app_request(_to_the_console)
    for name, shown in FILTERS.items():
        views.add_app_template_filter(shown, name)
    return views


def _to_the_console() -> Any:
    """Who asks for a page at the front door is led to one; a program gets what it always got."""
    wanted = request.accept_mimetypes
    if request.path in _FRONT and request.method == "GET" and "text/html" in wanted.values():
        return redirect(url_for("console.requests", world=DEFAULT))
    return None


def _add_ways_in(views: Blueprint) -> None:
    @views.get("/console")
    @views.get("/console/<world>")
    def front(world: str = DEFAULT) -> Any:
        return redirect(url_for("console.requests", world=world))


def _add_faults(views: Blueprint, room: Room) -> None:
    """Pages for what cannot be shown or done."""

    @views.route("/console/<path:rest>", methods=["GET", "POST"])
    def nowhere(rest: str) -> Answered:
        raise WorldRefusal(404, f"the console has no page {rest!r:.80}", "follow a link above")

    @views.errorhandler(WorldRefusal)
    def refused(refused: WorldRefusal) -> Response:
        return _wrong(room, refused.status, str(refused), refused.instead)

    @views.errorhandler(WorldFault)
    def fault(fault: WorldFault) -> Response:
        return _wrong(room, 400, str(fault), "go back and write something else")

    @views.errorhandler(HTTPException)
    def http(refused: HTTPException) -> Response:
        text = refused.description or refused.name
        return _wrong(room, refused.code or 500, text, "follow a link above")


def _wrong(room: Room, status: int, what: str, instead: str) -> Response:
    served = room.worlds.find((request.view_args or {}).get("world", "")) or room.worlds.get(
        DEFAULT
    )
    title = "There is no such page" if status == 404 else "That cannot be done"
    answer = page(room, served, "wrong", title, section="", what=what, instead=instead)
    answer.status_code = status
    return answer
