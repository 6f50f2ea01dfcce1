"""Customers as a request describes them, stored: contacts, contact points, custom attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rulebound.mock_server.effects.steps import Record, Run

_KINDS = frozenset(
    (
        "email.emailAddress",
        "home.phone",
        "mobile.phone",
        "office.phone",
        "social.facebookId",
        "social.twitterId",
        "social.instagramId",
    )
)


def described_contacts(description: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The contacts of a customer element, in the order sent."""
    contacts = ((description or {}).get("contacts") or {}).get("contact")
    return contacts or []


def store_contact(run: Run, customer: str, contact: Mapping[str, Any]) -> Record:
    """Store one contact as described, without its contact points."""
    attributes = custom_attributes(contact.get("customAttributes"))
    return run.transaction.insert(
        "contact",
        {
            "id": run.transaction.new_id("contact"),
            "customer": customer,
            "firstName": contact.get("firstName", ""),
            "lastName": contact.get("lastName", ""),
            "loginId": contact.get("loginId"),
            "customAttributes": {name: values[0] for name, values in attributes.items()},
        },
    )


def store_point(run: Run, contact: Record, kind: str, value: str) -> Record:
    """Store one contact point of a contact."""
    return run.transaction.insert(
        "contactPoint",
        {
            "id": run.transaction.new_id("contactPoint"),
            "customer": contact["customer"],
            "contact": contact["id"],
            "kind": kind,
            "value": value,
        },
    )


def described_points(contact: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Kind and value of each contact point of a contact; blank values are none."""
    for email in contact.get("email", ()):
        yield from _point("email.emailAddress", email["emailAddress"])
    for phone in contact.get("phone", ()):
        yield from _point(f"{phone['type']['value']}.phone", phone["phoneNo"])
    for social in contact.get("social", ()):
        yield from _point(f"social.{social['type']['value']}Id", social["socialId"])


def _point(kind: str, value: str) -> Iterator[tuple[str, str]]:
    """A fax or a pager is no contact point: nobody is reached or looked up by it."""
    if kind in _KINDS and value.strip():
        yield kind, value


def custom_attributes(element: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """A custom attributes element as name -> values; a name that comes twice keeps both."""
    found: dict[str, list[str]] = {}
    for each in (element or {}).get("customAttribute", ()):
        values = [value["value"] for value in each["attribValues"]["attribValue"]]
        found.setdefault(each["attribName"], []).extend(values)
    return found
