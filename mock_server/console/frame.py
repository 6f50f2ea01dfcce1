"""What every page of the console has around it: its world, its navigation, its headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from rulebound.mock_server.api import Api
from rulebound.mock_server.console.files import own_files
from rulebound.mock_server.control.entrance import is_open
from rulebound.mock_server.explaining.smallest import Advisor
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal, Worlds

Answered = Response | tuple[Response, int]

SECTIONS = {
    "requests": "Requests",
    "rules": "Rules",
    "world": "World",
    "actors": "Actors",
    "faults": "Faults",
    "try": "Try",
}
"""Name of a section -> its word in the navigation, in order."""

NOTICES = {
    "reset": "The world stands again as when it was made. Its journal is empty.",
    "made": "This is the new world. Send its id as the header Rulebound-World to meet it.",
    "deleted": "The world is gone.",
    "clock": "The clock is set.",
    "settings": "The setting is changed. It counts from the next request on.",
    "switched": "The rule is switched. It counts from the next request on.",
    "faults": "The faults are set.",
}
"""What a page says after something was done, by the word in `?done=`."""

MOST_IN_CHOOSER = 20
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Room:
    """What the pages are about. `token` opens the control plane to other machines; `advisor` knows
    what would have passed."""

    apis: Sequence[Api]
    worlds: Worlds
    token: str | None = None
    advisor: Advisor | None = None


def with_headers(answer: Response) -> Response:
    """An answer of the console with the headers that keep it to itself."""
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def page(room: Room, served: ServedWorld, template: str, title: str, **more: Any) -> Response:
    """A page of one world, from `console/<template>.html`.

    Where anybody is answered it tells of no world: what went wrong, and no more.
    """
    if is_open(request.method, request.path):
        return bare(template, title, **more)
    section = more.pop("section", template)
    known = room.worlds.all()
    around = {
        "world": served,
        "section": section,
        "sections": SECTIONS,
        "chooser": (known[0], *known[1:][-MOST_IN_CHOOSER:]),
        "count": len(known),
        "to": partial(_to, served.id),
    }
    return bare(template, title, **around, **more)


def bare(template: str, title: str, status: int = 200, **more: Any) -> Response:
    """A page that is about no world."""
    theme = request.cookies.get("rulebound-theme")
    text = render_template(
        f"console/{template}.html",
        title=title,
        theme=theme if theme in ("light", "dark") else None,
        notice=NOTICES.get(request.args.get("done", "")),
        asset=own_files().address,
        here=request.full_path.rstrip("?"),
        **more,
    )
    return make_response(text, status)


def back(endpoint: str, **values: Any) -> Response:
    """A redirect to a page after a form was sent: what is reloaded is the page, not the form."""
    return make_response(redirect(url_for(f"console.{endpoint}", **values), 303))


def number_of(name: str, start: int = 1) -> int:
    """The whole number of a query parameter, at least 1. Raises WorldRefusal 400."""
    text = request.args.get(name, "") or str(start)
    if not text.isdecimal() or not text.isascii():
        raise WorldRefusal(400, f"{name}={text!r:.40} is no number", f"write {name}=1")
    return max(1, int(text[:9]))


def _to(world: str, endpoint: str, **values: Any) -> str:
    return url_for(f"console.{endpoint}", world=world, **values)
