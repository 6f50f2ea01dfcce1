"""Search activities, read a second time: one plain predicate a sentence (statements S1 to S50)."""

from __future__ import annotations

from datetime import datetime

from rulebound.contract_tests.reading import Situation, reads

NAMED_FILTERS = {
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
}
OFFERED = {
    "all",
    "created",
    "createdBy",
    "payload",
    "lastDepartment",
    "contactPointData",
    "userLastWorked",
    "classifications",
    "language",
}
CUSTOM = "custom."


def _filters(case: Situation) -> set[str]:
    """The names of the filters sent."""
    return {name for name in case.query if name in NAMED_FILTERS or name.startswith(CUSTOM)}


def _wanted(case: Situation) -> list[str]:
    """The names in $attribute; an empty list asks for the summary set."""
    sent = case.query.get("$attribute", "")
    return sent.split(",") if sent else []


def _encryption(case: Situation) -> dict[str, bool]:
    """Custom attributes of activities: whether each is encrypted."""
    return {
        CUSTOM + record["name"]: record["encrypted"]
        for record in case.table("attribute").values()
        if record["on"] == "activity"
    }


def _is_moment(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return False
    return True


@reads("search.range-real-dates")
def range_real_dates(case: Situation) -> bool:
    """S12, S13: an end that is left open is no date."""
    ranges = [case.query.get("createdDate", ""), case.query.get("lastModifiedDate", "")]
    ends = [end for sent in ranges for end in sent.strip("[]").split(",") if end]
    return all(_is_moment(end) for end in ends)


@reads("search.filter-needed")
def filter_needed(case: Situation) -> bool:
    """S28: common parameters select nothing."""
    return bool(_filters(case))


@reads("search.type-not-alone")
def type_not_alone(case: Situation) -> bool:
    """S17."""
    return _filters(case) != {"type"}


@reads("search.pages-or-ranges")
def pages_or_ranges(case: Situation) -> bool:
    """S29."""
    pages = {"$pagenum", "$pagesize"} & set(case.query)
    ranges = {"$rangestart", "$rangesize"} & set(case.query)
    return not pages or not ranges


@reads("search.order-needs-sort")
def order_needs_sort(case: Situation) -> bool:
    """S29."""
    return "$sort" in case.query or "$order" not in case.query


@reads("search.attribute-values")
def attribute_values(case: Situation) -> bool:
    """S34, A-59: which custom attributes there are is another sentence's matter."""
    for name in _wanted(case):
        if name not in OFFERED and (not name.startswith(CUSTOM) or name == CUSTOM):
            return False
    return True


@reads("search.custom-filter-known")
def custom_filter_known(case: Situation) -> bool:
    """S14, A-45."""
    sent = {name for name in case.query if name.startswith(CUSTOM)}
    return sent <= set(_encryption(case))


@reads("search.custom-sort-known")
def custom_sort_known(case: Situation) -> bool:
    """S29."""
    sort = case.query.get("$sort", "")
    return not sort.startswith(CUSTOM) or sort in _encryption(case)


@reads("search.custom-attribute-known")
def custom_attribute_known(case: Situation) -> bool:
    """S34."""
    wanted = {name for name in _wanted(case) if name.startswith(CUSTOM)}
    return wanted <= set(_encryption(case))


@reads("search.console-view")
def console_view(case: Situation) -> bool:
    """S23."""
    return "Console.View" in case.actor["actions"]


@reads("search.licences")
def licences(case: Situation) -> bool:
    """S24, A-42: what is installed holds for global users alone."""
    held = case.settings["licences"] if case.actor["global"] else case.actor["licences"]
    return set(case.settings["searchLicences"]) <= set(held)


@reads("search.custom-not-encrypted")
def custom_not_encrypted(case: Situation) -> bool:
    """S14: an attribute that does not exist is another sentence's matter."""
    encrypted = _encryption(case)
    return not any(encrypted.get(name, False) for name in case.query)
