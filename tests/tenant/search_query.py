"""Reads and checks the query of a search."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tenant import reading
from tenant.showing import EXTRA
from tenant.state import Tenant, moment
from tenant.wire import Call, refuse

FILTERS = [
    "customer",
    "case",
    "status",
    "mode",
    "assignedTo",
    "queue",
    "createdDate",
    "lastModifiedDate",
    "assignedUserName",
    "type",
]
PAGES, RANGES = ("$pagenum", "$pagesize"), ("$rangestart", "$rangesize")
IDS = ("customer", "case", "assignedTo", "queue")
SORTS = ("id", "case", "created", "department", "dueDate", "lastModified")
TYPES = ("email", "social", "task", "chat", "call_track", "web")
STATUSES: Mapping[str, tuple[str, ...]] = {
    "awaiting_assignment": ("ready_for_assignment", "ucce_awaiting_assignment"),
    "assigned": ("new", "in_progress"),
    "in_workflow": (
        "ready_for_inbound_workflow",
        "ready_for_outbound_workflow",
        "ready_for_general_workflow",
        "ready_for_transfer_workflow",
        "error",
    ),
    "in_precompletion": (),
    "completed": ("done", "abandoned_chat"),
    "open": (),
}
_DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_MOMENT = rf"({_DAY}T(?:[01]\d|2[0-3])(?::[0-5]\d){{2}}\.\d{{3}}Z)"
RANGE = re.compile(rf"\[{_MOMENT}?,{_MOMENT}?\]", re.ASCII)
Ends = tuple[datetime | None, datetime | None]


@dataclass(frozen=True)
class Search:
    """What is asked for; `start` counts from 0."""

    filters: Mapping[str, str]
    ranges: Mapping[str, Ends]
    attributes: frozenset[str]
    sort: str | None
    descending: bool
    paged: bool
    page: int
    start: int
    size: int


def read(tenant: Tenant, call: Call) -> Search:
    """The query, once it is right in itself and names attributes that exist."""
    custom = {name for name, _ in call.query if re.fullmatch(r"custom\..+", name, re.DOTALL)}
    common = {*PAGES, *RANGES, "$sort", "$order", "$attribute"}
    query = reading.query(call, {*FILTERS, *common, *custom}, wrong="400-102")
    filters = {name: value for name, value in query.items() if name not in common}
    for name, value in filters.items():
        if not value:
            raise refuse(400, "400-102", name)
    numbers = {name: _number(name, query[name]) for name in (*PAGES, *RANGES) if name in query}
    _check_values(tenant, filters)
    _check_numbers(tenant, numbers)
    _check_order(query)
    ranges = {n: _ends(n, filters[n]) for n in filters if n in ("createdDate", "lastModifiedDate")}
    _check_whole(tenant, query, filters, numbers)
    attributes = _attributes(tenant, query.get("$attribute", ""))
    _check_custom(tenant, filters, query.get("$sort", ""))
    paged = not set(numbers) & set(RANGES)
    first, many = PAGES if paged else RANGES
    number, size = numbers.get(first, 1), numbers.get(many, 25)
    start = (number - 1) * size if paged else number - 1
    return Search(
        filters,
        ranges,
        attributes,
        query.get("$sort"),
        query.get("$order") == "desc" and not tenant.has("search-ignores-order"),
        paged or tenant.has("search-range-paged"),
        number,
        start,
        size,
    )


def _number(name: str, value: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise refuse(400, "400-105", name)
    return int(value)


def _check_values(tenant: Tenant, filters: Mapping[str, str]) -> None:
    status, _, sub = filters.get("status", "open").partition(":")
    told = filters.get("status", "")
    kind = filters.get("type", "email")
    wrong = [name for name in IDS if name in filters and not _is_id(filters[name])]
    if status not in STATUSES or (":" in told and sub not in STATUSES[status]):
        wrong.append("status")
    if filters.get("mode", "none") not in ("inbound", "outbound", "none"):
        wrong.append("mode")
    if kind not in TYPES and not re.fullmatch(r"generic_.+", kind, re.DOTALL):
        wrong.append("type")
    for name in ("createdDate", "lastModifiedDate"):
        if name in filters and (filters[name] == "[,]" or not RANGE.fullmatch(filters[name])):
            wrong.append(name)
    if wrong and not tenant.has("search-any-value"):
        raise refuse(400, "400-102", ", ".join(wrong))


def _is_id(text: str) -> bool:
    return re.fullmatch("[1-9][0-9]*", text) is not None


def _check_numbers(tenant: Tenant, numbers: Mapping[str, int]) -> None:
    most = 10**18 if tenant.has("search-any-size") else 75
    for name, value in numbers.items():
        if value < 1 or (name.endswith("size") and value > most):
            raise refuse(400, "400-105", name)


def _check_order(query: Mapping[str, str]) -> None:
    sort, order = query.get("$sort"), query.get("$order")
    if sort is not None and sort not in SORTS and not re.fullmatch(r"custom\..+", sort, re.DOTALL):
        raise refuse(400, "400-102", "$sort")
    if order not in (None, "asc", "desc"):
        raise refuse(400, "400-102", "$order")


def _ends(name: str, value: str) -> Ends:
    """Both ends of a range; refuses days that no calendar has."""
    found = RANGE.fullmatch(value)
    try:
        ends = [moment(end) if end else None for end in (found.groups() if found else ())]
    except ValueError as fault:
        raise refuse(400, "400-102", name) from fault
    return (ends[0], ends[1]) if ends else (None, None)


def _check_whole(
    tenant: Tenant,
    query: Mapping[str, str],
    filters: Mapping[str, str],
    numbers: Mapping[str, int],
) -> None:
    """What one parameter asks of the others."""
    if not filters:
        raise refuse(400, "400-245")
    if set(filters) == {"type"} and not tenant.has("search-type-alone"):
        raise refuse(400, "400-614")
    if set(numbers) & set(PAGES) and set(numbers) & set(RANGES):
        raise refuse(400, "400-120")
    if "$order" in query and "$sort" not in query:
        raise refuse(400, "400-124")


def _attributes(tenant: Tenant, told: str) -> frozenset[str]:
    names = told.split(",") if told else []
    known = _customs(tenant)
    for name in names:
        custom = name.startswith("custom.") and name[len("custom.") :] in known
        if name not in EXTRA and name != "all" and not custom:
            raise refuse(400, "400-116", name)
    return frozenset(names)


def _customs(tenant: Tenant) -> dict[str, bool]:
    """The custom attributes of activities: name -> whether it is encrypted."""
    rows = tenant.tables["attribute"].values()
    return {row["name"]: row["encrypted"] for row in rows if row["on"] == "activity"}


def _check_custom(tenant: Tenant, filters: Mapping[str, str], sort: str) -> None:
    known = _customs(tenant)
    for name in (*filters, sort):
        if name.startswith("custom.") and name[len("custom.") :] not in known:
            raise refuse(400, "400-102", name)


def check_clear(tenant: Tenant, wanted: Search) -> None:
    """No filter asks for what is kept encrypted."""
    known = _customs(tenant)
    for name in wanted.filters:
        if name.startswith("custom.") and known[name[len("custom.") :]]:
            raise refuse(400, "400-102", name)
