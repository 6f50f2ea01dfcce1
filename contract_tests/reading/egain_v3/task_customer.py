"""Create a task, read a second time: the customer (statements T14 to T39, T63 to T68, T104)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rulebound.contract_tests.reading import Situation, reads


def _points(case: Situation) -> Iterator[tuple[str, str]]:
    """Every attribute by which the body describes the customer: its name and its value.

    A customer who asks, whom another sentence turns away later, need not send the element.
    """
    contacts = case.body.get("customer", {}).get("contacts", {}).get("contact", [])
    for contact in contacts:
        for name, value in _points_of(contact):
            if value.strip():
                yield name, value


def _points_of(contact: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for email in contact.get("email", []):
        yield "email.emailAddress", email["emailAddress"]
    for phone in contact.get("phone", []):
        yield f"{phone['type']['value']}.phone", phone["phoneNo"]
    for social in contact.get("social", []):
        yield f"social.{social['type']['value']}Id", social["socialId"]
    for sent in contact.get("customAttributes", {}).get("customAttribute", []):
        for each in sent["attribValues"]["attribValue"]:
            yield f"custom.{sent['attribName']}", each["value"]


def _values(case: Situation, name: str) -> list[str]:
    return [value for each, value in _points(case) if each == name]


def _within_reach(case: Situation, customer: str) -> bool:
    """T18: the department of the activity, or the whole application."""
    if not case.settings["departmentalization"]:
        return True
    wanted = case.body.get("department", {}).get("name")
    ids = [each["id"] for each in case.table("department").values() if each["name"] == wanted]
    home = case.table("customer")[customer]["department"]
    return bool(ids) and (home is None or home in ids)


def _bearers(case: Situation) -> Iterator[str]:
    """The customers anywhere who bear the value of the attribute searched by."""
    name = case.query["searchContactOnAttribute"]
    values = _values(case, name)
    if name.startswith("custom."):
        for contact in case.table("contact").values():
            if contact["customAttributes"].get(name.removeprefix("custom.")) in values:
                yield contact["customer"]
        return
    for point in case.table("contactPoint").values():
        if point["kind"] == name and point["value"] in values:
            yield point["customer"]


def _found(case: Situation) -> bool:
    return any(_within_reach(case, customer) for customer in _bearers(case))


def _at_most_one(case: Situation, name: str) -> bool:
    """T104, A-19: the sentence is about customers who are made."""
    makes = case.query.get("createCustomer") == "yes" and not _found(case)
    return not makes or len(_values(case, name)) < 2


@reads("task.search-attribute-given")
def search_attribute_given(case: Situation) -> bool:
    """T16, T17, T63."""
    return bool(_values(case, case.query["searchContactOnAttribute"]))


@reads("task.activity-contact-given")
def activity_contact_given(case: Situation) -> bool:
    """T35, T36, T63."""
    return "activityContact" not in case.query or bool(_values(case, case.query["activityContact"]))


@reads("task.search-attribute-configured")
def search_attribute_configured(case: Situation) -> bool:
    """T28."""
    name = case.query["searchContactOnAttribute"]
    if not name.startswith("custom."):
        return True
    return any(
        f"custom.{attribute['name']}" == name and attribute["on"] == "contact"
        for attribute in case.table("attribute").values()
    )


@reads("task.customer-known")
def customer_known(case: Situation) -> bool:
    """T31, T65, T68, A-01."""
    return case.query.get("createCustomer") == "yes" or _found(case)


@reads("task.one-email")
def one_email(case: Situation) -> bool:
    """T105."""
    return _at_most_one(case, "email.emailAddress")


@reads("task.one-home-phone")
def one_home_phone(case: Situation) -> bool:
    """T106."""
    return _at_most_one(case, "home.phone")


@reads("task.one-mobile-phone")
def one_mobile_phone(case: Situation) -> bool:
    """T107."""
    return _at_most_one(case, "mobile.phone")


@reads("task.one-office-phone")
def one_office_phone(case: Situation) -> bool:
    """T108."""
    return _at_most_one(case, "office.phone")


@reads("task.one-facebook-id")
def one_facebook_id(case: Situation) -> bool:
    """T109."""
    return _at_most_one(case, "social.facebookId")


@reads("task.one-twitter-id")
def one_twitter_id(case: Situation) -> bool:
    """T110."""
    return _at_most_one(case, "social.twitterId")


@reads("task.one-instagram-id")
def one_instagram_id(case: Situation) -> bool:
    """T111."""
    return _at_most_one(case, "social.instagramId")
