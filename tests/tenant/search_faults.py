"""The faults of searching that can be switched on; the search modules ask for them by name."""

from __future__ import annotations

from tenant.faults import Fault

_FAULTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "search-prefix-match": (
        "A value matches what begins with it.",
        ("search.exact-match", "search.by-customer"),
    ),
    "search-ignores-case": ("Names and values match in any case.", ("search.exact-match",)),
    "search-any-criterion": ("One of several filters is enough.", ("search.all-criteria",)),
    "search-open-ended-range": (
        "The end of a range of dates does not belong to it.",
        ("search.by-created", "search.by-last-modified"),
    ),
    "search-page-overlap": (
        "A page begins with the last activity of the page before.",
        ("search.pages", "search.ranges"),
    ),
    "search-short-page": (
        "A page holds one activity less than asked for.",
        ("search.pages", "search.ranges", "search.default-page"),
    ),
    "search-unstable-sort": (
        "What is equal in the sorted attribute comes in another order on another page.",
        ("search.sorts", "search.descending", "search.pages"),
    ),
    "search-ids-as-texts": (
        "Ids are put in order as texts.",
        ("search.default-order", "search.sorts"),
    ),
    "search-ignores-order": ("$order=desc changes nothing.", ("search.descending",)),
    "search-total-of-page": (
        "paginationInfo counts the activities of the page.",
        ("search.pagination-info",),
    ),
    "search-range-paged": (
        "An answer by range carries paginationInfo.",
        ("search.no-pagination-for-ranges",),
    ),
    "search-xml-unescaped": (
        "Signs are not escaped in XML.",
        ("search.xml-answer", "search.shows-subject", "search.shows-customer"),
    ),
    "search-english-only": (
        "Display values are English in every language.",
        ("search.display-language",),
    ),
    "search-links-lose-root": ("Links lack the context root.", ("search.links-keep-root",)),
    "search-no-session-header": (
        "The answer does not name the session.",
        ("search.session-returned",),
    ),
    "search-undeclared-property": (
        "The first activity shows what is kept inside, and a number as its subject.",
        ("search.summary", "search.shows-subject", "search.found"),
    ),
    "search-empty-is-200": (
        "Nothing found is answered by 200 and an empty list.",
        ("search.nothing-found", "search.empty-page"),
    ),
    "search-without-console": (
        "The action for the console is not asked for.",
        ("search.console-view",),
    ),
    "search-every-department": (
        "Activities of every department are found.",
        ("search.hides-other-departments",),
    ),
    "search-nothing-shared": (
        "Activities of departments that share theirs are hidden.",
        ("search.sees-shared-departments",),
    ),
    "search-any-value": (
        "Values outside their list find nothing instead of being refused.",
        (
            "search.status-values",
            "search.mode-values",
            "search.type-values",
            "search.ids-are-numbers",
            "search.range-shape",
        ),
    ),
    "search-any-size": ("Pages may hold more than 75.", ("search.size-at-most-75",)),
    "search-type-alone": ("type needs no other filter.", ("search.type-not-alone",)),
}
SEARCH_FAULTS = tuple(
    Fault(name, says, "searchActivities", rules) for name, (says, rules) in _FAULTS.items()
)
