"""Create an incoming e-mail: `POST /core/casemgr/v3/activity/email/general`."""

from __future__ import annotations

from typing import Any

from tenant import creation
from tenant import email_checks as checks
from tenant import email_state as state
from tenant.creation import Check, Request, judge, read
from tenant.elements import ATTRIBUTES, CUSTOMER, FLAG, TEXT, check_known
from tenant.email_effects import make_email
from tenant.email_faults import FAULTS
from tenant.state import Tenant
from tenant.wire import Call, Refusal, Reply

__all__ = ["FAULTS", "ROUTES"]

_ADDRESSES = {"address": [TEXT]}
SHAPE: dict[str, Any] = {
    "department": {"name": TEXT},
    "type": {"value": TEXT, "subtype": {"value": TEXT}},
    "subject": TEXT,
    "secure": FLAG,
    "case": {"id": TEXT},
    "issueType": {"id": TEXT},
    "customer": CUSTOMER,
    "customAttributes": ATTRIBUTES,
    "attachments": {"attachment": [{"altId": TEXT, "inline": FLAG, "contentId": TEXT}]},
    "payload": {
        "email": {
            "date": {"date": TEXT},
            "content": {"text": TEXT, "html": TEXT},
            "messageCenter": {"id": TEXT},
            "emailAddresses": {
                "from": TEXT,
                "receiver": TEXT,
                "to": _ADDRESSES,
                "cc": _ADDRESSES,
                "replyTo": _ADDRESSES,
            },
        }
    },
}


def create(tenant: Tenant, call: Call) -> Reply:
    """Judges the request phase by phase, then makes the e-mail."""
    shape = SHAPE | {"secure": TEXT} if tenant.has("email-secure-is-text") else SHAPE
    request = read(tenant, call, frozenset({"customer"}), shape, unread="400-152")
    judge(request, CHECKS)
    return make_email(request)


def known_elements(request: Request) -> None:
    """No element outside the page's lists."""
    check_known(SHAPE, request.body)


def sender_own(request: Request) -> None:
    """A customer's sender address is nobody's or the contact's own."""
    try:
        state.sender_own(request)
    except Refusal:
        if request.has("email-made-though-refused"):
            make_email(request)
        raise


# In the order of phases; the second is the fault that leaves a check out.
CHECKS: tuple[Check, ...] = (
    # schema
    (checks.required, ""),
    (checks.not_for_customers, ""),
    (checks.not_for_staff, ""),
    (known_elements, ""),
    (checks.kind, ""),
    (checks.addresses, ""),
    (checks.copies, "email-any-copies"),
    (checks.reply_to, ""),
    (creation.subject_length, ""),
    (checks.date_form, ""),
    (checks.attachments_whole, "email-inline-without-id"),
    (creation.attributes_whole, ""),
    (checks.customer_whole, ""),
    # the request by itself
    (checks.customer_kind, ""),
    (checks.something_said, ""),
    (checks.no_customer_parameter, "email-staff-name-customers"),
    (checks.no_sender_on_behalf, ""),
    (checks.receiver_or_center, ""),
    (checks.issue_type_with_center, ""),
    # existence
    (creation.files_known, ""),
    (creation.attributes_known, "email-any-attribute"),
    (creation.case_exists, ""),
    (creation.department_exists, ""),
    (checks.named_exist, ""),
    # permission
    (creation.scope, ""),
    (checks.privilege, "email-privilege-unasked"),
    # state
    (state.body_size, ""),
    (state.whole_size, "email-any-size"),
    (state.files_fit, ""),
    (creation.attribute_values, ""),
    (state.granted, "email-grant-unasked"),
    (state.has_address, ""),
    (sender_own, "email-any-sender"),
    (state.sender_known, ""),
    (state.alias_fits, ""),
    (state.center_fits, ""),
    (state.issue_type_fits, "email-any-issue-type"),
    (state.secure_allowed, ""),
)

ROUTES = (("POST", "/core/casemgr/v3/activity/email/general", create),)
