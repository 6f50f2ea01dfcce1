"""The v12 representation of an activity: a step for each property, each with its own rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from rulebound.mock_server.effects.displaying import Displays, Manner, Part, View
from rulebound.mock_server.effects.search_pages import page
from rulebound.mock_server.effects.steps import Record, Run, Step
from rulebound.mock_server.pieces import Piece

SUMMARY = (
    "id",
    "link",
    "case",
    "department",
    "mode",
    "type",
    "secure",
    "sentOnBehalf",
    "status",
    "priority",
    "lastModified",
    "lastModifiedBy",
    "dueDate",
    "subject",
    "customer",
    "queue",
    "attachments",
    "notes",
    "issueType",
    "contentPurged",
    "virtualAssistant",
    "channel",
)
EXTRAS = (
    "created",
    "createdBy",
    "payload",
    "lastDepartment",
    "contactPointData",
    "userLastWorked",
    "classifications",
    "language",
    "customAttributes",
)

Show = Callable[[View, Record], Any]
_DISPLAYS = Displays()


def shown(run: Run) -> list[Piece]:
    """What is sent of each activity on the page, by the steps taken so far."""
    path = f"{run.draft['root']}{run.base}{run.operation.path}"
    custom = _custom_wanted(run) if "customAttributes" in run.made["selected"] else None
    manner = Manner(tuple(run.draft["parts"]), run.draft["language"], path, custom)
    return _DISPLAYS.of(manner, page(run), run.transaction.get)


def _custom_wanted(run: Run) -> frozenset[str] | None:
    wanted = [each["name"] for each in run.looked_up("attributes-wanted")]
    names = {name.removeprefix("custom.") for name in wanted if name.startswith("custom.")}
    return None if "all" in wanted or not names else frozenset(names)


def _property(name: str, part: Part, run: Run) -> None:
    """Show a member of each activity when the property is selected."""
    if name in run.made["selected"]:
        run.draft["parts"].append(part)


def _stored(field: str) -> Show:
    return lambda view, record: record[field]


def _link(view: View, record: Record) -> list[dict[str, str]]:
    return [{"rel": "self", "href": f"{view.address}/{record['id']}"}]


def _reference(field: str) -> Show:
    return lambda view, record: None if record[field] is None else {"id": record[field]}


def _named(field: str, table: str) -> Show:
    def show(view: View, record: Record) -> dict[str, str] | None:
        found = view.get(table, record[field]) if record[field] else None
        return {"id": found["id"], "name": found["name"]} if found else None

    return show


def _valued(field: str) -> Show:
    return lambda view, record: view.words[field][record[field]]


def _type(view: View, record: Record) -> dict[str, Any]:
    return {**view.words["type"][record["type"]], "subtype": {"value": record["subtype"]}}


def _status(view: View, record: Record) -> Mapping[str, Any]:
    found = view.words["status"][record["status"]]
    more: dict[str, Any] = {}
    if record["substatus"] is not None:
        more["substatus"] = record["substatus"]
    if record["assignee"] is not None:
        user = view.get("user", record["assignee"])
        more["assigned"] = {
            "user": {"id": record["assignee"], **({"loginId": user["loginId"]} if user else {})},
            "pinned": record["pinned"],
            "locked": record["lockedBy"] is not None,
        }
    return {**found, **more}


def _date(field: str) -> Show:
    return lambda view, record: {"date": record[field]}


def _user(field: str) -> Show:
    return lambda view, record: None if record[field] is None else {"user": {"id": record[field]}}


def _customer(view: View, record: Record) -> dict[str, str]:
    found = view.get("customer", record["customer"])
    if found and found["name"]:
        return {"id": record["customer"], "customerName": found["name"]}
    return {"id": record["customer"]}


def _attachments(view: View, record: Record) -> dict[str, Any]:
    stored = record["attachments"]
    # Most have none, and a list made for nothing takes time as any other.
    kept = [{k: v for k, v in each.items() if v is not None} for each in stored] if stored else []
    return {"attachment": kept}


def _payload(view: View, record: Record) -> dict[str, Any] | None:
    inside: dict[str, Any] = {}
    if record["content"] is not None:
        inside["content"] = {k: v for k, v in record["content"].items() if v is not None}
    if record["emailAddresses"] is not None:
        inside["emailAddresses"] = _addresses(record["emailAddresses"])
    if record["emailDate"] is not None:
        inside["date"] = {"date": record["emailDate"]}
    return {record["type"]: inside} if inside else None


def _addresses(stored: Record) -> dict[str, Any]:
    texts = {name: stored[name] for name in ("from", "receiver") if stored[name] is not None}
    lists = {name: {"address": stored[name]} for name in ("to", "cc") if stored[name]}
    reply = {"replyTo": {"address": [stored["replyTo"]]}} if stored["replyTo"] is not None else {}
    return {**texts, **lists, **reply}


def _contact_point(view: View, record: Record) -> str | None:
    return record["contactPoint"]["value"] if record["contactPoint"] else None


def _custom_attributes(view: View, record: Record) -> dict[str, Any] | None:
    wanted, stored = view.custom, record["customAttributes"]
    chosen = stored if wanted is None else wanted & stored.keys()
    listed = [_custom_attribute(name, stored[name]) for name in stored if name in chosen]
    return {"customAttribute": listed} if listed else None


def _custom_attribute(name: str, values: list[str]) -> dict[str, Any]:
    return {"attribName": name, "attribValues": {"attribValue": [{"value": v} for v in values]}}


def _step(rule: str, name: str, member: str, show: Show) -> Step:
    return Step(f"search.shows-{rule}", partial(_property, name, Part(member, show)))


SHOWS = (
    _step("id", "id", "id", _stored("id")),
    _step("link", "link", "link", _link),
    _step("case", "case", "case", _reference("case")),
    _step("department", "department", "department", _named("department", "department")),
    _step("mode", "mode", "mode", _valued("mode")),
    _step("type", "type", "type", _type),
    _step("secure", "secure", "isSecure", _stored("secure")),
    _step("sent-on-behalf", "sentOnBehalf", "sentOnBehalf", _stored("sentOnBehalf")),
    _step("status", "status", "status", _status),
    _step("priority", "priority", "priority", _stored("priority")),
    _step("created", "created", "created", _date("created")),
    _step("created-by", "createdBy", "created", _user("createdBy")),
    _step("last-modified", "lastModified", "lastModified", _date("lastModified")),
    _step("last-modified-by", "lastModifiedBy", "lastModified", _user("lastModifiedBy")),
    _step("due-date", "dueDate", "dueDate", _stored("dueDate")),
    _step("subject", "subject", "subject", _stored("subject")),
    _step("language", "language", "language", lambda view, record: {"value": record["language"]}),
    _step("user-last-worked", "userLastWorked", "userLastWorked", _reference("userLastWorked")),
    _step("customer", "customer", "customer", _customer),
    _step(
        "classifications",
        "classifications",
        "classifications",
        lambda view, record: {"classification": record["classifications"]},
    ),
    _step("queue", "queue", "queue", _named("queue", "queue")),
    _step("attachments", "attachments", "attachments", _attachments),
    _step("notes", "notes", "notes", lambda view, record: {"note": record["notes"]}),
    _step("contact-point-data", "contactPointData", "contactPointData", _contact_point),
    _step(
        "last-department",
        "lastDepartment",
        "lastDepartment",
        _named("lastDepartment", "department"),
    ),
    _step("issue-type", "issueType", "issueType", _named("issueType", "issueType")),
    _step("content-purged", "contentPurged", "contentPurged", _stored("contentPurged")),
    _step("payload", "payload", "payload", _payload),
    _step("custom-attributes", "customAttributes", "customAttributes", _custom_attributes),
    _step(
        "virtual-assistant",
        "virtualAssistant",
        "virtualAssistant",
        lambda view, record: {"involved": False},
    ),
    _step("channel", "channel", "channel", lambda view, record: {"value": record["type"]}),
)
