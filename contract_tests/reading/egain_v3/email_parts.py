"""What a request to create an e-mail names, looked up in plain Python; the readings stand on it."""

from __future__ import annotations

from typing import Any

from rulebound.contract_tests.reading import Record, Situation


def sent(case: Situation, path: str) -> Any:
    """What stands in the body at a dotted path; None for nothing."""
    value = case.body
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def address(case: Situation, role: str) -> Any:
    """The sender's (`from`) or the receiver's address as sent; None for none."""
    return sent(case, f"payload.email.emailAddresses.{role}")


def of_customer(case: Situation) -> bool:
    """Whether a customer sends the request, and not a user or a client application."""
    return bool(case.actor["kind"] == "customer")


def named_customer(case: Situation) -> str | None:
    """The id in the query. An empty parameter names nobody (A-25)."""
    return case.query.get("customer") or None


def attached(case: Situation) -> list[str]:
    """The altId of every attachment, as often as it is sent."""
    return [each["altId"] for each in sent(case, "attachments.attachment") or []]


def attached_files(case: Situation) -> list[Record]:
    """The uploaded files attached, as often as they are sent; what is unknown is left out."""
    files = case.table("attachment")
    return [files[id] for id in attached(case) if id in files]


def attributes(case: Situation) -> list[tuple[str, list[str]]]:
    """Every custom attribute sent: its name and its values."""
    found = []
    for each in sent(case, "customAttributes.customAttribute") or []:
        values = [value["value"] for value in each["attribValues"]["attribValue"]]
        found.append((each["attribName"], values))
    return found


def configured(case: Situation, name: str) -> Record | None:
    """The custom attribute of activities with this name."""
    for record in case.table("attribute").values():
        if record["name"] == name and record["on"] == "activity":
            return record
    return None


def department_named(case: Situation) -> Record | None:
    """The department of `department.name`."""
    wanted = sent(case, "department.name")
    for record in case.table("department").values():
        if record["name"] == wanted:
            return record
    return None


def alias(case: Situation) -> Record | None:
    """The e-mail alias that the receiver's address belongs to."""
    wanted = address(case, "receiver")
    for record in case.table("alias").values():
        if record["address"] == wanted:
            return record
    return None


def center(case: Situation) -> Record | None:
    """The message center named."""
    return case.table("messageCenter").get(sent(case, "payload.email.messageCenter.id"))


def department(case: Situation) -> str | None:
    """The id of the department the activity is for (E34, E56)."""
    if not of_customer(case):
        found = department_named(case)
        return found["id"] if found else None
    source = alias(case) or center(case)
    return source["department"] if source else None


def email_points(case: Situation) -> list[Record]:
    """Every e-mail address stored, with who bears it."""
    points = case.table("contactPoint").values()
    return [point for point in points if point["kind"] == "email.emailAddress"]


def bearers(case: Situation, own: str | None) -> list[Record]:
    """Who bears the sender's address, looked for as Customer departmentalization says (E37, E78).

    `own` is the department to look in; None for a shared customer, who is in all of them.
    """
    points = [point for point in email_points(case) if point["value"] == address(case, "from")]
    if not case.settings["departmentalization"] or own is None:
        return points
    customers = case.table("customer")
    return [p for p in points if customers[p["customer"]]["department"] in (own, None)]


def content_bytes(case: Situation) -> int:
    """The size of text and html (A-28)."""
    content = sent(case, "payload.email.content") or {}
    return sum(len(content.get(kind, "").encode()) for kind in ("text", "html"))
