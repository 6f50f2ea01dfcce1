"""Signing in from another machine, and the choice of dark or light."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, make_response, redirect, request
from rulebound.mock_server.console.frame import Room, bare
from rulebound.mock_server.control.access import COOKIE, cookie_of
from rulebound.mock_server.control.entrance import PREFIX

_A_YEAR = 365 * 24 * 3600


def add_doors(views: Blueprint, room: Room) -> None:
    """The sign-in page and the theme's form."""

    @views.get("/console/sign-in")
    def sign_in() -> Response:
        return bare("sign_in", "Sign in", wrong=False, to=_inside(request.args.get("to", "")))

    @views.post("/console/sign-in")
    def signed_in() -> Response:
        to = _inside(request.form.get("to", ""))
        sent = request.form.get("token", "")
        if not room.token or not hmac.compare_digest(sent.encode(), room.token.encode()):
            return bare("sign_in", "Sign in", 403, wrong=True, to=to)
        answer = make_response(redirect(to, 303))
        proof = cookie_of(room.token)
        answer.set_cookie(COOKIE, proof, path=PREFIX, httponly=True, samesite="Strict")
        return answer

    @views.post("/console/theme")
    def theme() -> Response:
        answer = make_response(redirect(_inside(request.form.get("to", "")), 303))
        chosen = request.form.get("theme", "")
        if chosen in ("light", "dark"):
            answer.set_cookie(
                "rulebound-theme", chosen, max_age=_A_YEAR, path=PREFIX, samesite="Strict"
            )
        else:
            answer.delete_cookie("rulebound-theme", path=PREFIX)
        return answer


def _inside(to: str) -> str:
    """An address of the console; its front page for any other."""
    front = f"{PREFIX}/console"
    # What begins like that has neither a scheme nor a host; a backslash is read as a slash.
    inside = to.startswith(f"{front}/") and "\\" not in to
    return to if inside else front
