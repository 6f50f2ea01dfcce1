"""What comes of an accepted request for a task."""

from __future__ import annotations

import asyncio

from tenant import customers
from tenant.creation import (
    ACTIVITY,
    Request,
    attachments,
    content,
    date_of,
    kept_date,
    open_case,
    store,
)
from tenant.customers import Found
from tenant.state import Record
from tenant.task_checks import found, subtype
from tenant.task_rights import TARGET, targets
from tenant.wire import Reply, created


def make_early(request: Request) -> None:
    """The fault that makes the customer before all is judged."""
    if request.has("task-makes-customer-early") and found(request) is None:
        make_customer(request)


def repeated(request: Request) -> Reply | None:
    """The fault that takes a request with a known body for a repetition."""
    if not request.has("task-swallows-repetition"):
        return None
    seen = request.tenant.notes.setdefault("task bodies", set())
    key = (request.actor.id, request.call.query, request.call.body)
    if key in seen:
        return created(request.call, ACTIVITY + max(request.table("activity"), key=int))
    seen.add(key)
    return None


async def latest(request: Request) -> Reply:
    """The fault that tells the latest id, which by then may be another request's."""
    await asyncio.sleep(0.05)
    return created(request.call, ACTIVITY + max(request.table("activity"), key=int))


def make_customer(request: Request) -> Found:
    """A new customer of type individual, met by what was looked up."""
    department = str(request.department)
    element = request.at("customer")
    customers.make(request.tenant, element, "individual", department)
    made = found(request)
    assert made is not None
    return made


def linked(request: Request, person: Found) -> tuple[str, Record | None]:
    """Contact and contact point of the task."""
    kind = request.query.get("activityContact")
    if kind is None and request.has("task-links-point-always") and person.point:
        kind = str(person.point["kind"])
    if kind is None:
        return person.contact, None
    points = customers.points_of(request.tenant, kind, person.customer)
    value = customers.value_of(request.body, kind)
    chosen = [point for point in points if point["value"] == value] or points
    if not chosen:
        return person.contact, None
    return chosen[0]["contact"], {"kind": kind, "value": chosen[0]["value"]}


def assignee(request: Request) -> str | None:
    """The target user, else the user who asks."""
    if request.at(TARGET) is not None:
        return str(targets(request)[0]["id"])
    return None if request.has("task-nobody-assigned") else request.actor.id


def make_task(request: Request) -> Reply:
    """The task, its case and, where it is to be made, the customer."""
    person = found(request) or make_customer(request)
    contact, point = linked(request, person)
    department = str(request.department)
    if request.has("task-in-home-department") and request.actor.kind == "user":
        department = request.actor.record["home"]
    named = subtype(request)
    assert named is not None
    user = assignee(request)
    always = request.has("task-opens-case-always")
    fields = {
        "type": "task",
        "subtype": named["value"],
        "mode": "none",
        "status": "assigned" if user else "awaiting_assignment",
        "substatus": "new" if user else "ready_for_assignment",
        "department": department,
        "assignee": user,
        "case": open_case(request, person.customer, department, new=always),
        "customer": person.customer,
        "contact": contact,
        "contactPoint": point,
        "content": content(request, "payload.task.content"),
        "priority": request.at("priority") or "5",
        "dueDate": due_date(request),
        "attachments": attachments(request),
        **spoiled(request),
    }
    reply = store(request, fields)
    if request.has("task-location-of-case"):
        return created(request.call, ACTIVITY + fields["case"])
    return reply


def due_date(request: Request) -> str | None:
    """The due date as it is stored."""
    due = date_of(request.at("dueDate") or "")
    if due is not None and request.has("task-due-date-in-local-time"):
        due = due.replace(tzinfo=request.tenant.now().tzinfo)
    return kept_date(due) if due else None


def spoiled(request: Request) -> Record:
    """What faults store otherwise."""
    fields: Record = {}
    subject = request.at("subject") or ""
    if request.has("task-trims-subject"):
        fields["subject"] = subject.strip()
    if request.has("task-escapes-subject"):
        fields["subject"] = subject.replace("&", "&amp;").replace("<", "&lt;")
    if request.has("task-drops-attributes"):
        fields["customAttributes"] = {}
    if request.has("task-priority-usual"):
        fields["priority"] = "5"
    if request.has("task-drops-attachments"):
        fields["attachments"] = []
    if request.has("task-subtype-as-sent"):
        fields["subtype"] = request.at("type.subtype.value")
    if request.has("task-text-only") and request.at("payload.task.content.text") is not None:
        fields["content"] = {"text": request.at("payload.task.content.text"), "html": None}
    return fields
