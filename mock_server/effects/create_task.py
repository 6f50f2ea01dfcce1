"""Creating a task: the activity itself. Whom it is for stands in `task_customer`."""

from __future__ import annotations

from rulebound.mock_server.effects.activities import (
    address_of,
    attachments_of,
    begin_activity,
    content_of,
    open_case,
    store_activity,
)
from rulebound.mock_server.effects.customers import custom_attributes
from rulebound.mock_server.effects.steps import Effect, Run, Step
from rulebound.mock_server.effects.task_customer import CUSTOMER, LINKS, begin_customer
from rulebound.openapi.expressions.values import timestamp


def _begin(run: Run) -> None:
    activity = begin_activity(run)
    activity |= {"type": "task", "mode": "none", "subtype": ""}
    begin_customer(run)
    run.made |= {"activity": None, "activities": [], "case": None, "newCase": False}
    # Without the rule of one activity at a time a second one is made.
    run.draft["times"] = 2
    run.answer.status = 200


def _in_department(run: Run) -> None:
    found = run.transaction.find("department", "name", run.sent("department.name"))
    run.draft["activity"]["department"] = found[0]["id"]


def _store_subtype(run: Run) -> None:
    run.draft["activity"]["subtype"] = run.looked_up("task-subtype")["value"]


def _join_case(run: Run) -> None:
    id = run.sent("case.id")
    if id is not None:
        run.made["case"] = run.transaction.get("case", id)
        run.draft["activity"]["case"] = id


def _open_case(run: Run) -> None:
    if run.sent("case.id") is None:
        case = run.made["case"] = open_case(run)
        run.made["newCase"] = True
        run.draft["activity"]["case"] = case["id"]


def _assign(run: Run, user: str) -> None:
    run.draft["activity"] |= {"status": "assigned", "substatus": "new", "assignee": user}


def _assign_target(run: Run) -> None:
    targets = run.looked_up("target-users")
    if targets:
        _assign(run, targets[0]["id"])


def _assign_actor(run: Run) -> None:
    if not run.looked_up("target-users"):
        _assign(run, run.actor["id"])


def _store_priority(run: Run) -> None:
    priority = run.sent("priority")
    if priority is not None:
        run.draft["activity"]["priority"] = priority


def _store_due_date(run: Run) -> None:
    due = run.sent("dueDate")
    if due is not None:
        run.draft["activity"]["dueDate"] = run.write_date(timestamp(due))


def _store_subject(run: Run) -> None:
    subject = run.sent("subject")
    if subject is not None:
        run.draft["activity"]["subject"] = subject


def _store_content(run: Run) -> None:
    run.draft["activity"]["content"] = content_of(run, "payload.task.content")


def _store_attachments(run: Run) -> None:
    kept = [
        {"altId": each["altId"], "inline": False, "contentId": None} for each in attachments_of(run)
    ]
    run.draft["activity"]["attachments"] = kept


def _store_custom_attributes(run: Run) -> None:
    run.draft["activity"]["customAttributes"] = custom_attributes(run.sent("customAttributes"))


def _one_at_a_time(run: Run) -> None:
    run.draft["times"] = 1


def _create(run: Run) -> None:
    for _ in range(run.draft["times"]):
        made = store_activity(run)
        run.made["activities"] += (made["id"],)
        run.made["activity"] = run.made["activity"] or made
    location = address_of(run, run.made["activity"]["id"])
    run.made["location"] = run.answer.headers["Location"] = location
    run.answer.status = run.made["status"] = 201


EFFECT = Effect(
    begin=_begin,
    steps=(
        Step("task.in-department", _in_department),
        Step("task.subtype-stored", _store_subtype),
        *CUSTOMER,
        *LINKS,
        Step("task.joins-case", _join_case),
        Step("task.opens-case", _open_case),
        Step("task.assigns-target", _assign_target),
        Step("task.assigns-actor", _assign_actor),
        Step("task.stores-priority", _store_priority),
        Step("task.stores-due-date", _store_due_date),
        Step("task.stores-subject", _store_subject),
        Step("task.stores-content", _store_content),
        Step("task.stores-attachments", _store_attachments),
        Step("task.stores-custom-attributes", _store_custom_attributes),
        Step("task.one-at-a-time", _one_at_a_time),
        Step("task.creates", _create),
    ),
)
