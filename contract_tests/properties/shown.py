"""An activity as the search shows it, read as the filters read it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

Shown = Mapping[str, Any]

_PLAIN = {
    "customer": "customer.id",
    "case": "case.id",
    "mode": "mode.value",
    "assignedTo": "status.assigned.user.id",
    "assignedUserName": "status.assigned.user.loginId",
    "queue": "queue.id",
    "type": "type.value",
}
_DATES = {"createdDate": "created", "lastModifiedDate": "lastModified"}


def at(value: Any, path: str) -> Any:
    """What a dotted path leads to; None for nothing."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def listed(value: Any) -> list[Any]:
    """A list as it is; anything else as no items at all."""
    return value if isinstance(value, list) else []


def text_at(value: Any, path: str) -> str | None:
    """The text that a dotted path leads to; None for anything else."""
    found = at(value, path)
    return found if isinstance(found, str) else None


def date_of(activity: Shown, name: str) -> str | None:
    """A date of an activity: an object with a date in the v12 form, a plain text in the newer.

    None for what is no date.
    """
    value = activity.get(name)
    found = value.get("date") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) and _is_date(found) else None


def _is_date(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def number(activity: Shown) -> int:
    """The id as the number it is; 0 for one that is none."""
    id = str(activity.get("id", ""))
    return int(id) if id.isdigit() else 0


def by_number(id: str) -> tuple[int, str]:
    """What sorts ids as the numbers they are, whatever else they may be."""
    return (len(id), id)


def id_of(activity: Shown) -> str:
    """The id as a text."""
    return str(activity.get("id", ""))


def custom_of(activity: Shown) -> dict[str, list[str]]:
    """Custom attributes: name -> values, those of a name that stands twice put together."""
    found: dict[str, list[str]] = {}
    for each in listed(at(activity, "customAttributes.customAttribute")):
        values = listed(at(each, "attribValues.attribValue"))
        found.setdefault(str(at(each, "attribName")), []).extend(
            str(at(value, "value")) for value in values
        )
    return found


def filters_of(activity: Shown, searchable: frozenset[str]) -> dict[str, list[str]]:
    """Every filter that the activity satisfies by what it shows: name -> values."""
    found = {name: [str(at(activity, path))] for name, path in _PLAIN.items() if at(activity, path)}
    status, substatus = text_at(activity, "status.value"), text_at(activity, "status.substatus")
    if status:
        found["status"] = [status] + ([f"{status}:{substatus}"] if substatus else [])
        found["status"] += [] if status == "completed" else ["open"]
    for name, shown in _DATES.items():
        date = date_of(activity, shown)
        if date is not None:
            found[name] = _ranges(date)
    for name, values in custom_of(activity).items():
        if name in searchable and values:
            found[f"custom.{name}"] = values
    return found


def _ranges(date: str) -> list[str]:
    moment = datetime.fromisoformat(date)
    before, after = _iso(moment - timedelta(hours=1)), _iso(moment + timedelta(hours=1))
    return [f"[{date},{date}]", f"[{date},]", f"[,{date}]", f"[{before},{after}]"]


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def satisfies(activity: Shown, name: str, value: str) -> bool:
    """Whether an activity satisfies a filter, by what it shows."""
    if name in _PLAIN:
        return bool(at(activity, _PLAIN[name]) == value)
    if name == "status":
        status = at(activity, "status.value")
        if value == "open":
            return bool(status != "completed")
        return value in (status, f"{status}:{at(activity, 'status.substatus')}")
    if name in _DATES:
        date = date_of(activity, _DATES[name])
        start, _, end = value[1:-1].partition(",")
        return date is not None and (not start or start <= date) and (not end or date <= end)
    return value in custom_of(activity).get(name.removeprefix("custom."), ())


def satisfies_all(activity: Shown, query: Mapping[str, str]) -> bool:
    """Whether an activity satisfies every filter of a query."""
    return all(satisfies(activity, name, value) for name, value in query.items())
