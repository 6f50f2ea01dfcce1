"""Searching activities: which departments are seen, and what each filter selects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from rulebound.fixtures import Among
from rulebound.mock_server.effects.steps import Record, Run, Step
from rulebound.openapi.expressions.values import timestamp

Sieve = Callable[[list[Record]], list[Record]]
"""Activities -> those of them that pass one filter, in the order they came in."""
Same = Callable[[str | None, str], bool]
Filter = Mapping[str, Any]
_OPEN = Among("status", frozenset({"completed"}), inside=False)


def matches(run: Run) -> list[Record]:
    """The activities seen that pass the filters applied so far, by id; found once, then kept."""
    if "matches" not in run.draft:
        draft, visible = run.draft, run.draft["visible"]
        if draft["combine"] is _pass_all:
            among = draft["among"] if visible is None else [*draft["among"], visible]
            found = run.transaction.select("activity", draft["exact"], among)
            found = _pass_all(draft["sieves"], found)
        else:
            exact = [partial(_is, *each) for each in draft["exact"].items()]
            sieves = [*exact, *(each.of for each in draft["among"]), *draft["sieves"]]
            found = run.transaction.select("activity", {}, [])
            found = _pass_any(sieves, found) if sieves else found
            found = found if visible is None else visible.of(found)
        draft["matches"] = found
        run.made["total"] = len(found)
    kept: list[Record] = run.draft["matches"]
    return kept


def _pass_all(sieves: list[Sieve], records: list[Record]) -> list[Record]:
    for sieve in sieves:
        records = sieve(records)
    return records


def _pass_any(sieves: list[Sieve], records: list[Record]) -> list[Record]:
    passed = {id(each) for sieve in sieves for each in sieve(records)}
    return [each for each in records if id(each) in passed]


def begin_filters(run: Run) -> None:
    """Everything is seen, values match by their beginning, and one filter is enough."""
    run.draft |= {
        "visible": None,
        "exact": {},
        "among": [],
        "sieves": [],
        "combine": _pass_any,
        "same": _begins,
    }
    run.made |= {"departments": [], "applied": []}


def _see_home(run: Run) -> None:
    run.made["departments"].append(run.actor["home"])


def _see_foreign(run: Run) -> None:
    run.made["departments"].extend(run.actor["foreign"])


def _see_shared(run: Run) -> None:
    run.made["departments"].extend(run.looked_up("departments-sharing"))


def _hide_others(run: Run) -> None:
    run.draft["visible"] = Among("department", frozenset(run.made["departments"]))


def _begins(stored: str | None, sent: str) -> bool:
    return stored is not None and stored.startswith(sent)


def _equals(stored: str | None, sent: str) -> bool:
    return stored == sent


def _match_exactly(run: Run) -> None:
    run.draft["same"] = _equals


def _want_all(run: Run) -> None:
    run.draft["combine"] = _pass_all


def _by_field(name: str, field: str, run: Run) -> None:
    for each in _sent(run, name):
        same, value = run.draft["same"], each["value"]
        run.made["applied"].append(name)
        if same is not _equals:
            run.draft["sieves"].append(partial(_is_like, same, field, value))
        elif run.draft["exact"].setdefault(field, value) != value:
            run.draft["among"].append(Among(field, frozenset({value})))


def _is(field: str, value: str, records: list[Record]) -> list[Record]:
    return [each for each in records if each[field] == value]


def _is_like(same: Same, field: str, value: str, records: list[Record]) -> list[Record]:
    return [each for each in records if same(each[field], value)]


def _by_status(run: Run) -> None:
    for each in _sent(run, "status"):
        status, _, substatus = each["value"].partition(":")
        if status == "open":
            run.draft["among"].append(_OPEN)
        elif not substatus:
            run.draft["among"].append(Among("status", frozenset({status})))
        else:
            run.draft["sieves"].append(partial(_has_status, status, substatus))
        run.made["applied"].append("status")


def _has_status(status: str, substatus: str, records: list[Record]) -> list[Record]:
    return _is("substatus", substatus, _is("status", status, records))


def _by_range(name: str, field: str, run: Run) -> None:
    for each in _sent(run, name):
        start, end = (each[key] and timestamp(each[key]) for key in ("from", "until"))
        _apply(run, name, partial(_lies_in, field, start, end))


def _lies_in(
    field: str, start: datetime | None, end: datetime | None, records: list[Record]
) -> list[Record]:
    def lies(at: datetime) -> bool:
        return (start is None or start <= at) and (end is None or at <= end)

    return [each for each in records if lies(timestamp(each[field]))]


def _by_custom(run: Run) -> None:
    for each in run.looked_up("searchable"):
        if each["attribute"] is not None:
            name = each["attribute"]["name"]
            _apply(run, each["name"], partial(_has, run.draft["same"], name, each["value"]))


def _has(same: Same, name: str, value: str, records: list[Record]) -> list[Record]:
    return [
        each
        for each in records
        if any(same(stored, value) for stored in each["customAttributes"].get(name, ()))
    ]


def _by_assignee_name(run: Run) -> None:
    same: Same = run.draft["same"]
    for each in _sent(run, "assignedUserName"):
        users = run.transaction.scan("user")
        ids = frozenset(user["id"] for user in users if same(user["loginId"], each["value"]))
        _apply(run, "assignedUserName", partial(_is_of, ids))


def _is_of(users: frozenset[str], records: list[Record]) -> list[Record]:
    return [each for each in records if each["assignee"] in users]


def _sent(run: Run, name: str) -> list[Filter]:
    return [each for each in run.looked_up("searchable") if each["name"] == name]


def _apply(run: Run, name: str, sieve: Sieve) -> None:
    run.draft["sieves"].append(sieve)
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
