"""Log in, read a second time (statement S22, and what the guide says of the login call)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rulebound.contract_tests.reading import Situation, reads

MOST_OPEN = 5


def _open_sessions(case: Situation, user: dict[str, Any]) -> int:
    """How many sessions of a user have neither been ended nor expired."""
    ends = [
        session["expires"]
        for session in case.table("session").values()
        if session["user"] == user["id"]
    ]
    return sum(end is None or datetime.fromisoformat(end) > case.now for end in ends)


@reads("login.right-password")
def right_password(case: Situation) -> bool:
    """S22: nobody knows the password of a user who has none."""
    return case.body["password"] != "" and any(
        (user["loginId"], user["password"]) == (case.body["userName"], case.body["password"])
        for user in case.table("user").values()
    )


@reads("login.five-sessions")
def five_sessions(case: Situation) -> bool:
    """S22: whoever forces the login in loses the oldest session instead."""
    if case.query.get("forceLogin") == "yes":
        return True
    return all(
        _open_sessions(case, user) < MOST_OPEN
        for user in case.table("user").values()
        if user["loginId"] == case.body["userName"]
    )
