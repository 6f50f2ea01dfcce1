"""What the answer of a search shows about its filters and pages: a second reading of the answer.

Written from the statements like the readings of requests (S1 to S50), for the rules whose promise
can be seen without knowing the records that were not shown.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rulebound.contract_tests.judging.answers import UnreadableBody, value_of
from rulebound.contract_tests.passive.matching import Exchange
from rulebound.contract_tests.properties.shown import at, date_of, number, satisfies

DEFAULT_SIZE = 25
_SESSION = "x-egain-session"
_PAGING = {"$pagenum", "$pagesize", "$rangestart", "$rangesize"}
_FILTERS = {
    "search.by-customer": "customer",
    "search.by-case": "case",
    "search.by-status": "status",
    "search.by-mode": "mode",
    "search.by-assignee": "assignedTo",
    "search.by-queue": "queue",
    "search.by-created": "createdDate",
    "search.by-last-modified": "lastModifiedDate",
    "search.by-assignee-name": "assignedUserName",
    "search.by-type": "type",
}
# What every activity has; anything else may be without a value, and is left out then.
_ALWAYS = {
    "search.shows-id": "id",
    "search.shows-link": "link",
    "search.shows-department": "department.id",
    "search.shows-mode": "mode.value",
    "search.shows-type": "type.value",
    "search.shows-status": "status.value",
}
_DATES = {"createdDate": "created", "lastModifiedDate": "lastModified"}


def shown_by_search(exchange: Exchange) -> Iterator[tuple[str, bool, str]]:
    """Rule id, whether the answer keeps the rule, and what is wrong if not; only what it shows."""
    if exchange.operation.id != "searchActivities" or not exchange.is_accepted:
        return
    sent = exchange.request.header(_SESSION)
    if sent is not None and exchange.recorded.answer_headers:
        is_returned = exchange.answer.header(_SESSION) == sent
        yield "search.session-returned", is_returned, "the session is not returned"
    query = dict(reversed(exchange.request.query))
    value = _body(exchange)
    activities = _activities(value)
    if activities is None:
        return
    if {"$rangestart", "$rangesize"} & set(query):
        says = "there is a paginationInfo"
        yield "search.no-pagination-for-ranges", "paginationInfo" not in value, says
    if not activities:
        rule = "search.empty-page" if _PAGING & set(query) else "search.nothing-found"
        yield rule, False, f"{exchange.answer.status} with an empty list"
        return
    for rule, path in _ALWAYS.items():
        without = sum(not at(each, path) for each in activities)
        # That something is there does not yet show that it is right.
        if without:
            yield rule, False, f"{without} of {len(activities)} activities show no {path}"
    numbers = [number(each) for each in activities]
    if "$sort" not in query:
        yield "search.default-order", numbers == sorted(numbers), "the ids do not ascend"
    yield from _filters(activities, query)
    yield from _sizes(len(activities), query)


def _filters(
    activities: list[Mapping[str, Any]], query: Mapping[str, str]
) -> Iterator[tuple[str, bool, str]]:
    for rule, name in _FILTERS.items():
        if name not in query:
            continue
        date = _DATES.get(name)
        seen = [each for each in activities if date is None or date_of(each, date) is not None]
        strange = [each for each in seen if not satisfies(each, name, query[name])]
        if seen:
            says = f"{len(strange)} of {len(seen)} activities do not satisfy {name}"
            yield rule, not strange, says


def _sizes(count: int, query: Mapping[str, str]) -> Iterator[tuple[str, bool, str]]:
    """How many activities a page may have."""
    says = f"there are {count} activities on it"
    if not _PAGING & set(query):
        yield "search.default-page", count <= DEFAULT_SIZE, says
    for rule, name in (("search.pages", "$pagesize"), ("search.ranges", "$rangesize")):
        if query.get(name, "").isdigit():
            yield rule, count <= int(query[name]), says


def _body(exchange: Exchange) -> Any:
    try:
        return value_of(exchange.answer, exchange.operation)
    except UnreadableBody:
        return None


def _activities(value: Any) -> list[Mapping[str, Any]] | None:
    """The activities in an answer; None where it has no list of them."""
    found = value.get("activity") if isinstance(value, Mapping) else None
    is_list = isinstance(found, list) and all(isinstance(each, Mapping) for each in found)
    return found if is_list else None
