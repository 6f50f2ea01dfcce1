"""Creating an appointment (LeadSquared)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rulebound.fixtures import count_call
from rulebound.mock_server.effects.steps import Effect, Run, Step

_FORMAT = "%Y-%m-%d %H:%M:%S"
_NOBODY = "00000000-0000-0000-0000-000000000000"


def _begin(run: Run) -> None:
    run.draft["task"] = {
        "name": "",
        "type": _NOBODY,
        "owner": _NOBODY,
        "dueDate": "",
        "endDate": "",
        # The opposite of what its two steps leave, so that either is missed.
        "lead": None if _related(run) else _lead(run),
        "status": "Completed",
    }
    run.made |= {"task": None, "call": None, "minutes": None}
    run.answer.status, run.answer.media = 202, "text/plain"


def _put(run: Run, field: str, value: Any) -> None:
    run.draft["task"][field] = value


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)


def _lead(run: Run) -> str | None:
    found = run.facts["leadById"] or run.facts["leadByProspect"]
    return found["id"] if found else None


def _related(run: Run) -> bool:
    return run.sent("RelatedEntity") in (1, "1")


def _keep_name(run: Run) -> None:
    _put(run, "name", run.sent("Name"))


def _keep_description(run: Run) -> None:
    _put(run, "description", run.sent("Description"))


def _keep_type(run: Run) -> None:
    _put(run, "type", run.facts["taskType"]["id"])


def _link_lead(run: Run) -> None:
    if _related(run):
        _put(run, "lead", _lead(run))


def _link_no_lead(run: Run) -> None:
    if not _related(run):
        _put(run, "lead", None)


def _keep_due_date(run: Run) -> None:
    if run.sent("DueDate") is not None:
        _put(run, "dueDate", run.sent("DueDate"))


def _due_today(run: Run) -> None:
    if run.sent("DueDate") is None:
        _put(run, "dueDate", run.stamp)


def _keep_end_date(run: Run) -> None:
    if run.sent("EndDate") is not None:
        _put(run, "endDate", run.sent("EndDate"))


def _default_duration(run: Run) -> None:
    due = run.draft["task"]["dueDate"]
    if run.sent("EndDate") is None and due:
        end = _moment(due) + timedelta(minutes=run.facts["taskType"]["duration"])
        _put(run, "endDate", run.write_date(end))


def _keep_reminder(run: Run) -> None:
    _put(run, "reminder", run.sent("Reminder"))


def _keep_notify_by(run: Run) -> None:
    sent = run.sent("NotifyBy")
    # JSON may write the number 1100 as 1100.0 too.
    code = int(sent) if isinstance(sent, float) else sent
    _put(run, "notifyBy", None if code is None else str(code))


def _owner_by_id(run: Run) -> None:
    if run.sent("OwnerId") is not None and run.sent("OwnerEmailAddress") is None:
        _put(run, "owner", run.sent("OwnerId"))


def _owner_by_mail(run: Run) -> None:
    if run.sent("OwnerEmailAddress") is not None and run.sent("OwnerId") is None:
        found = run.facts["ownerByMail"]
        _put(run, "owner", found["id"] if found else _NOBODY)


def _owner_id_wins(run: Run) -> None:
    if run.sent("OwnerId") is not None and run.sent("OwnerEmailAddress") is not None:
        _put(run, "owner", run.sent("OwnerId"))


def _owner_default(run: Run) -> None:
    if run.sent("OwnerId") is None and run.sent("OwnerEmailAddress") is None:
        _put(run, "owner", run.actor["user"])


def _create(run: Run) -> None:
    id = run.transaction.new_id("task")
    made_by = {"id": id, "created": run.stamp, "createdBy": run.actor["user"]}
    task = run.made["task"] = run.transaction.insert("task", {**run.draft["task"], **made_by})
    if task["dueDate"] and task["endDate"]:
        lasts = _moment(task["endDate"]) - _moment(task["dueDate"])
        run.made["minutes"] = int(lasts.total_seconds() // 60)


def _pend(run: Run) -> None:
    _set_status(run, "Pending")


def _overdue(run: Run) -> None:
    for task in list(run.transaction.find("task", "status", "Pending")):
        if task["endDate"] and _moment(task["endDate"]) < run.now:
            run.transaction.update("task", task["id"], {"status": "Overdue"})
    if run.made["task"] is not None:
        run.made["task"] = run.transaction.get("task", run.made["task"]["id"])


def _set_status(run: Run, status: str) -> None:
    task = run.made["task"]
    if task is not None:
        run.made["task"] = run.transaction.update("task", task["id"], {"status": status})


def _answer_id(run: Run) -> None:
    if run.made["task"] is not None:
        body = {"Status": "Success", "Message": {"Id": run.made["task"]["id"]}}
        run.answer.body = run.made["answer"] = body
    run.answer.status = run.made["status"] = 200


def _answer_json(run: Run) -> None:
    run.answer.media = run.made["media"] = "application/json"


def _count_call(run: Run) -> None:
    seconds = run.settings["rateLimitSeconds"]
    run.made["call"] = count_call(run.transaction, run.actor["id"], seconds, run.now)


EFFECT = Effect(
    begin=_begin,
    steps=(
        Step("appointment.keeps-name", _keep_name),
        Step("appointment.keeps-description", _keep_description),
        Step("appointment.keeps-type", _keep_type),
        Step("appointment.links-lead", _link_lead),
        Step("appointment.no-lead", _link_no_lead),
        Step("appointment.keeps-due-date", _keep_due_date),
        Step("appointment.due-today", _due_today),
        Step("appointment.keeps-end-date", _keep_end_date),
        Step("appointment.default-duration", _default_duration),
        Step("appointment.keeps-reminder", _keep_reminder),
        Step("appointment.keeps-notify-by", _keep_notify_by),
        Step("appointment.owner-by-id", _owner_by_id),
        Step("appointment.owner-by-mail", _owner_by_mail),
        Step("appointment.owner-id-wins", _owner_id_wins),
        Step("appointment.owner-default", _owner_default),
        Step("appointment.creates-task", _create),
        Step("appointment.pending", _pend),
        Step("appointment.overdue", _overdue),
        Step("appointment.answers-id", _answer_id),
        Step("appointment.answers-json", _answer_json),
        Step("appointment.counts-call", _count_call),
    ),
)
