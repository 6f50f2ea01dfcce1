"""Console sessions: login, logout, and what every v12 call goes through."""

from __future__ import annotations

import hmac
from typing import Any

from tenant import auth, negotiation, reading
from tenant.faults import Fault
from tenant.state import Record, Tenant
from tenant.wire import Call, Reply, refuse

MOST = 5
HEADER = "X-egain-session"


def login(tenant: Tenant, call: Call) -> Reply:
    """204 and the id of a new session; with forceLogin=yes it ends the oldest of five."""
    negotiation.language(call, required=False)
    query = reading.query(call, {"forceLogin"}, wrong="400-102")
    body = reading.body(call)
    _check_types(body)
    force = query.get("forceLogin")
    if force not in (None, "yes"):
        raise refuse(400, "400-102", "forceLogin")
    for name in ("userName", "password"):
        if name not in body:
            raise refuse(400, "400-146", name)
    strange = set(body) - {"userName", "password"}
    if strange:
        raise refuse(400, "400-147", ", ".join(sorted(strange)))
    user = _user(tenant, body["userName"], body["password"])
    _make_room(tenant, user, forced=force == "yes")
    now = tenant.stamp()
    row = {"user": user["id"], "opened": now, "lastUsed": now, "expires": None}
    made = tenant.add("session", row)
    return Reply(204, headers=((HEADER, made),))


def _check_types(body: Any) -> None:
    if not isinstance(body, dict):
        raise refuse(400, "400-152", "body")
    for name in ("userName", "password"):
        if name in body and not isinstance(body[name], str):
            raise refuse(400, "400-152", name)


def _user(tenant: Tenant, name: str, password: str) -> Record:
    for user in tenant.tables["user"].values():
        right = hmac.compare_digest(user["password"].encode(), password.encode())
        if tenant.has("login-without-password"):
            right = True
        if user["loginId"] == name and user["password"] and right:
            return user
    raise refuse(401, "401-102")


def _make_room(tenant: Tenant, user: Record, *, forced: bool) -> None:
    rows = tenant.tables["session"]
    mine = [row for row in rows.values() if row["user"] == user["id"]]
    mine = [row for row in mine if not auth.expired(tenant, row)]
    if len(mine) < MOST or tenant.has("login-sixth-session"):
        return
    if not forced:
        raise refuse(403, "403-101")
    field = "lastUsed" if tenant.has("login-ends-least-used") else "opened"
    oldest = min(mine, key=lambda row: row[field])
    del rows[oldest["id"]]


def logout(tenant: Tenant, call: Call) -> Reply:
    """204; the session is over."""
    row = auth.session(tenant, call)
    negotiation.language(call, required=False)
    reading.query(call, ())
    if not tenant.has("logout-leaves-session"):
        del tenant.tables["session"][row["id"]]
    return Reply(204, headers=((HEADER, row["id"]),))


ROUTES = (
    ("POST", "/ws/v12/authentication/user/login", login),
    ("DELETE", "/ws/v12/authentication/user/logout", logout),
)
FAULTS = (
    Fault(
        "login-without-password",
        "Any password of a user who has one is right.",
        "loginUser",
        ("login.right-password",),
    ),
    Fault(
        "login-sixth-session",
        "A user may open any number of sessions.",
        "loginUser",
        ("login.five-sessions", "login.ends-oldest"),
    ),
    Fault(
        "login-ends-least-used",
        "A forced login ends the session unused for longest, not the one opened first.",
        "loginUser",
        ("login.ends-oldest",),
    ),
    Fault(
        "logout-leaves-session",
        "A logout is answered well, but its session still works.",
        "logoutUser",
        ("logout.ends-session", "logout.session-required", "search.session-required"),
    ),
    Fault(
        "session-never-expires",
        "A session that has expired still works.",
        "searchActivities",
        ("search.session-required", "logout.session-required"),
    ),
)
