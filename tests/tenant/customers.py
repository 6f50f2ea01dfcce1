"""Customers: what a request may say of one, how one is found, how one is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tenant.elements import at, blank, check_attributes, check_present, each, told
from tenant.state import Record, Tenant
from tenant.wire import refuse

EMAIL = "email.emailAddress"
# kind of contact point -> list of a contact, its type there, the field with the value
KINDS: dict[str, tuple[str, str | None, str]] = {
    EMAIL: ("email", None, "emailAddress"),
    "home.phone": ("phone", "home", "phoneNo"),
    "mobile.phone": ("phone", "mobile", "phoneNo"),
    "office.phone": ("phone", "office", "phoneNo"),
    "social.facebookId": ("social", "facebook", "socialId"),
    "social.twitterId": ("social", "twitter", "socialId"),
    "social.instagramId": ("social", "instagram", "socialId"),
}
PHONES = frozenset({"home", "mobile", "office", "fax", "pager"})
NETWORKS = frozenset({"facebook", "twitter", "instagram"})
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
CONTACT = "customer.contacts.contact[]"
LIMITS = {
    "firstName": 124,
    "lastName": 124,
    "email[].emailAddress": 255,
    "phone[].phoneNo": 40,
    "phone[].countryCode": 9,
    "phone[].areaCode": 10,
    "phone[].extension": 10,
}


def check_complete(body: Any) -> None:
    """Every contact point and custom attribute of the customer element is whole."""
    check_present(body, f"{CONTACT}.email[]", "emailAddress")
    check_present(body, f"{CONTACT}.phone[]", "type.value", "phoneNo")
    check_present(body, f"{CONTACT}.social[]", "type.value", "socialId")
    check_attributes(body, "customer.customAttributes")
    check_attributes(body, f"{CONTACT}.customAttributes")


def check_kinds(body: Any) -> None:
    """Phones and networks are of a known type."""
    for places, known in (("phone[]", PHONES), ("social[]", NETWORKS)):
        for kind in each(body, f"{CONTACT}.{places}.type.value"):
            if kind not in known:
                raise refuse(400, "400-152", f"{places}.type.value")


def check_limits(body: Any) -> None:
    """Details of a contact keep their lengths."""
    for path, most in LIMITS.items():
        if any(len(value) > most for value in each(body, f"{CONTACT}.{path}")):
            raise refuse(400, "400-152", path)


def check_addresses(body: Any) -> None:
    """E-mail addresses of a contact have the form of one."""
    for address in each(body, f"{CONTACT}.email[].emailAddress"):
        if not ADDRESS.fullmatch(address):
            raise refuse(400, "400-152", "emailAddress")


def said(contact: Any, kind: str) -> list[str]:
    """The values that a contact of the request has of a kind of contact point, blank ones too."""
    places, of, field = KINDS[kind]
    entries = each(contact, f"{places}[]")
    return [
        entry.get(field, "") for entry in entries if of is None or at(entry, "type.value") == of
    ]


def value_of(body: Any, attribute: str) -> str | None:
    """The first value, not blank, that the customer element gives of an attribute to look up by."""
    for contact in each(body, CONTACT):
        if attribute in KINDS:
            values = said(contact, attribute)
        else:
            values = told(contact.get("customAttributes")).get(attribute.partition(".")[2], [])
        for value in values:
            if not blank(value):
                return value
    return None


@dataclass(frozen=True)
class Found:
    """A customer with the contact (and, unless by a custom attribute, the point) found by."""

    customer: str
    contact: str
    point: Record | None = None


def visible(tenant: Tenant, customer: str, department: str | None) -> bool:
    """Whether a look-up from a department (None: from all) meets a customer."""
    home = tenant.tables["customer"][customer]["department"]
    if department is None or not tenant.settings["departmentalization"]:
        return True
    return home in (None, department)


def bearers(
    tenant: Tenant, kind: str, value: str, department: str | None, *, prefix: bool = False
) -> Iterator[Found]:
    """Who has a contact point, in the order in which they were stored."""
    for point in tenant.tables["contactPoint"].values():
        same = point["value"].startswith(value) if prefix else point["value"] == value
        if point["kind"] == kind and same and visible(tenant, point["customer"], department):
            yield Found(point["customer"], point["contact"], point)


def find(tenant: Tenant, attribute: str, value: str, department: str) -> Found | None:
    """The customer with a contact point or custom attribute, or None."""
    if attribute in KINDS:
        prefix = tenant.has("task-customer-by-prefix")
        return next(bearers(tenant, attribute, value, department, prefix=prefix), None)
    name = attribute.partition(".")[2]
    for contact in tenant.tables["contact"].values():
        fits = contact["customAttributes"].get(name) == value
        if fits and visible(tenant, contact["customer"], department):
            return Found(contact["customer"], contact["id"])
    return None


def points_of(tenant: Tenant, kind: str, customer: str) -> list[Record]:
    """A customer's contact points of a kind, in the order in which they were stored."""
    points = tenant.tables["contactPoint"].values()
    return [point for point in points if (point["customer"], point["kind"]) == (customer, kind)]


def add_point(tenant: Tenant, customer: str, contact: str, kind: str, value: str) -> None:
    """A new contact point."""
    tenant.add(
        "contactPoint", {"customer": customer, "contact": contact, "kind": kind, "value": value}
    )


def make(tenant: Tenant, element: Any, kind: str, department: str) -> str:
    """A new customer as the element describes: its id. It belongs to the department, or is shared
    where customers know no departments."""
    apart = tenant.settings["departmentalization"]
    record = {
        "type": kind,
        "name": element.get("customerName", ""),
        "department": department if apart else None,
        "customAttributes": _firsts(element),
    }
    customer = tenant.add("customer", record)
    for contact in each(element, "contacts.contact[]"):
        made = add_contact(tenant, customer, contact)
        for name in KINDS:
            for value in said(contact, name):
                if not blank(value):
                    add_point(tenant, customer, made, name, value)
    return customer


def add_contact(tenant: Tenant, customer: str, contact: Any) -> str:
    """A new contact without contact points: its id."""
    record = {
        "customer": customer,
        "firstName": contact.get("firstName", ""),
        "lastName": contact.get("lastName", ""),
        "loginId": contact.get("loginId"),
        "customAttributes": _firsts(contact),
    }
    return tenant.add("contact", record)


def _firsts(element: Any) -> dict[str, str]:
    attributes = told(element.get("customAttributes")).items()
    return {name: next((v for v in held if not blank(v)), held[0]) for name, held in attributes}
