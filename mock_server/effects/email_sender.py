"""Creating an e-mail: for whom it is, and the address it comes from."""

from __future__ import annotations

from typing import Any

from rulebound.mock_server.effects.customers import (
    custom_attributes,
    described_contacts,
    described_points,
    store_contact,
    store_point,
)
from rulebound.mock_server.effects.steps import Record, Run, Step

EMAIL = "email.emailAddress"
_FROM = "payload.email.emailAddresses.from"


def begin_sender(run: Run) -> None:
    """Nobody is found; a customer element would be kept; an address would be made on behalf."""
    run.draft["activity"] |= {"contact": None, "contactPoint": None}
    run.draft |= {
        "found": False,
        "description": run.sent("customer"),
        "points": [],
        "makes address": on_behalf(run),
    }
    run.made |= {"customer": None, "contact": None, "contacts": [], "contactPoint": None}


def is_customer(run: Run) -> bool:
    """Whether a customer writes."""
    return bool(run.actor["kind"] == "customer")


def on_behalf(run: Run) -> bool:
    """Whether a customer is named in the query; an empty parameter names nobody."""
    return is_customer(run) and bool(run.query.get("customer"))


def for_another(run: Run) -> bool:
    """Whether a customer writes for somebody else, by naming them."""
    return on_behalf(run) and bool(run.query["customer"] != run.actor["id"])


def _for_self(run: Run) -> None:
    if is_customer(run) and not on_behalf(run):
        run.draft["activity"] |= {"customer": run.actor["id"], "contact": run.actor["contact"]}


def _for_named(run: Run) -> None:
    if on_behalf(run):
        run.draft["activity"]["customer"] = run.query["customer"]


def _mark_on_behalf(run: Run) -> None:
    run.draft["activity"]["sentOnBehalf"] = for_another(run)


def _find_customer(run: Run) -> None:
    bearers = [] if is_customer(run) else run.looked_up("email-sender")
    if bearers:
        run.draft["found"] = True
        run.draft["activity"] |= {
            "customer": bearers[0]["customer"],
            "contact": bearers[0]["contact"],
        }


def _ignore_element(run: Run) -> None:
    if run.draft["found"]:
        run.draft["description"] = None


def _create_customer(run: Run) -> None:
    description = run.draft["description"]
    if is_customer(run) or description is None:
        return
    attributes = custom_attributes(description.get("customAttributes"))
    kind = (description.get("type") or {}).get("value", "individual")
    customer = {
        "id": run.transaction.new_id("customer"),
        "type": kind,
        "name": description.get("customerName", ""),
        # the opposite of what the two steps on its department leave
        "department": None if run.settings["departmentalization"] else _department(run),
        "customAttributes": {name: values[0] for name, values in attributes.items()},
    }
    _own(run, run.transaction.insert("customer", customer))


def _department(run: Run) -> str | None:
    department: str | None = run.draft["activity"]["department"]
    return department


def _own(run: Run, customer: Record) -> None:
    run.made["customer"] = customer
    run.draft["activity"]["customer"] = customer["id"]


def _keep_details(run: Run) -> None:
    if run.made["customer"] is None:
        return
    for described in described_contacts(run.draft["description"]):
        contact = store_contact(run, run.made["customer"]["id"], described)
        run.made["contacts"].append(contact)
        for kind, value in described_points(described):
            run.draft["points"].append(store_point(run, contact, kind, value))


def _keep_address(run: Run) -> None:
    customer, address = run.made["customer"], run.sent(_FROM)
    if customer is None:
        return
    known = [
        each for each in run.draft["points"] if (each["kind"], each["value"]) == (EMAIL, address)
    ]
    if known:
        point = known[0]
    else:
        if not run.made["contacts"]:
            run.made["contacts"].append(store_contact(run, customer["id"], {}))
        point = store_point(run, run.made["contacts"][0], EMAIL, address)
    run.made["contactPoint"] = point
    run.made["contact"] = run.transaction.get("contact", point["contact"])
    run.draft["activity"]["contact"] = point["contact"]


def _in_department(run: Run) -> None:
    if run.made["customer"] is not None and run.settings["departmentalization"]:
        _place(run, _department(run))


def _shared(run: Run) -> None:
    if run.made["customer"] is not None and not run.settings["departmentalization"]:
        _place(run, None)


def _place(run: Run, department: str | None) -> None:
    id = run.made["customer"]["id"]
    _own(run, run.transaction.update("customer", id, {"department": department}))


def _new_point(run: Run) -> None:
    address = run.sent(_FROM)
    if is_customer(run) and not on_behalf(run) and address and not run.looked_up("email-sender"):
        contact = run.transaction.get("contact", run.actor["contact"])
        if contact is not None:
            run.made["contactPoint"] = store_point(run, contact, EMAIL, address)


def _no_new_address(run: Run) -> None:
    run.draft["makes address"] = False


def _store_from(run: Run) -> None:
    if run.sent(_FROM) is not None:
        _send_from(run, run.sent(_FROM))


def _choose_own(run: Run) -> None:
    if is_customer(run) and not on_behalf(run) and run.sent(_FROM) is None:
        _send_from(run, run.looked_up("own-addresses")[0])


def _choose_named(run: Run) -> None:
    if on_behalf(run):
        address = run.looked_up("own-addresses")[0]
        point = _point_of(run, run.query["customer"], address)
        if point is not None:
            run.draft["activity"]["contact"] = point["contact"]
            if run.draft["makes address"]:
                bearer = {"id": point["contact"], "customer": point["customer"]}
                run.made["contactPoint"] = store_point(run, bearer, EMAIL, address)
        _send_from(run, address)


def _point_of(run: Run, customer: str, address: str) -> Record | None:
    points = run.transaction.find("contactPoint", "value", address)
    own = (each for each in points if (each["customer"], each["kind"]) == (customer, EMAIL))
    return next(own, None)


def _send_from(run: Run, address: Any) -> None:
    run.draft["addresses"]["from"] = address
    run.draft["activity"]["contactPoint"] = {"kind": EMAIL, "value": address}


CUSTOMER = (
    Step("email.for-self", _for_self),
    Step("email.for-named-customer", _for_named),
    Step("email.sent-on-behalf", _mark_on_behalf),
    Step("email.customer-found", _find_customer),
    Step("email.customer-element-ignored", _ignore_element),
    Step("email.customer-created", _create_customer),
    Step("email.created-customer-details", _keep_details),
    Step("email.created-customer-address", _keep_address),
    Step("email.created-customer-in-department", _in_department),
    Step("email.created-customer-shared", _shared),
    Step("email.new-contact-point", _new_point),
    Step("email.no-new-address", _no_new_address),
)

ADDRESS = (
    Step("email.from-stored", _store_from),
    Step("email.own-address-chosen", _choose_own),
    Step("email.named-address-chosen", _choose_named),
)
