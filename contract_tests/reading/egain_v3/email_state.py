"""Create an incoming e-mail, read a second time: the state of what is named, and the settings."""

from __future__ import annotations

from rulebound.contract_tests.reading import Record, Situation, reads
from rulebound.contract_tests.reading.egain_v3.email_parts import (
    address,
    alias,
    attached_files,
    attributes,
    bearers,
    center,
    configured,
    content_bytes,
    department,
    email_points,
    named_customer,
    of_customer,
    sent,
)


def _in_own_department(case: Situation, place: Record | None) -> bool:
    """E44, E54: only with Customer departmentalization; a shared customer is everywhere."""
    if place is None or not of_customer(case) or not case.settings["departmentalization"]:
        return True
    return case.actor["department"] in (None, place["department"])


def _may_write_for(case: Situation, other: str) -> bool:
    """E7, E9: oneself, and whom a grant is held on."""
    grants = case.table("grant").values()
    held = {grant["on"] for grant in grants if grant["holder"] == case.actor["id"]}
    return other == case.actor["id"] or other in held


@reads("email.on-behalf-granted")
def on_behalf_granted(case: Situation) -> bool:
    """E7, E8, E13, A-27."""
    other = named_customer(case)
    return not of_customer(case) or other is None or _may_write_for(case, other)


@reads("email.on-behalf-has-address")
def on_behalf_has_address(case: Situation) -> bool:
    """E81: told only to those who may write for that customer."""
    other = named_customer(case)
    if not of_customer(case) or other is None or not _may_write_for(case, other):
        return True
    return any(point["customer"] == other for point in email_points(case))


@reads("email.own-address-known")
def own_address_known(case: Situation) -> bool:
    """E73: nothing can be figured out where there is nothing."""
    if not of_customer(case) or named_customer(case) or address(case, "from") is not None:
        return True
    own = case.actor
    return any(
        point["contact"] == own["contact"] or point["customer"] == own["id"]
        for point in email_points(case)
    )


@reads("email.from-own")
def from_own(case: Situation) -> bool:
    """E76, E78: the contact itself, not another one of the same customer."""
    if not of_customer(case) or named_customer(case) or address(case, "from") is None:
        return True
    borne_by = {point["contact"] for point in bearers(case, case.actor["department"])}
    return not borne_by or case.actor["contact"] in borne_by


@reads("email.sender-known-or-described")
def sender_known_or_described(case: Situation) -> bool:
    """E37 to E39, A-26."""
    if of_customer(case) or sent(case, "customer") is not None:
        return True
    return bool(bearers(case, department(case)))


@reads("email.alias-active")
def alias_active(case: Situation) -> bool:
    """E50, E53."""
    found = alias(case)
    return found is None or bool(found["active"])


@reads("email.alias-in-department")
def alias_in_department(case: Situation) -> bool:
    """E53: of the department named, so not asked of customers, who name none."""
    found = alias(case)
    return of_customer(case) or found is None or found["department"] == department(case)


@reads("email.alias-in-customers-department")
def alias_in_customers_department(case: Situation) -> bool:
    """E54."""
    return _in_own_department(case, alias(case))


@reads("email.center-active")
def center_active(case: Situation) -> bool:
    """E43."""
    found = center(case)
    return found is None or bool(found["active"])


@reads("email.center-in-customers-department")
def center_in_customers_department(case: Situation) -> bool:
    """E44."""
    return _in_own_department(case, center(case))


@reads("email.issue-type-of-center")
def issue_type_of_center(case: Situation) -> bool:
    """E85."""
    found, issue_type = center(case), sent(case, "issueType.id")
    return found is None or issue_type is None or issue_type in found["issueTypes"]


@reads("email.secure-messaging-for-customers")
def secure_messaging_for_customers(case: Situation) -> bool:
    """E62 with E3: an e-mail of a customer is always a secure one (A-23)."""
    return bool(case.settings["secureMessaging"]) or not of_customer(case)


@reads("email.secure-messaging-for-staff")
def secure_messaging_for_staff(case: Situation) -> bool:
    """E62 (A-23)."""
    if of_customer(case) or sent(case, "secure") is not True:
        return True
    return bool(case.settings["secureMessaging"])


@reads("email.custom-attributes-enumerated")
def custom_attributes_enumerated(case: Situation) -> bool:
    """E92."""
    for name, values in attributes(case):
        attribute = configured(case, name)
        predefined = attribute["values"] if attribute else None
        if predefined is not None and not set(values) <= set(predefined):
            return False
    return True


@reads("email.attachments-for-email")
def attachments_for_email(case: Situation) -> bool:
    """E104."""
    return {file["app"] for file in attached_files(case)} <= {"email"}


@reads("email.attachments-in-department")
def attachments_in_department(case: Situation) -> bool:
    """E104."""
    return {file["department"] for file in attached_files(case)} <= {department(case)}


@reads("email.body-size")
def body_size(case: Situation) -> bool:
    """E100, A-28: as large as the setting passes."""
    return content_bytes(case) <= int(case.settings["maxBodySizeKb"]) * 1024


@reads("email.whole-size")
def whole_size(case: Situation) -> bool:
    """E99, A-28."""
    files = sum(int(file["size"]) for file in attached_files(case))
    return content_bytes(case) + files <= int(case.settings["maxEmailSizeMb"]) * 1024 * 1024
