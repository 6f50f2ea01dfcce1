"""Which activities a search finds."""

from __future__ import annotations

from tenant.search_query import Ends, Search
from tenant.state import Record, Tenant, moment

_FIELDS = {"customer": "customer", "case": "case", "assignedTo": "assignee", "queue": "queue"}


def matches(tenant: Tenant, wanted: Search, row: Record) -> bool:
    """Whether an activity satisfies every filter."""
    results = [_satisfies(tenant, wanted, row, name) for name in wanted.filters]
    return any(results) if tenant.has("search-any-criterion") else all(results)


def _satisfies(tenant: Tenant, wanted: Search, row: Record, name: str) -> bool:
    value = wanted.filters[name]
    if name in _FIELDS:
        return _same(tenant, row[_FIELDS[name]], value)
    if name in wanted.ranges:
        field = "lastModified" if name == "lastModifiedDate" else "created"
        return _within(tenant, row[field], wanted.ranges[name])
    if name == "status":
        return _status(row, value)
    if name == "assignedUserName":
        user = tenant.tables["user"].get(row["assignee"] or "")
        return user is not None and _same(tenant, user["loginId"], value)
    if name.startswith("custom."):
        held = row["customAttributes"].get(name[len("custom.") :], [])
        return any(_same(tenant, item, value) for item in held)
    return bool(row[name] == value)


def _same(tenant: Tenant, stored: str | None, value: str) -> bool:
    if stored is not None and tenant.has("search-prefix-match"):
        return stored.startswith(value)
    if stored is not None and tenant.has("search-ignores-case"):
        return stored.lower() == value.lower()
    return stored == value


def _within(tenant: Tenant, date: str, ends: Ends) -> bool:
    when, (start, end) = moment(date), ends
    if end is not None and when == end and tenant.has("search-open-ended-range"):
        return False
    return (start is None or when >= start) and (end is None or when <= end)


def _status(row: Record, value: str) -> bool:
    status, _, sub = value.partition(":")
    if status == "open":
        return bool(row["status"] != "completed")
    return row["status"] == status and (not sub or row["substatus"] == sub)
