"""Create a task: `POST /core/casemgr/v3/activity/task`."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from tenant import creation
from tenant import task_checks as checks
from tenant import task_rights as rights
from tenant.creation import Check, Request, judge, read
from tenant.elements import ATTRIBUTES, CUSTOMER, TEXT
from tenant.state import Tenant
from tenant.task_effects import latest, make_early, make_task, repeated
from tenant.task_faults import FAULTS
from tenant.wire import Call, Reply, refuse

__all__ = ["FAULTS", "ROUTES"]

QUERY = frozenset({"searchContactOnAttribute", "createCustomer", "activityContact"})
SHAPE: dict[str, Any] = {
    "department": {"name": TEXT},
    "type": {"value": TEXT, "subtype": {"value": TEXT}},
    "subject": TEXT,
    "customer": CUSTOMER,
    "status": {
        "assigned": {
            "user": {
                "id": TEXT,
                "loginId": TEXT,
                "externalId": TEXT,
                "customAttributes": ATTRIBUTES,
            }
        }
    },
    "case": {"id": TEXT},
    "priority": TEXT,
    "dueDate": TEXT,
    "attachments": {"attachment": [{"altId": TEXT}]},
    "customAttributes": ATTRIBUTES,
    "payload": {"task": {"content": {"text": TEXT, "html": TEXT}}},
}


def create(tenant: Tenant, call: Call) -> Reply | Awaitable[Reply]:
    """Judges the request phase by phase, then makes the task."""
    request = read(tenant, call, QUERY, SHAPE)
    if tenant.has("task-500-above-ffff") and max(str(request.body)) > "\uffff":
        raise ValueError("no more than two bytes fit")
    judge(request, CHECKS)
    reply = repeated(request) or make_task(request)
    return latest(request) if tenant.has("task-location-of-latest") else reply


def known_elements(request: Request) -> None:
    """No element outside the page's lists."""
    checks.known_elements(request, SHAPE)


def wrong_status(request: Request) -> None:
    """The fault that answers a missing department with a status of its own."""
    if request.has("task-missing-is-422") and request.at("department.name") is None:
        raise refuse(422, "400-146", "department.name")


# In the order of phases; the second is the fault that leaves a check out.
CHECKS: tuple[Check, ...] = (
    # protocol and schema
    (checks.query_filled, ""),
    (checks.search_attribute, ""),
    (checks.create_customer, "task-any-create-customer"),
    (checks.activity_contact, ""),
    (wrong_status, ""),
    (checks.required, ""),
    (checks.client_names_target, ""),
    (known_elements, "task-unknown-elements"),
    (checks.values, ""),
    (checks.subject_length, ""),
    (checks.due_date_form, ""),
    (checks.whole, "task-incomplete-points"),
    (checks.customer_values, ""),
    (checks.target_once, ""),
    # the request by itself
    (checks.attributes_given, ""),
    (checks.something_said, "task-says-nothing"),
    (checks.due_date_future, "task-past-due-date"),
    # existence
    (checks.search_attribute_configured, ""),
    (checks.subtype_configured, ""),
    (creation.department_exists, ""),
    (creation.case_exists, "task-any-case"),
    (creation.files_known, ""),
    (creation.attributes_known, ""),
    (rights.target_exists, ""),
    # permission
    (rights.actor_kind, ""),
    (creation.scope, ""),
    (rights.create_action, ""),
    (rights.own_department, "task-any-department"),
    (rights.licence, ""),
    (rights.transfer, "task-transfer-unasked"),
    (rights.target_licence, ""),
    # state
    (make_early, ""),
    (checks.customer_known, "task-makes-any-customer"),
    (checks.one_of_each, ""),
    (checks.files_fit, ""),
    (creation.attribute_values, "task-any-severity"),
)

ROUTES = (("POST", "/core/casemgr/v3/activity/task", create),)
