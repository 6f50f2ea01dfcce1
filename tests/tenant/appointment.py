"""Create an appointment: `POST /v2/Task.svc/Create`, from the page's sentences."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from tenant import appointment_shape as shape
from tenant import leads
from tenant.appointment_faults import APPOINTMENT_FAULTS
from tenant.state import Record, Tenant, moment, stamped
from tenant.wire import Call, Reply, json_reply, refuse

_LAST = datetime(9999, 12, 31, 23, 59, 59)


def create(tenant: Tenant, call: Call) -> Reply:
    """200 and the id of the task; what is refused neither stores nor counts."""
    key = leads.key(tenant, call)
    limit(tenant, key)
    body = shape.body(tenant, call)
    shape.needed(tenant, body)
    shape.values(tenant, body)
    dates = shape.dates(tenant, body)
    lead = leads.lead(tenant, body)
    kind = leads.task_type(tenant, body["TaskType"]["Name"])
    owner = leads.owner(tenant, body, key["user"])
    task = _task(tenant, body, dates, kind)
    task |= {"lead": lead, "owner": owner, "createdBy": key["user"]}
    made = tenant.add("task", task, world="leadsquared")
    tenant.add("call", {"key": key["id"], "at": tenant.stamp()}, world="leadsquared")
    return _answer(tenant, made)


def limit(tenant: Tenant, key: Record) -> None:
    """So many calls in so many seconds, by key; calls that were refused are not among them."""
    most, seconds = tenant.settings["rateLimitCalls"], tenant.settings["rateLimitSeconds"]
    since = tenant.now() - timedelta(seconds=seconds)
    calls = tenant.lsq["call"]
    for old in [row["id"] for row in calls.values() if moment(row["at"]) <= since]:
        del calls[old]
    made = sum(row["key"] == key["id"] for row in calls.values())
    if made < most or tenant.has("appointment-no-limit"):
        return
    text = f"API calls exceeded the limit of {most} in {seconds} second(s)"
    status = 503 if tenant.has("appointment-limit-503") else 429
    raise refuse(status, "MXAPIRateLimitExceededException", text=text)


def status(task: Record, now: datetime) -> str:
    """Pending until the end of the task, Overdue after it."""
    if task["status"] == "Completed":
        return "Completed"
    return "Pending" if now <= datetime.fromisoformat(task["endDate"]) else "Overdue"


def _task(tenant: Tenant, body: Record, dates: dict[str, datetime], kind: Record) -> Record:
    now = moment(stamped(tenant.now())).replace(tzinfo=None, microsecond=0)
    due = dates.get("DueDate", now.replace(hour=0, minute=0, second=0))
    lasts = timedelta(minutes=kind["duration"])
    end = dates.get("EndDate", due + lasts if _LAST - due > lasts else _LAST)
    notify = body.get("NotifyBy")
    task = {
        "name": body["Name"],
        "description": body.get("Description"),
        "type": kind["id"],
        "dueDate": str(due),
        "endDate": str(end),
        "reminder": body.get("Reminder"),
        "notifyBy": None if notify is None else str(notify).removesuffix(".0"),
        "created": str(now),
        "status": "Pending",
    }
    return task | {"status": status(task, now)}


def _answer(tenant: Tenant, made: str) -> Reply:
    answer: Record = {"Status": "Success", "Message": {"Id": made}}
    if tenant.has("appointment-flat-answer"):
        answer = {"Status": "Success", "Id": made}
    if tenant.has("appointment-says-html"):
        head = (("content-type", "text/html; charset=utf-8"),)
        return Reply(200, json.dumps(answer).encode(), head)
    return json_reply(201 if tenant.has("appointment-201") else 200, answer)


ROUTES = (("POST", "/v2/Task.svc/Create", create),)
FAULTS = APPOINTMENT_FAULTS
