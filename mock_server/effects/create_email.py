"""Creating an incoming e-mail: the activity itself. Whose it is stands in `email_sender`."""

from __future__ import annotations

from typing import Any

from rulebound.mock_server.effects.activities import (
    address_of,
    attachments_of,
    begin_activity,
    content_of,
    open_case,
    store_activity,
)
from rulebound.mock_server.effects.customers import custom_attributes
from rulebound.mock_server.effects.email_sender import (
    ADDRESS,
    CUSTOMER,
    begin_sender,
    for_another,
    is_customer,
)
from rulebound.mock_server.effects.steps import Effect, Run, Step
from rulebound.openapi.expressions.values import timestamp

_ADDRESSES = "payload.email.emailAddresses"


def _begin(run: Run) -> None:
    activity = begin_activity(run)
    # Both are at first what they will not be.
    activity |= {"secure": not is_customer(run), "sentOnBehalf": not for_another(run)}
    run.draft["addresses"] = {"from": None, "to": [], "cc": [], "replyTo": None, "receiver": None}
    begin_sender(run)
    run.made |= {"activity": None, "case": None}
    run.answer.status = 200
    run.answer.headers["Location"] = address_of(run, "0")


def _put(run: Run, field: str, value: Any) -> None:
    run.draft["activity"][field] = value


def _name_department(run: Run) -> None:
    if not is_customer(run):
        _put(run, "department", run.looked_up("email-department"))


def _derive_department(run: Run) -> None:
    if is_customer(run):
        _put(run, "department", run.looked_up("email-department"))


def _link_alias(run: Run) -> None:
    run.draft["addresses"]["receiver"] = run.sent(f"{_ADDRESSES}.receiver")


def _secure_customers(run: Run) -> None:
    if is_customer(run):
        _put(run, "secure", True)


def _secure_as_asked(run: Run) -> None:
    if run.sent("secure") is not None:
        _put(run, "secure", run.sent("secure"))


def _insecure_by_default(run: Run) -> None:
    if not is_customer(run) and run.sent("secure") is None:
        _put(run, "secure", False)


def _join_case(run: Run) -> None:
    if run.sent("case.id") is not None:
        _put(run, "case", run.sent("case.id"))


def _open_case(run: Run) -> None:
    if run.sent("case.id") is None:
        case = run.made["case"] = open_case(run)
        _put(run, "case", case["id"])


def _store_subject(run: Run) -> None:
    _put(run, "subject", run.sent("subject") or "")


def _store_content(run: Run) -> None:
    _put(run, "content", content_of(run, "payload.email.content"))


def _store_issue_type(run: Run) -> None:
    _put(run, "issueType", run.sent("issueType.id"))


def _store_to(run: Run) -> None:
    run.draft["addresses"]["to"] = run.sent(f"{_ADDRESSES}.to.address") or []


def _store_cc(run: Run) -> None:
    run.draft["addresses"]["cc"] = run.sent(f"{_ADDRESSES}.cc.address") or []


def _store_reply_to(run: Run) -> None:
    sent = run.sent(f"{_ADDRESSES}.replyTo.address") or [None]
    run.draft["addresses"]["replyTo"] = sent[0]


def _store_date(run: Run) -> None:
    sent = run.sent("payload.email.date.date")
    if sent is not None:
        _put(run, "emailDate", run.write_date(timestamp(sent)))


def _date_now(run: Run) -> None:
    if run.sent("payload.email.date.date") is None:
        _put(run, "emailDate", run.stamp)


def _store_attachments(run: Run) -> None:
    bare = [
        {"altId": each["altId"], "inline": False, "contentId": None} for each in attachments_of(run)
    ]
    _put(run, "attachments", bare)


def _mark_inline(run: Run) -> None:
    for kept, sent in _attachments(run):
        kept["inline"] = sent.get("inline", False)


def _store_content_ids(run: Run) -> None:
    for kept, sent in _attachments(run):
        kept["contentId"] = sent.get("contentId")


def _attachments(run: Run) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    kept = run.draft["activity"].get("attachments", [])
    return list(zip(kept, attachments_of(run), strict=False))


def _store_custom_attributes(run: Run) -> None:
    _put(run, "customAttributes", custom_attributes(run.sent("customAttributes")))


def _create(run: Run) -> None:
    kind = {"type": "email", "subtype": "general", "mode": "inbound"}
    place = {"status": "in_workflow", "substatus": "ready_for_inbound_workflow"}
    run.draft["activity"] |= {**kind, **place, "emailAddresses": run.draft["addresses"]}
    run.made["activity"] = store_activity(run)
    run.answer.status = run.made["status"] = 201


def _locate(run: Run) -> None:
    if run.made["activity"] is not None:
        location = address_of(run, run.made["activity"]["id"])
        run.made["location"] = run.answer.headers["Location"] = location


EFFECT = Effect(
    begin=_begin,
    steps=(
        Step("email.department-named", _name_department),
        Step("email.department-derived", _derive_department),
        *CUSTOMER,
        *ADDRESS,
        Step("email.alias-linked", _link_alias),
        Step("email.always-secure-for-customers", _secure_customers),
        Step("email.secure-as-asked", _secure_as_asked),
        Step("email.secure-default", _insecure_by_default),
        Step("email.case-given", _join_case),
        Step("email.case-new", _open_case),
        Step("email.subject-stored", _store_subject),
        Step("email.content-stored", _store_content),
        Step("email.issue-type-stored", _store_issue_type),
        Step("email.to-stored", _store_to),
        Step("email.cc-stored", _store_cc),
        Step("email.reply-to-stored", _store_reply_to),
        Step("email.date-stored", _store_date),
        Step("email.date-default", _date_now),
        Step("email.attachments-stored", _store_attachments),
        Step("email.attachments-inline", _mark_inline),
        Step("email.content-id-stored", _store_content_ids),
        Step("email.custom-attributes-stored", _store_custom_attributes),
        Step("email.created", _create),
        Step("email.location", _locate),
    ),
)
