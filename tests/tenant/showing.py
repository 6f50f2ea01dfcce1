"""An activity as a search shows it (v12 names); what has no value is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from tenant.state import Record, Tenant
from tenant.words import shown

EXTRA = frozenset(
    (
        "created",
        "createdBy",
        "payload",
        "lastDepartment",
        "contactPointData",
        "userLastWorked",
        "classifications",
        "language",
    )
)
PATH = "/ws/v12/interaction/activity"


class Shower:
    """Shows activities in one language, under one context root, with the attributes wanted."""

    def __init__(self, tenant: Tenant, language: str, prefix: str, wanted: Collection[str]) -> None:
        self.tenant = tenant
        self.language = language
        self.prefix = prefix
        self.wanted = set(wanted) | (EXTRA if "all" in wanted else set())

    def activity(self, row: Record) -> Record:
        """The summary and whatever else is wanted."""
        made = self._head(row) | self._state(row) | self._body(row)
        extra: dict[str, Callable[[Record], Any]] = {
            "language": lambda r: {"value": r["language"]},
            "payload": self._payload,
            "lastDepartment": lambda r: self._named("department", r["lastDepartment"]),
            "contactPointData": lambda r: (r["contactPoint"] or {}).get("value"),
            "userLastWorked": lambda r: self._person(r["userLastWorked"]),
            "classifications": lambda r: _list("classification", r["classifications"]),
        }
        made |= {name: show(row) for name, show in extra.items() if name in self.wanted}
        made["created"] = self._created(row)
        made["customAttributes"] = self._custom(row)
        return {name: value for name, value in made.items() if value is not None}

    def _head(self, row: Record) -> Record:
        href = f"{self.prefix}{PATH}/{row['id']}"
        customer = self.tenant.tables["customer"].get(row["customer"])
        name = {"customerName": customer["name"]} if customer else {}
        kind = shown(row["type"], self.language)
        return {
            "id": row["id"],
            "link": [{"rel": "self", "href": href}],
            "case": {"id": row["case"]},
            "department": self._named("department", row["department"]),
            "mode": shown(row["mode"], self.language),
            "type": {**kind, "subtype": self._subtype(row["subtype"])},
            "isSecure": row["secure"],
            "sentOnBehalf": row["sentOnBehalf"],
            "customer": {"id": row["customer"], **name},
        }

    def _state(self, row: Record) -> Record:
        status: Record = shown(row["status"], self.language)
        if row["substatus"]:
            status["substatus"] = row["substatus"]
        if row["assignee"] or row["lockedBy"] or row["pinned"]:
            person = self._person(row["assignee"])
            status["assigned"] = ({"user": person} if person else {}) | {
                "pinned": row["pinned"],
                "locked": row["lockedBy"] is not None,
            }
        return {"status": status, "priority": row["priority"], "dueDate": row["dueDate"]}

    def _body(self, row: Record) -> Record:
        attachments = [
            {name: value for name, value in item.items() if value is not None}
            for item in row["attachments"]
        ]
        changed = {"date": row["lastModified"], "user": self._person(row["lastModifiedBy"])}
        return {
            "subject": row["subject"],
            "lastModified": {key: value for key, value in changed.items() if value},
            "queue": self._named("queue", row["queue"]),
            "attachments": _list("attachment", attachments),
            "notes": _list("note", row["notes"]),
            "issueType": self._named("issueType", row["issueType"]),
            "contentPurged": row["contentPurged"],
            "virtualAssistant": {"involved": False},
            "channel": shown(row["type"], self.language),
        }

    def _created(self, row: Record) -> Record | None:
        made: Record = {}
        if "created" in self.wanted:
            made["date"] = row["created"]
        if "createdBy" in self.wanted and row["createdBy"]:
            made["user"] = self._person(row["createdBy"])
        return made or None

    def _custom(self, row: Record) -> Record | None:
        items = [
            {"attribName": name, "attribValues": {"attribValue": [{"value": v} for v in values]}}
            for name, values in row["customAttributes"].items()
            if "all" in self.wanted or f"custom.{name}" in self.wanted
        ]
        return _list("customAttribute", items)

    def _payload(self, row: Record) -> Record:
        inner: Record = {}
        if row["content"]:
            inner["content"] = {k: v for k, v in row["content"].items() if v is not None}
        told = row["emailAddresses"]
        if told:
            reply = [told["replyTo"]] if told["replyTo"] else []
            lists = {"to": told["to"], "cc": told["cc"], "replyTo": reply}
            inner["emailAddresses"] = {n: told[n] for n in ("from", "receiver") if told[n]}
            inner["emailAddresses"] |= {n: {"address": a} for n, a in lists.items() if a}
        if row["emailDate"]:
            inner["date"] = {"date": row["emailDate"]}
        return {row["type"]: inner}

    def _subtype(self, value: str) -> Record:
        rows = self.tenant.tables["taskSubtype"].values()
        names = [row["display"] for row in rows if row["value"] == value]
        return {"value": value, "displayValue": names[0] if names else value}

    def _named(self, table: str, key: str | None) -> Record | None:
        row = self.tenant.tables[table].get(key or "")
        return {"id": row["id"], "name": row["name"]} if row else None

    def _person(self, key: str | None) -> Record | None:
        row = self.tenant.tables["user"].get(key or "")
        return {"id": row["id"], "loginId": row["loginId"]} if row else None


def _list(name: str, items: list[Any]) -> Record | None:
    return {name: items} if items else None
