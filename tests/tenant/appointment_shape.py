"""What the body of an appointment must look like before anything is looked up."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from tenant import reading
from tenant.leads import INVALID, MISSING
from tenant.state import Record, Tenant
from tenant.wire import Call, Refusal, refuse

_TEXT, _WHOLE = "a text", "a whole number"
# by attribute, the JSON types it may have
_TYPES: dict[str, tuple[str, ...]] = {
    "Name": (_TEXT,),
    "Description": (_TEXT,),
    "RelatedEntity": (_WHOLE, _TEXT),
    "RelatedEntityId": (_TEXT,),
    "DueDate": (_TEXT,),
    "EndDate": (_TEXT,),
    "Reminder": (_WHOLE,),
    "NotifyBy": (_TEXT, _WHOLE),
    "OwnerId": (_TEXT,),
    "OwnerEmailAddress": (_TEXT,),
}
_FREE = ("Name", "Description")
_DATE = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d", re.ASCII
)


def _wrong(what: str) -> Refusal:
    return refuse(400, INVALID, text=what)


def body(tenant: Tenant, call: Call) -> Record:
    """The body as data: one JSON object of the page's attributes, each of its type."""
    if not call.body:
        raise _wrong("The call has no body.")
    if reading.media_type(call) != "json" and not tenant.has("appointment-any-media-type"):
        raise _wrong("Content-Type must be application/json.")
    read = _read(tenant, call.body)
    if not isinstance(read, dict):
        raise _wrong("The body must be an object.")
    _known(tenant, read)
    for name, kinds in _TYPES.items():
        loose = name in _FREE and tenant.has("appointment-any-type")
        if name in read and not (loose or any(_is(read[name], kind) for kind in kinds)):
            raise _wrong(f"{name} must be {' or '.join(kinds)}.")
    _type_of_task(read)
    return read


def _read(tenant: Tenant, data: bytes) -> Any:
    if tenant.has("appointment-last-one-wins"):
        try:
            return json.loads(data)
        except ValueError as fault:
            raise _wrong("The body is not JSON.") from fault
    try:
        return reading.from_json(data)
    except reading.Unreadable as fault:
        raise _wrong(f"The body cannot be read: {fault}.") from fault


def _known(tenant: Tenant, read: Record) -> None:
    inner = read.get("TaskType")
    strange = set(read) - {*_TYPES, "TaskType"}
    strange |= set(inner) - {"Name"} if isinstance(inner, dict) else set()
    if strange and not tenant.has("appointment-unknown-attributes"):
        raise _wrong(f"Unknown attributes: {', '.join(sorted(strange))}.")


def _is(value: Any, kind: str) -> bool:
    if kind == _TEXT:
        return isinstance(value, str)
    return not isinstance(value, bool) and (
        isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    )


def _type_of_task(read: Record) -> None:
    inner = read.get("TaskType", {})
    if not isinstance(inner, dict) or not _is(inner.get("Name", ""), _TEXT):
        raise _wrong("TaskType must be an object with a Name.")


def needed(tenant: Tenant, read: Record) -> None:
    """Name and type are there."""
    missing = [name for name in ("Name", "TaskType") if name not in read]
    if "TaskType" in read and "Name" not in read["TaskType"]:
        missing.append("TaskType.Name")
    if tenant.has("appointment-needs-end-date") and "DueDate" in read and "EndDate" not in read:
        missing.append("EndDate")
    if missing:
        raise refuse(400, MISSING, text=f"Missing: {', '.join(missing)}.")


def values(tenant: Tenant, read: Record) -> None:
    """Numbers and words are among those that mean something."""
    related, notify = read.get("RelatedEntity", 0), read.get("NotifyBy", "1000")
    strict = tenant.has("appointment-numbers-only")
    if related not in (0, 1) and (strict or related not in ("0", "1")):
        raise _wrong("RelatedEntity is 0 or 1.")
    digits = _digits(notify)
    if digits not in ("1000", "1100") and not tenant.has("appointment-any-notification"):
        raise _wrong("NotifyBy is 1000 or 1100.")
    if read.get("Reminder", 0) < 0 and not tenant.has("appointment-late-reminder"):
        raise _wrong("Reminder is a number of minutes, 0 or more.")
    if tenant.has("appointment-500-on-emoji") and any(
        ord(sign) > 0xFFFF for sign in str(read["Name"])
    ):
        raise refuse(500, "MXUnknownException", text="An unknown error occurred.")


def _digits(value: Any) -> str:
    return value if isinstance(value, str) else str(int(value))


def dates(tenant: Tenant, read: Record) -> dict[str, datetime]:
    """DueDate and EndDate as moments, where they are given."""
    found = {n: _date(tenant, n, read[n]) for n in ("DueDate", "EndDate") if n in read}
    ordered = len(found) < 2 or found["DueDate"] <= found["EndDate"]
    if tenant.has("appointment-end-after-due") and not ordered:
        raise _wrong("EndDate lies before DueDate.")
    now = tenant.now().replace(tzinfo=None)
    if tenant.has("appointment-only-ahead") and any(date < now for date in found.values()):
        raise _wrong("Dates must lie ahead.")
    return found


def _date(tenant: Tenant, name: str, text: str) -> datetime:
    if _DATE.fullmatch(text) is None:
        raise _wrong(f"{name} must be written yyyy-mm-dd hh:mm:ss.")
    for days in range(4 if tenant.has("appointment-bends-dates") else 1):
        try:
            return datetime.fromisoformat(f"{text[:8]}{int(text[8:10]) - days:02}{text[10:]}")
        except ValueError:
            continue
    raise _wrong(f"{name} is no day of the calendar.")
