"""The people and types that an appointment names: keys, leads, owners, types of task."""

from __future__ import annotations

from tenant.state import Record, Tenant
from tenant.wire import Call, refuse

MISSING, INVALID = "MXMandatoryAttributeMissingException", "MXInvalidInputException"
_IN_QUERY = ("accessKey", "secretKey")
_IN_HEADERS = ("x-LSQ-AccessKey", "x-LSQ-SecretKey")


def key(tenant: Tenant, call: Call) -> Record:
    """The access key of a call, active and of an active user; anything else is a 401."""
    access, secret = _shown(call)
    row = tenant.lsq["key"].get(access)
    known = row is not None and (row["secret"] == secret or tenant.has("appointment-any-secret"))
    if row is None or not known:
        raise refuse(401, "MXAuthenticationFailedException", text="Invalid access credentials.")
    active = row["active"] and tenant.lsq["user"][row["user"]]["active"]
    if not active and not tenant.has("appointment-keys-off"):
        raise refuse(401, "MXAuthenticationFailedException", text="These keys are switched off.")
    return row


def _shown(call: Call) -> tuple[str, str]:
    """Key and secret from the query, else from the headers; never one from each."""
    pairs = [call.given(name) for name in _IN_QUERY]
    if not any(pairs):
        pairs = [[call.header(name) or ""] for name in _IN_HEADERS]
    access, secret = (values[0] if len(values) == 1 else "" for values in pairs)
    return access, secret


def lead(tenant: Tenant, body: Record) -> str | None:
    """The lead that an appointment belongs to; the id counts only with RelatedEntity 1."""
    related = str(body.get("RelatedEntity", 0)) == "1"
    wanted = body.get("RelatedEntityId", "")
    if not related and not (wanted and tenant.has("appointment-lead-always")):
        return None
    if not wanted:
        raise refuse(400, MISSING, text="RelatedEntityId is needed with RelatedEntity 1.")
    for row in tenant.lsq["lead"].values():
        if wanted in (row["id"], row["prospectId"]):
            return str(row["id"])
    if tenant.has("appointment-any-lead"):
        return None
    raise refuse(400, INVALID, text="There is no lead with this RelatedEntityId.")


def owner(tenant: Tenant, body: Record, caller: str) -> str:
    """The user by OwnerId, else by OwnerEmailAddress, else who calls."""
    wanted = body.get("OwnerId")
    mail = body.get("OwnerEmailAddress")
    users = tenant.lsq["user"].values()
    by_mail = next((str(row["id"]) for row in users if row["email"] == mail), None)
    if tenant.has("appointment-mail-looked-at") and mail is not None and by_mail is None:
        raise refuse(400, INVALID, text="There is no user with this OwnerEmailAddress.")
    if wanted is None and mail is None:
        return caller
    found = by_mail if wanted is None else tenant.lsq["user"].get(wanted, {}).get("id")
    if found is None and not tenant.has("appointment-any-owner"):
        raise refuse(400, INVALID, text="There is no such user to own it.")
    return str(found or caller)


def task_type(tenant: Tenant, name: str) -> Record:
    """The type of this very name, if it is one of appointments."""
    rows = list(tenant.lsq["taskType"].values())
    found = [row for row in rows if row["name"] == name]
    if not found and tenant.has("appointment-type-loosely"):
        alike = name.strip().lower()
        found = [row for row in rows if row["name"].lower() == alike and row["category"] == 0]
    few = tenant.has("appointment-only-meetings") and name != "Meeting"
    if not found or few:
        raise refuse(400, INVALID, text="There is no such type of task.")
    if found[0]["category"] != 0:
        raise refuse(400, INVALID, text="This type of task is not one of appointments.")
    return found[0]
