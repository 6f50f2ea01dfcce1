"""What a request for an e-mail must fulfil by itself: each check refuses or lets pass."""

from __future__ import annotations

import re

from tenant import customers
from tenant.creation import Request, date_of
from tenant.elements import blank, check_present, each
from tenant.state import Record
from tenant.wire import refuse

MAIL = "payload.email"
ADDRESSES = f"{MAIL}.emailAddresses"
CENTER = f"{MAIL}.messageCenter.id"
SINGLE = re.compile(r"[^@\s,;]+@[^@\s,;]+")
STAFF_ONLY = ("department.name", "secure", f"{ADDRESSES}.to", f"{ADDRESSES}.cc", "customer")


def by_customer(request: Request) -> bool:
    """Whether a customer asks."""
    return request.actor.kind == "customer"


def named(request: Request) -> str | None:
    """The customer that the query names; an empty parameter names nobody."""
    return request.query.get("customer") or None


def required(request: Request) -> None:
    """Type and subtype; of users and client applications also department, sender and receiver."""
    check_present(request.body, "", "type.value", "type.subtype.value")
    if not by_customer(request):
        staff = ("department.name", f"{ADDRESSES}.from", f"{ADDRESSES}.receiver")
        check_present(request.body, "", *staff)


def _absent(request: Request, *paths: str) -> None:
    for path in paths:
        if request.at(path) is not None:
            raise refuse(400, "400-147", path)


def not_for_customers(request: Request) -> None:
    """Customers leave out what is for users and client applications."""
    if by_customer(request):
        _absent(request, *STAFF_ONLY)


def not_for_staff(request: Request) -> None:
    """Users and client applications leave out what is for customers."""
    if not by_customer(request):
        _absent(request, CENTER, "issueType.id")


def kind(request: Request) -> None:
    """A general e-mail."""
    for path, value in (("type.value", "email"), ("type.subtype.value", "general")):
        sent = request.at(path)
        if request.has("email-type-in-any-case"):
            sent = sent.lower()
        if sent != value:
            raise refuse(400, "400-152", path)


def _formed(request: Request, path: str) -> None:
    for address in each(request.body, path):
        if not SINGLE.fullmatch(address):
            raise refuse(400, "400-152", path)


def addresses(request: Request) -> None:
    """Sender and receiver are one address each."""
    _formed(request, f"{ADDRESSES}.from")
    _formed(request, f"{ADDRESSES}.receiver")


def copies(request: Request) -> None:
    """To and cc are addresses."""
    _formed(request, f"{ADDRESSES}.to.address[]")
    _formed(request, f"{ADDRESSES}.cc.address[]")


def reply_to(request: Request) -> None:
    """One address to reply to."""
    for listed in each(request.body, f"{ADDRESSES}.replyTo"):
        if len(listed.get("address", [])) != 1:
            raise refuse(400, "400-152", f"{ADDRESSES}.replyTo")
    _formed(request, f"{ADDRESSES}.replyTo.address[]")


def date_form(request: Request) -> None:
    """The date is a date and time with a zone."""
    for date in each(request.body, f"{MAIL}.date"):
        if date_of(date.get("date", "")) is None:
            raise refuse(400, "400-152", f"{MAIL}.date")


def attachments_whole(request: Request) -> None:
    """Each attachment has its altId, an inline one also its contentId."""
    for entry in each(request.body, "attachments.attachment[]"):
        check_present(entry, "", "altId", *(("contentId",) if entry.get("inline") else ()))


def customer_whole(request: Request) -> None:
    """The customer element is whole, its values are in form."""
    customers.check_complete(request.body)
    customers.check_kinds(request.body)
    customers.check_limits(request.body)
    customers.check_addresses(request.body)


def customer_kind(request: Request) -> None:
    """An individual, a group or a company."""
    if request.at("customer.type.value") not in (None, "individual", "group", "corporate"):
        raise refuse(400, "400-152", "customer.type.value")


def something_said(request: Request) -> None:
    """A subject, an attachment or a content."""
    texts = ("subject", f"{MAIL}.content.text", f"{MAIL}.content.html")
    if not request.at("attachments.attachment") and all(blank(request.at(text)) for text in texts):
        raise refuse(400, "400-146", "subject")


def no_customer_parameter(request: Request) -> None:
    """Only customers name a customer in the query."""
    if not by_customer(request) and "customer" in request.query:
        raise refuse(400, "400-101", "customer")


def no_sender_on_behalf(request: Request) -> None:
    """Who names a customer in the query gives no sender."""
    if by_customer(request) and named(request):
        _absent(request, f"{ADDRESSES}.from")


def receiver_or_center(request: Request) -> None:
    """A customer gives a receiver or a message center, and not both."""
    if not by_customer(request):
        return
    paths = (f"{ADDRESSES}.receiver", CENTER)
    given = [path for path in paths if request.at(path) is not None]
    if not given:
        raise refuse(400, "400-146", paths[0])
    if len(given) > 1:
        raise refuse(400, "400-152", CENTER)


def issue_type_with_center(request: Request) -> None:
    """No issue type without a message center."""
    if request.at("issueType.id") is not None:
        check_present(request.body, "", CENTER)


def alias(request: Request) -> Record | None:
    """The alias that receives, or None."""
    address = request.at(f"{ADDRESSES}.receiver")
    rows = request.table("alias").values()
    return next((row for row in rows if row["address"] == address), None)


def center(request: Request) -> Record | None:
    """The message center named, or None."""
    return request.table("messageCenter").get(request.at(CENTER))


def named_exist(request: Request) -> None:
    """Alias, message center and issue type exist."""
    if request.at(f"{ADDRESSES}.receiver") is not None and alias(request) is None:
        raise refuse(400, "400-152", f"{ADDRESSES}.receiver")
    if request.at(CENTER) is not None and center(request) is None:
        raise refuse(400, "400-152", CENTER)
    issue = request.at("issueType.id")
    if issue is not None and issue not in request.table("issueType"):
        raise refuse(400, "400-152", "issueType.id")


def privilege(request: Request) -> None:
    """A user holds the privilege."""
    held = request.actor.record.get("privileges", ())
    if request.actor.kind == "user" and "Manage partition resources" not in held:
        raise refuse(403, "403-178", "Manage partition resources")
