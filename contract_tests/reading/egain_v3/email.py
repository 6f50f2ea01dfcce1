"""Create an incoming e-mail, read a second time: the request, what exists, who may (E1 to E190).

What the state of things asks for is read in `email_state`.
"""

from __future__ import annotations

from rulebound.contract_tests.reading import Situation, reads
from rulebound.contract_tests.reading.egain_v3.email_parts import (
    address,
    alias,
    attached,
    attached_files,
    attributes,
    center,
    configured,
    department_named,
    named_customer,
    of_customer,
    sent,
)


@reads("email.customer-kind")
def customer_kind(case: Situation) -> bool:
    """E71."""
    kind = sent(case, "customer.type.value")
    return kind is None or kind in ("individual", "group", "corporate")


@reads("email.something-to-say")
def something_to_say(case: Situation) -> bool:
    """E49, A-30: blanks say nothing."""
    texts = ("subject", "payload.email.content.text", "payload.email.content.html")
    if any((sent(case, path) or "").strip() for path in texts):
        return True
    return bool(sent(case, "attachments.attachment"))


@reads("email.customer-parameter-refused")
def customer_parameter_refused(case: Situation) -> bool:
    """E12, A-25: not even an empty one."""
    return of_customer(case) or "customer" not in case.query


@reads("email.from-not-on-behalf")
def from_not_on_behalf(case: Situation) -> bool:
    """E79."""
    if not of_customer(case) or named_customer(case) is None:
        return True
    return address(case, "from") is None


@reads("email.receiver-or-center")
def receiver_or_center(case: Situation) -> bool:
    """E55, A-21: users and client applications have a rule of their own."""
    ways = (address(case, "receiver"), sent(case, "payload.email.messageCenter.id"))
    return not of_customer(case) or any(way is not None for way in ways)


@reads("email.receiver-not-both")
def receiver_not_both(case: Situation) -> bool:
    """E55, A-22."""
    ways = (address(case, "receiver"), sent(case, "payload.email.messageCenter.id"))
    return not of_customer(case) or any(way is None for way in ways)


@reads("email.issue-type-needs-center")
def issue_type_needs_center(case: Situation) -> bool:
    """E84."""
    if not of_customer(case) or sent(case, "issueType.id") is None:
        return True
    return sent(case, "payload.email.messageCenter.id") is not None


@reads("email.attachments-exist")
def attachments_exist(case: Situation) -> bool:
    """E104."""
    return len(attached_files(case)) == len(attached(case))


@reads("email.custom-attributes-known")
def custom_attributes_known(case: Situation) -> bool:
    """E91."""
    return all(configured(case, name) is not None for name, _ in attributes(case))


@reads("email.case-exists")
def case_exists(case: Situation) -> bool:
    """E86."""
    id = sent(case, "case.id")
    return id is None or id in case.table("case")


@reads("email.department-exists")
def department_exists(case: Situation) -> bool:
    """E34."""
    return sent(case, "department.name") is None or department_named(case) is not None


@reads("email.alias-exists")
def alias_exists(case: Situation) -> bool:
    """E50."""
    return address(case, "receiver") is None or alias(case) is not None


@reads("email.center-exists")
def center_exists(case: Situation) -> bool:
    """E43."""
    return sent(case, "payload.email.messageCenter.id") is None or center(case) is not None


@reads("email.issue-type-exists")
def issue_type_exists(case: Situation) -> bool:
    """E83."""
    id = sent(case, "issueType.id")
    return id is None or id in case.table("issueType")


@reads("email.scope")
def scope(case: Situation) -> bool:
    """E10: managing, not reading; client applications have a scope of their own."""
    wanted = "core.casemgr.manage"
    if case.actor["kind"] == "client":
        wanted = f"app.{wanted}"
    return wanted in case.actor["scopes"]


@reads("email.privilege")
def privilege(case: Situation) -> bool:
    """E4, E5, E6: asked of users only."""
    if case.actor["kind"] != "user":
        return True
    return "Manage partition resources" in case.actor["privileges"]
