"""What a request for a task must fulfil: each check refuses or lets pass."""

from __future__ import annotations

from typing import Any

from tenant import customers
from tenant.creation import (
    Request,
    attribute,
    attributes_whole,
    date_of,
    files_for,
)
from tenant.creation import subject_length as _subject_length
from tenant.customers import KINDS, Found
from tenant.elements import blank, check_attributes, check_known, check_present, each
from tenant.state import Record
from tenant.task_rights import TARGET
from tenant.wire import refuse

CONTACTS = frozenset(KINDS) - {"mobile.phone"}


def query_filled(request: Request) -> None:
    """A parameter that is sent has a value."""
    for name, value in request.query.items():
        if value == "":
            raise refuse(400, "400-244", name)


def search_attribute(request: Request) -> None:
    """By what the customer is looked up is said, and is one of the eight."""
    attribute = request.query.get("searchContactOnAttribute")
    if attribute is None:
        raise refuse(400, "400-112", "searchContactOnAttribute")
    custom, _, name = attribute.partition(".")
    if attribute not in KINDS and (custom != "custom" or not name):
        raise refuse(400, "400-244", "searchContactOnAttribute")


def create_customer(request: Request) -> None:
    """createCustomer is the word yes."""
    if request.query.get("createCustomer", "yes") != "yes":
        raise refuse(400, "400-244", "createCustomer")


def activity_contact(request: Request) -> None:
    """activityContact is one of the six."""
    if request.query.get("activityContact", "home.phone") not in CONTACTS:
        raise refuse(400, "400-244", "activityContact")


def required(request: Request) -> None:
    """Department, type, subtype and customer."""
    needed = ("department.name", "type.value", "type.subtype.value", "customer")
    check_present(request.body, "", *needed)


def client_names_target(request: Request) -> None:
    """A client application says who gets the task."""
    if request.actor.kind == "client":
        check_present(request.body, "", TARGET)


def known_elements(request: Request, shape: Any) -> None:
    """No element outside the page's lists, at any level."""
    check_known(shape, request.body)


def values(request: Request) -> None:
    """The type, and the priorities there are."""
    if request.at("type.value") != "task":
        raise refuse(400, "400-152", "type.value")
    if request.at("priority") not in (None, *"1234567"):
        raise refuse(400, "400-152", "priority")


def subject_length(request: Request) -> None:
    """At most 255 characters."""
    if not (request.has("task-subject-of-256") and len(request.at("subject") or "") == 256):
        _subject_length(request)


def due_date_form(request: Request) -> None:
    """The due date is a date and time with a zone."""
    due = request.at("dueDate")
    if due is not None and date_of(due) is None:
        raise refuse(400, "400-152", "dueDate")


def whole(request: Request) -> None:
    """Attachments, custom attributes and contact points have what they need."""
    check_present(request.body, "attachments.attachment[]", "altId")
    attributes_whole(request)
    check_attributes(request.body, f"{TARGET}.customAttributes")
    customers.check_complete(request.body)


def customer_values(request: Request) -> None:
    """Contact points of known kinds, in form and length."""
    customers.check_kinds(request.body)
    customers.check_limits(request.body)
    customers.check_addresses(request.body)


def target_once(request: Request) -> None:
    """The target user is named in exactly one way."""
    target = request.at(TARGET)
    if target is not None and len(target) != 1:
        raise refuse(400, "400-152", TARGET)


def attributes_given(request: Request) -> None:
    """The customer element holds what the query names."""
    for parameter in ("searchContactOnAttribute", "activityContact"):
        name = request.query.get(parameter)
        if name is not None and customers.value_of(request.body, name) is None:
            raise refuse(400, "400-146", f"customer {name}")


def something_said(request: Request) -> None:
    """A subject or a content."""
    content = "payload.task.content."
    if all(blank(request.at(path)) for path in ("subject", content + "text", content + "html")):
        raise refuse(400, "400-146", "subject")


def due_date_future(request: Request) -> None:
    """Due after now."""
    due = date_of(request.at("dueDate") or "")
    if due is not None and due <= request.tenant.now():
        raise refuse(400, "400-152", "dueDate")


def search_attribute_configured(request: Request) -> None:
    """A custom attribute to look up by is one of contacts."""
    kind = request.query["searchContactOnAttribute"]
    if kind not in KINDS and attribute(request, kind.partition(".")[2], "contact") is None:
        raise refuse(400, "400-244", "searchContactOnAttribute")


def subtype(request: Request) -> Record | None:
    """The configured subtype that is named, in any case of letters."""
    wanted = request.at("type.subtype.value").lower()
    rows = request.table("taskSubtype").values()
    return next((row for row in rows if row["value"].lower() == wanted), None)


def subtype_configured(request: Request) -> None:
    """There is such a subtype."""
    if subtype(request) is None:
        raise refuse(400, "400-152", "type.subtype.value")


def found(request: Request) -> Found | None:
    """The customer that is looked up, or None."""
    kind = request.query["searchContactOnAttribute"]
    value = customers.value_of(request.body, kind) or ""
    return customers.find(request.tenant, kind, value, request.department or "")


def customer_known(request: Request) -> None:
    """A customer who may not be made is known."""
    if "createCustomer" not in request.query and found(request) is None:
        raise refuse(400, "400-152", "customer")


def one_of_each(request: Request) -> None:
    """A customer who is to be made has one contact point of a kind."""
    if found(request) is not None:
        return
    for kind in KINDS:
        contacts = each(request.body, customers.CONTACT)
        if sum(len(customers.said(contact, kind)) for contact in contacts) > 1:
            raise refuse(400, "400-152", kind)


def files_fit(request: Request) -> None:
    """Files were uploaded for tasks of the department."""
    files_for(request, "task", request.department)
