"""Who calls: access tokens (v3), console sessions (v12), access keys (LeadSquared)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tenant.state import Record, Tenant, moment
from tenant.wire import Call, refuse

USER_LICENCES = frozenset(
    f"eGain {name}"
    for name in (
        "Platform",
        "Knowledge + AI",
        "MailPlus",
        "ChatPlus",
        "Advisor Desktop",
        "CallTrackPlus",
        "CobrowsePlus",
    )
)


@dataclass(frozen=True)
class Actor:
    """Who calls. `kind` is user, client or customer; `record` the row of user, client or (of a
    customer) contact; `id` its id."""

    kind: str
    record: Record
    scopes: frozenset[str]

    @property
    def id(self) -> str:
        """Id of the record."""
        return str(self.record["id"])


def bearer(tenant: Tenant, call: Call) -> Actor:
    """The holder of the access token; refuses with 401-101."""
    scheme, _, token = (call.header("authorization") or "").strip().partition(" ")
    row = tenant.tables["token"].get(token.strip())
    if scheme.lower() != "bearer" or row is None or _over(tenant, row):
        raise refuse(401, "401-101", "Authorization")
    table = {"user": "user", "client": "client", "customer": "contact"}[row["kind"]]
    record = tenant.tables[table][row["subject"]]
    return Actor(row["kind"], record, frozenset(row["scopes"]))


def _over(tenant: Tenant, row: Record) -> bool:
    return expired(tenant, row) and not tenant.has("protocol-expired-token")


def expired(tenant: Tenant, row: Record) -> bool:
    """Whether a token or session is over."""
    return row["expires"] is not None and moment(row["expires"]) <= tenant.now()


def session(tenant: Tenant, call: Call) -> Record:
    """The open session that X-egain-session names; refuses with 401-101."""
    row = tenant.tables["session"].get(call.header("x-egain-session") or "")
    if row is None or (expired(tenant, row) and not tenant.has("session-never-expires")):
        raise refuse(401, "401-101", "X-egain-session")
    row["lastUsed"] = tenant.stamp()
    return row


def licences(tenant: Tenant, user: Record) -> set[str]:
    """What a user may use: a global user what the application has, any other their own."""
    held: list[Any] = tenant.settings["licences"] if user["global"] else user["licences"]
    return set(held)


def may_see(tenant: Tenant, user: Record, department: str, *, shared: bool = False) -> bool:
    """Whether a department is the user's home, foreign to them or (if `shared`) shares with it."""
    if department in (user["home"], *user["foreign"]):
        return True
    return shared and user["home"] in tenant.tables["department"][department]["sharesWith"]
