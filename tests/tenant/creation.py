"""What creating a task and creating an e-mail share: the request, checks, what is stored."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tenant import negotiation, reading
from tenant.auth import Actor, bearer
from tenant.elements import at, check_attributes, check_types, each, shaped, told
from tenant.state import Record, Tenant, stamped
from tenant.wire import Call, Reply, created, refuse

ACTIVITY = "/core/casemgr/v3/activity/"
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True)
class Request:
    """A request whose credentials, language, query and body could be read."""

    tenant: Tenant
    call: Call
    actor: Actor
    query: dict[str, str]
    body: Any

    def at(self, path: str) -> Any:
        """The (first) value of the body at a path, or None."""
        return at(self.body, path)

    def has(self, fault: str) -> bool:
        """Whether a fault is switched on."""
        return self.tenant.has(fault)

    def table(self, name: str) -> dict[str, Record]:
        """A table, by id."""
        return self.tenant.tables[name]

    @property
    def department(self) -> str | None:
        """Id of the department that the body names, if there is one of that name."""
        name = self.at("department.name")
        rows = self.table("department").values()
        return next((row["id"] for row in rows if row["name"] == name), None)


# A check, and the fault that leaves it out.
Check = tuple[Callable[[Request], None], str]


def read(
    tenant: Tenant, call: Call, known: frozenset[str], shape: Any, *, unread: str = "400-100"
) -> Request:
    """Credentials, then language, then protocol, then plain types; each refused in its way."""
    actor = bearer(tenant, call)
    negotiation.language(call, required=True)
    negotiation.accept(call)
    query = reading.query(call, known)
    body = reading.body(call, unread=unread)
    if reading.media_type(call) == "xml":
        body = shaped(shape, body)
    check_types(shape, body)
    return Request(tenant, call, actor, query, body)


def judge(request: Request, checks: tuple[Check, ...]) -> None:
    """Every check in order, but for those that a fault leaves out."""
    for check, fault in checks:
        if not fault or not request.has(fault):
            check(request)


def date_of(text: str) -> datetime | None:
    """A date and time with a zone and at most milliseconds, or None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def kept_date(when: datetime) -> str:
    """A date as it is stored: in UTC, or as it is where UTC has no such year."""
    try:
        return stamped(when)
    except OverflowError:
        return when.isoformat(timespec="milliseconds")


def subject_length(request: Request) -> None:
    """At most 255 characters."""
    if len(request.at("subject") or "") > 255:
        raise refuse(400, "400-152", "subject")


def attributes_whole(request: Request) -> None:
    """The activity's custom attributes have names and values."""
    check_attributes(request.body, "customAttributes")


def department_exists(request: Request) -> None:
    """A department of that very name."""
    if request.at("department.name") is not None and request.department is None:
        raise refuse(400, "400-152", "department.name")


def case_exists(request: Request) -> None:
    """A case of that very id."""
    case = request.at("case.id")
    if case is not None and case not in request.table("case"):
        raise refuse(400, "400-152", "case.id")


def files(request: Request) -> list[Record]:
    """The uploaded files that are attached, in order; unknown ones are left out."""
    ids = each(request.body, "attachments.attachment[].altId")
    return [request.table("attachment")[i] for i in ids if i in request.table("attachment")]


def files_known(request: Request) -> None:
    """Every altId is that of an uploaded file."""
    for altid in each(request.body, "attachments.attachment[].altId"):
        if altid not in request.table("attachment"):
            raise refuse(400, "400-152", "altId")


def files_for(request: Request, app: str, department: str | None) -> None:
    """Every file was uploaded for the application and in the department."""
    for file in files(request):
        if file["app"] != app or file["department"] != department:
            raise refuse(400, "400-152", "altId")


def attribute(request: Request, name: str, on: str) -> Record | None:
    """A custom attribute that is configured for activities, users or contacts."""
    rows = request.table("attribute").values()
    return next((row for row in rows if (row["name"], row["on"]) == (name, on)), None)


def attributes_known(request: Request) -> None:
    """Each custom attribute is configured for activities."""
    for name in told(request.at("customAttributes")):
        if attribute(request, name, "activity") is None:
            raise refuse(400, "400-152", name)


def attribute_values(request: Request) -> None:
    """Predefined values where there are some."""
    for name, values in told(request.at("customAttributes")).items():
        row = attribute(request, name, "activity")
        if row and row["values"] is not None and not set(values) <= set(row["values"]):
            raise refuse(400, "400-152", name)


def scope(request: Request) -> None:
    """The scope that manages activities: of applications for clients, delegated for others."""
    wanted = ("app." if request.actor.kind == "client" else "") + "core.casemgr.manage"
    if wanted not in request.actor.scopes:
        raise refuse(403, "403-197", wanted)


def open_case(request: Request, customer: str, department: str, *, new: bool = False) -> str:
    """The case named, else (or if `new`) a new one of the customer in the department."""
    named = request.at("case.id")
    if named is not None and not new:
        return str(named)
    case = {"department": department, "customer": customer, "status": "open"}
    return request.tenant.add("case", case)


def store(request: Request, fields: Record) -> Reply:
    """A new activity with the fields, the others as usual: answers with its address."""
    tenant, now = request.tenant, request.tenant.stamp()
    by = request.actor.id if request.actor.kind == "user" else None
    usual: Record = {
        "subject": request.at("subject") or "",
        "customAttributes": told(request.at("customAttributes")),
        "queue": None, "assignee": None, "pinned": False, "lockedBy": None, "draft": False,
        "priority": "5", "dueDate": None, "secure": False, "sentOnBehalf": False,
        "issueType": None, "language": "en", "emailAddresses": None, "emailDate": None,
        "created": now, "createdBy": by, "lastModified": now, "lastModifiedBy": by,
        "userLastWorked": None, "lastDepartment": None, "classifications": [], "notes": [],
        "contentPurged": False,
    }  # fmt: skip
    return created(request.call, ACTIVITY + tenant.add("activity", {**usual, **fields}))


def content(request: Request, path: str) -> Record | None:
    """The content as it is stored; None where neither kind was sent."""
    kinds = {kind: request.at(f"{path}.{kind}") for kind in ("text", "html")}
    return None if set(kinds.values()) == {None} else kinds


def attachments(request: Request) -> list[Record]:
    """The attachments as they are stored, in order."""
    return [
        {
            "altId": entry.get("altId"),
            "inline": entry.get("inline", False),
            "contentId": entry.get("contentId"),
        }
        for entry in each(request.body, "attachments.attachment[]")
    ]
