"""Opening a console session."""

from __future__ import annotations

from rulebound.mock_server.effects.steps import Effect, Run, Step

MOST_SESSIONS = 5


def _begin(run: Run) -> None:
    sessions = run.looked_up("sessions-of-user")
    run.made |= {"open": [each["id"] for each in sessions], "ended": None, "session": None}
    run.answer.status = 200


def _end_oldest(run: Run) -> None:
    opened = run.made["open"]
    if run.query.get("forceLogin") == "yes" and len(opened) >= MOST_SESSIONS:
        run.transaction.delete("session", opened[0])
        run.made["ended"] = opened[0]


def _open(run: Run) -> None:
    user = run.transaction.find("user", "loginId", run.sent("userName"))[0]
    session = {
        "id": run.transaction.uuid(),
        "user": user["id"],
        "opened": run.stamp,
        "lastUsed": run.stamp,
        "expires": None,
    }
    run.transaction.insert("session", session)
    run.made["session"] = session
    run.answer.headers["X-egain-session"] = session["id"]
    run.answer.status = run.made["status"] = 204


EFFECT = Effect(
    begin=_begin,
    steps=(Step("login.ends-oldest", _end_oldest), Step("login.opens-session", _open)),
)
