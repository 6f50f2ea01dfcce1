"""Creating a task: the customer found or made, and the contact and contact point linked."""

from __future__ import annotations

from typing import Any

from rulebound.mock_server.effects.customers import (
    custom_attributes,
    described_contacts,
    described_points,
    store_contact,
    store_point,
)
from rulebound.mock_server.effects.steps import Run, Step


def begin_customer(run: Run) -> None:
    """Nobody is looked for yet; what the request describes would be kept whoever is found."""
    run.draft["activity"] |= {"contact": None, "contactPoint": None}
    run.draft |= {
        "reach": False,
        "found": None,
        "description": run.sent("customer"),
        "points": [],
        "other department": None if run.settings["departmentalization"] else _department(run),
    }
    run.made |= {"customer": None, "newCustomer": False, "contact": None, "contactPoints": []}


def _department(run: Run) -> str | None:
    found = run.transaction.find("department", "name", run.sent("department.name"))
    return found[0]["id"] if found else None


def _search_department(run: Run) -> None:
    run.draft["reach"] |= bool(run.settings["departmentalization"])


def _search_application(run: Run) -> None:
    run.draft["reach"] |= not run.settings["departmentalization"]


def _find(run: Run) -> None:
    if run.draft["reach"]:
        run.draft["found"] = found = run.looked_up("customer-by-contact")
        if found is not None:
            _link_customer(run, found["customer"])


def _leave_unchanged(run: Run) -> None:
    if run.draft["found"] is not None:
        run.draft["description"] = None


def _make(run: Run) -> None:
    if run.draft["found"] is None and run.query.get("createCustomer") == "yes":
        description = run.draft["description"]
        attributes = custom_attributes(description.get("customAttributes"))
        customer = {
            "id": run.transaction.new_id("customer"),
            "type": "individual",
            # the opposite of what the two steps on its department leave
            "department": run.draft["other department"],
            "customAttributes": {name: values[0] for name, values in attributes.items()},
        }
        _link_customer(run, run.transaction.insert("customer", customer))
        run.made["newCustomer"] = True


def _keep_details(run: Run) -> None:
    """Keep what is described: of a customer made, and of one found unless it stays unchanged."""
    customer, description = run.made["customer"], run.draft["description"]
    if customer is None or description is None:
        return
    contacts = described_contacts(description)
    name = description.get("customerName") or _full_name(contacts)
    _link_customer(run, run.transaction.update("customer", customer["id"], {"name": name}))
    for described in contacts:
        contact = store_contact(run, customer["id"], described)
        run.draft.setdefault("first contact", contact)
        for kind, value in described_points(described):
            run.draft["points"].append(store_point(run, contact, kind, value))
            run.made["contactPoints"].append({"kind": kind, "value": value})


def _full_name(contacts: list[Any]) -> str:
    first = contacts[0] if contacts else {}
    return f"{first.get('firstName', '')} {first.get('lastName', '')}".strip()


def _link_customer(run: Run, customer: Any) -> None:
    run.made["customer"] = customer
    run.draft["activity"]["customer"] = customer["id"]


def _in_department(run: Run) -> None:
    if run.made["newCustomer"] and run.settings["departmentalization"]:
        _place(run, _department(run))


def _shared(run: Run) -> None:
    if run.made["newCustomer"] and not run.settings["departmentalization"]:
        _place(run, None)


def _place(run: Run, department: str | None) -> None:
    id = run.made["customer"]["id"]
    _link_customer(run, run.transaction.update("customer", id, {"department": department}))


def _link_contact(run: Run) -> None:
    if "activityContact" not in run.query:
        _link(run, _contact_looked_up(run))
        found = run.draft["found"]
        point = found["contactPoint"] if found else next(iter(run.draft["points"]), None)
        # what the next step takes away again
        run.draft["activity"]["contactPoint"] = _pair(point) if point else None


def _link_no_point(run: Run) -> None:
    if "activityContact" not in run.query:
        run.draft["activity"]["contactPoint"] = None


def _link_point(run: Run) -> None:
    kind = run.query.get("activityContact")
    if kind is None:
        return
    customer = run.made["customer"]
    points = run.transaction.find("contactPoint", "customer", customer["id"]) if customer else []
    of_kind = [point for point in points if point["kind"] == kind]
    sent = {each["value"] for each in run.looked_up("named-contact-points") if each["kind"] == kind}
    point = next((each for each in of_kind if each["value"] in sent), None)
    point = point or next(iter(of_kind), None)
    if point is None:
        _link(run, _contact_looked_up(run))
    else:
        _link(run, run.transaction.get("contact", point["contact"]))
        run.draft["activity"]["contactPoint"] = _pair(point)


def _contact_looked_up(run: Run) -> Any:
    """The contact found; of a customer made, the one that bears the attribute looked up."""
    if run.draft["found"] is not None:
        return run.draft["found"]["contact"]
    searched = run.query.get("searchContactOnAttribute", "")
    for point in run.draft["points"]:
        if point["kind"] == searched:
            return run.transaction.get("contact", point["contact"])
    customer = run.made["customer"]
    for contact in run.transaction.find("contact", "customer", customer["id"]) if customer else []:
        if searched.removeprefix("custom.") in contact["customAttributes"]:
            return contact
    return run.draft.get("first contact")


def _link(run: Run, contact: Any) -> None:
    run.made["contact"] = contact
    run.draft["activity"]["contact"] = contact["id"] if contact else None


def _pair(point: Any) -> dict[str, str]:
    return {"kind": point["kind"], "value": point["value"]}


CUSTOMER = (
    Step("task.searches-department", _search_department),
    Step("task.searches-application", _search_application),
    Step("task.finds-customer", _find),
    Step("task.found-customer-unchanged", _leave_unchanged),
    Step("task.makes-customer", _make),
    Step("task.keeps-customer-details", _keep_details),
    Step("task.new-customer-in-department", _in_department),
    Step("task.new-customer-shared", _shared),
)

LINKS = (
    Step("task.links-contact", _link_contact),
    Step("task.links-no-contact-point", _link_no_point),
    Step("task.links-contact-point", _link_point),
)
