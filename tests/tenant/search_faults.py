"""The faults of searching that can be switched on; the search modules ask for them by name."""

from __future__ import annotations

from tenant.faults import Fault

# name: what is wrong, the rules it breaks, and the properties that show it: a fault without any
# only leaves a rule out
_FAULTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "search-prefix-match": (
        "A value matches what begins with it.",
        ("search.exact-match", "search.by-customer"),
        ("searching.exact-match", "searching.shows-only-what-matches"),
    ),
    "search-ignores-case": (
        "Names and values match in any case.",
        ("search.exact-match",),
        ("searching.exact-match", "searching.shows-only-what-matches"),
    ),
    "search-any-criterion": (
        "One of several filters is enough.",
        ("search.all-criteria",),
        ("searching.and-is-intersection", "searching.shows-only-what-matches"),
    ),
    "search-open-ended-range": (
        "The end of a range of dates does not belong to it.",
        ("search.by-created", "search.by-last-modified"),
        ("searching.finds-all-that-match",),
    ),
    "search-page-overlap": (
        "A page begins with the last activity of the page before.",
        ("search.pages", "search.ranges"),
        ("searching.pages-make-the-whole", "searching.range-is-a-slice"),
    ),
    "search-short-page": (
        "A page holds one activity less than asked for.",
        ("search.pages", "search.ranges", "search.default-page"),
        ("searching.pages-make-the-whole", "searching.range-is-a-slice"),
    ),
    "search-unstable-sort": (
        "What is equal in the sorted attribute comes in another order on another page.",
        ("search.sorts", "search.descending", "search.pages"),
        ("searching.sorts", "searching.sorting", "searching.pages-make-the-whole"),
    ),
    "search-ids-as-texts": (
        "Ids are put in order as texts.",
        ("search.default-order", "search.sorts"),
        ("searching.sorts", "searching.sorting"),
    ),
    "search-ignores-order": (
        "$order=desc changes nothing.",
        ("search.descending",),
        ("searching.sorts", "searching.sorting"),
    ),
    "search-total-of-page": (
        "paginationInfo counts the activities of the page.",
        ("search.pagination-info",),
        ("searching.pagination-info",),
    ),
    "search-range-paged": (
        "An answer by range carries paginationInfo.",
        ("search.no-pagination-for-ranges",),
        ("searching.pagination-info",),
    ),
    "search-xml-unescaped": (
        "Signs are not escaped in XML.",
        ("search.xml-answer", "search.shows-subject", "search.shows-customer"),
        ("searching.is-answered", "conforming.as-declared"),
    ),
    "search-english-only": (
        "Display values are English in every language.",
        ("search.display-language",),
        (),
    ),
    "search-links-lose-root": (
        "Links lack the context root.",
        ("search.links-keep-root",),
        (),
    ),
    "search-no-session-header": (
        "The answer does not name the session.",
        ("search.session-returned",),
        (),
    ),
    "search-undeclared-property": (
        "The first activity shows what is kept inside, and a number as its subject.",
        ("search.summary", "search.shows-subject", "search.found"),
        ("conforming.as-declared", "conforming.nothing-undeclared"),
    ),
    "search-empty-is-200": (
        "Nothing found is answered by 200 and an empty list.",
        ("search.nothing-found", "search.empty-page"),
        ("conforming.as-declared", "searching.is-answered"),
    ),
    "search-without-console": (
        "The action for the console is not asked for.",
        ("search.console-view",),
        (),
    ),
    "search-every-department": (
        "Activities of every department are found.",
        ("search.hides-other-departments",),
        (),
    ),
    "search-nothing-shared": (
        "Activities of departments that share theirs are hidden.",
        ("search.sees-shared-departments",),
        (),
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
        (),
    ),
    "search-any-size": (
        "Pages may hold more than 75.",
        ("search.size-at-most-75",),
        (),
    ),
    "search-type-alone": (
        "type needs no other filter.",
        ("search.type-not-alone",),
        (),
    ),
}
SEARCH_FAULTS = tuple(
    Fault(name, says, "searchActivities", rules + shown, behaviour=bool(shown))
    for name, (says, rules, shown) in _FAULTS.items()
)
