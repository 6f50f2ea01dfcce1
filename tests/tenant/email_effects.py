"""What comes of an accepted request for an e-mail."""

from __future__ import annotations

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
from tenant.customers import EMAIL, Found
from tenant.elements import each
from tenant.email_checks import ADDRESSES, MAIL, by_customer, named
from tenant.email_state import address_of, department, own, senders
from tenant.state import Record
from tenant.wire import Reply, created


def sender(request: Request) -> Found:
    """Customer, contact and point of the e-mail; what is not there yet is made."""
    address = request.at(f"{ADDRESSES}.from")
    if not by_customer(request):
        return next(iter(senders(request)), None) or newcomer(request, address)
    if named(request):
        point = address_of(request)
        assert point is not None
        return Found(point["customer"], point["contact"], point)
    if address is None:
        return Found(own(request), request.actor.id, address_of(request))
    point = {"kind": EMAIL, "value": address}
    if request.has("email-own-address-always"):
        point = address_of(request) or point
    if not senders(request):
        customers.add_point(request.tenant, own(request), request.actor.id, EMAIL, address)
    return Found(own(request), request.actor.id, point)


def newcomer(request: Request, address: str) -> Found:
    """A new customer as described, with the sender's address."""
    tenant, element = request.tenant, request.at("customer")
    kind = request.at("customer.type.value") or "individual"
    customer = customers.make(tenant, element, kind, str(department(request)))
    points = customers.points_of(tenant, EMAIL, customer)
    own_points = [point for point in points if point["value"] == address]
    if own_points:
        return Found(customer, own_points[0]["contact"], own_points[0])
    rows = tenant.tables["contact"].values()
    contacts = [row["id"] for row in rows if row["customer"] == customer]
    contact = contacts[0] if contacts else customers.add_contact(tenant, customer, {})
    if not request.has("email-newcomer-without-address"):
        customers.add_point(tenant, customer, contact, EMAIL, address)
    return Found(customer, contact, {"kind": EMAIL, "value": address})


def make_email(request: Request) -> Reply:
    """The e-mail, its case and, where it is to be made, the customer."""
    place = str(department(request))
    person = sender(request)
    point = {"kind": EMAIL, "value": person.point["value"]} if person.point else None
    home = request.table("customer")[person.customer]["department"]
    if request.has("email-in-customers-department") and home:
        place = home
    always = request.has("email-opens-case-always")
    behalf = by_customer(request) and named(request) not in (None, own(request))
    fields = {
        "type": "email",
        "subtype": "general",
        "mode": "inbound",
        "status": "in_workflow",
        "substatus": "ready_for_inbound_workflow",
        "department": place,
        "case": open_case(request, person.customer, place, new=always),
        "customer": person.customer,
        "contact": person.contact,
        "contactPoint": point,
        "content": content(request, f"{MAIL}.content"),
        "secure": by_customer(request) or bool(request.at("secure")),
        "sentOnBehalf": behalf,
        "issueType": request.at("issueType.id"),
        "attachments": attachments(request),
        "emailAddresses": addresses(request, point),
        "emailDate": date(request),
        **spoiled(request),
    }
    reply = store(request, fields)
    if request.has("email-second-copy"):
        store(request, fields)
    if request.has("email-location-of-customer"):
        return created(request.call, ACTIVITY + person.customer)
    return reply


def addresses(request: Request, point: Record | None) -> Record:
    """The addresses as they are stored."""
    given = {
        name: list(each(request.body, f"{ADDRESSES}.{name}.address[]")) for name in ("to", "cc")
    }
    return {
        "from": (point or {}).get("value"),
        **given,
        "replyTo": request.at(f"{ADDRESSES}.replyTo.address[]"),
        "receiver": request.at(f"{ADDRESSES}.receiver"),
    }


def date(request: Request) -> str | None:
    """The date of the e-mail: the one sent, else now."""
    sent = date_of(request.at(f"{MAIL}.date.date") or "")
    return request.tenant.stamp() if sent is None else kept_date(sent)


def spoiled(request: Request) -> Record:
    """What faults store otherwise."""
    fields: Record = {}
    if request.has("email-open-for-customers"):
        fields["secure"] = bool(request.at("secure"))
    if request.has("email-secure-ignored") and not by_customer(request):
        fields["secure"] = False
    if request.has("email-behalf-unmarked"):
        fields["sentOnBehalf"] = False
    if request.has("email-cuts-subject"):
        fields["subject"] = (request.at("subject") or "")[:30]
    if request.has("email-drops-issue-type"):
        fields["issueType"] = None
    if request.has("email-one-attachment"):
        fields["attachments"] = attachments(request)[:1]
    if request.has("email-text-only"):
        fields["content"] = {"text": request.at(f"{MAIL}.content.text"), "html": None}
    if request.has("email-drops-attributes"):
        fields["customAttributes"] = {}
    if request.has("email-mode-lost"):
        fields["mode"] = "none"
    return fields
