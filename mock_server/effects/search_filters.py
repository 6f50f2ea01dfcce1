"""Searching activities: which departments are seen, and what each filter selects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from rulebound.mock_server.effects.steps import Record, Run, Step
from rulebound.openapi.expressions.values import timestamp

Test = Callable[[Record], bool]
Same = Callable[[str | None, str], bool]
Filter = Mapping[str, Any]


def matches(run: Run) -> list[Record]:
    """The activities seen that pass the filters applied so far; found once, then kept."""
    if "matches" not in run.draft:
        visible, tests = run.draft["visible"], run.draft["tests"]
        combine = run.draft["combine"]
        run.draft["matches"] = [
            each
            for each in _candidates(run)
            if (visible is None or each["department"] in visible)
            and (not tests or combine(test(each) for test in tests))
        ]
        run.made["total"] = len(run.draft["matches"])
    found: list[Record] = run.draft["matches"]
    return found


def _candidates(run: Run) -> Iterable[Record]:
    """All activities, or those an index finds by one value that every match must have."""
    exact: tuple[str, str] | None = run.draft["exact"]
    if exact is None or run.draft["combine"] is not all:
        return run.transaction.scan("activity")
    return run.transaction.find("activity", *exact)


def begin_filters(run: Run) -> None:
    """Everything is seen, values match by their beginning, and one filter is enough."""
    run.draft |= {"visible": None, "tests": [], "combine": any, "same": _begins, "exact": None}
    run.made |= {"departments": [], "applied": []}


def _see_home(run: Run) -> None:
    run.made["departments"].append(run.actor["home"])


def _see_foreign(run: Run) -> None:
    run.made["departments"].extend(run.actor["foreign"])


def _see_shared(run: Run) -> None:
    run.made["departments"].extend(run.looked_up("departments-sharing"))


def _hide_others(run: Run) -> None:
    run.draft["visible"] = frozenset(run.made["departments"])


def _begins(stored: str | None, sent: str) -> bool:
    return stored is not None and stored.startswith(sent)


def _equals(stored: str | None, sent: str) -> bool:
    return stored == sent


def _match_exactly(run: Run) -> None:
    run.draft["same"] = _equals


def _want_all(run: Run) -> None:
    run.draft["combine"] = all


def _by_field(name: str, field: str, run: Run) -> None:
    for each in _sent(run, name):
        same, value = run.draft["same"], each["value"]
        _apply(run, name, partial(_is, same, field, value))
        if same is _equals:
            run.draft["exact"] = (field, value)


def _is(same: Same, field: str, value: str, record: Record) -> bool:
    return same(record[field], value)


def _by_status(run: Run) -> None:
    for each in _sent(run, "status"):
        _apply(run, "status", partial(_has_status, *each["value"].partition(":")[::2]))


def _has_status(status: str, substatus: str, record: Record) -> bool:
    if status == "open":
        return bool(record["status"] != "completed")
    return bool(record["status"] == status and substatus in ("", record["substatus"]))


def _by_range(name: str, field: str, run: Run) -> None:
    for each in _sent(run, name):
        start, end = (each[key] and timestamp(each[key]) for key in ("from", "until"))
        _apply(run, name, partial(_lies_in, field, start, end))


def _lies_in(field: str, start: datetime | None, end: datetime | None, record: Record) -> bool:
    at = timestamp(record[field])
    return (start is None or start <= at) and (end is None or at <= end)


def _by_custom(run: Run) -> None:
    for each in run.looked_up("searchable"):
        if each["attribute"] is not None:
            name = each["attribute"]["name"]
            _apply(run, each["name"], partial(_has, run.draft["same"], name, each["value"]))


def _has(same: Same, name: str, value: str, record: Record) -> bool:
    return any(same(stored, value) for stored in record["customAttributes"].get(name, ()))


def _by_assignee_name(run: Run) -> None:
    same: Same = run.draft["same"]
    for each in _sent(run, "assignedUserName"):
        users = run.transaction.scan("user")
        ids = frozenset(user["id"] for user in users if same(user["loginId"], each["value"]))
        _apply(run, "assignedUserName", partial(_is_of, ids))


def _is_of(users: frozenset[str], record: Record) -> bool:
    return record["assignee"] in users


def _sent(run: Run, name: str) -> list[Filter]:
    return [each for each in run.looked_up("searchable") if each["name"] == name]


def _apply(run: Run, name: str, test: Test) -> None:
    run.draft["tests"].append(test)
    run.made["applied"].append(name)


SCOPE = (
    Step("search.sees-home-department", _see_home),
    Step("search.sees-foreign-departments", _see_foreign),
    Step("search.sees-shared-departments", _see_shared),
    Step("search.hides-other-departments", _hide_others),
)

FILTERS = (
    Step("search.exact-match", _match_exactly),
    Step("search.all-criteria", _want_all),
    Step("search.by-customer", partial(_by_field, "customer", "customer")),
    Step("search.by-case", partial(_by_field, "case", "case")),
    Step("search.by-status", _by_status),
    Step("search.by-mode", partial(_by_field, "mode", "mode")),
    Step("search.by-assignee", partial(_by_field, "assignedTo", "assignee")),
    Step("search.by-queue", partial(_by_field, "queue", "queue")),
    Step("search.by-created", partial(_by_range, "createdDate", "created")),
    Step("search.by-last-modified", partial(_by_range, "lastModifiedDate", "lastModified")),
    Step("search.by-custom", _by_custom),
    Step("search.by-assignee-name", _by_assignee_name),
    Step("search.by-type", partial(_by_field, "type", "type")),
)
