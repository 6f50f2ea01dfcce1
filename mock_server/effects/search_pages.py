"""Searching activities: order, pages and ranges, and what is said about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from rulebound.mock_server.effects.search_filters import matches
from rulebound.mock_server.effects.steps import Record, Run, Step

_PAGES = ("$pagenum", "$pagesize")
_RANGES = ("$rangestart", "$rangesize")
_NUMBERS = ("id", "case")


def page(run: Run) -> list[Record]:
    """The matches on the page asked for; cut once, then kept."""
    if "page" not in run.draft:
        start, size = run.draft["window"]
        end = None if size is None else start - 1 + size
        run.draft["page"] = _ordered(run)[start - 1 : end]
        run.made["from"] = start
    found: list[Record] = run.draft["page"]
    return found


def begin_pages(run: Run) -> None:
    """The greatest id comes first, and nothing is cut off."""
    run.draft["window"] = (1, None)
    run.made["order"] = {"by": "id", "direction": "desc"}


def _ordered(run: Run) -> list[Record]:
    found: list[Record] | None = run.draft.get("ordered")
    return matches(run)[::-1] if found is None else found


def _order_by_id(run: Run) -> None:
    run.draft["ordered"] = matches(run)
    run.made["order"] = {"by": "id", "direction": "asc"}


def _sort(run: Run) -> None:
    wanted = run.looked_up("sort-wanted")
    if wanted is not None:
        _arrange(run, wanted, turned=False)
        run.made["order"] = {"by": wanted["by"], "direction": "asc"}


def _turn_round(run: Run) -> None:
    wanted = run.looked_up("sort-wanted")
    if wanted is not None and wanted["direction"] == "desc":
        _arrange(run, wanted, turned=True)
        run.made["order"] = {"by": wanted["by"], "direction": "desc"}


def _arrange(run: Run, wanted: Mapping[str, Any], *, turned: bool) -> None:
    """Those with a value by it, the others after them; what is equal stays by id."""
    keys = {record["id"]: _sort_key(run, wanted["by"], record) for record in matches(run)}
    ordered = matches(run)
    valued = [record for record in ordered if keys[record["id"]] is not None]
    others = [record for record in ordered if keys[record["id"]] is None]
    valued.sort(key=lambda record: keys[record["id"]], reverse=turned)
    run.draft["ordered"] = valued + others


def _sort_key(run: Run, by: str, record: Record) -> Any:
    if by in _NUMBERS:
        return int(record[by])
    if by == "department":
        department = run.transaction.get("department", record["department"])
        return department["name"] if department else None
    if by.startswith("custom."):
        return record["customAttributes"].get(by.removeprefix("custom."))
    return record[by]


def _cut_page(run: Run) -> None:
    if any(name in run.query for name in _PAGES):
        _cut(run)


def _cut_range(run: Run) -> None:
    if any(name in run.query for name in _RANGES):
        _cut(run)


def _cut_default(run: Run) -> None:
    if not any(name in run.query for name in (*_PAGES, *_RANGES)):
        _cut(run)


def _cut(run: Run) -> None:
    wanted = run.looked_up("page-wanted")
    run.draft["window"] = (wanted["start"], wanted["size"])


def _tell_pagination(run: Run) -> None:
    if page(run):
        wanted = run.looked_up("page-wanted")
        run.made["pagination"] = {
            "count": run.made["total"],
            "pagenum": wanted["number"],
            "pagesize": wanted["size"],
        }


def _link_pages(run: Run) -> None:
    if "pagination" in run.made:
        start, number = run.made["from"], run.made["pagination"]["pagenum"]
        links = []
        if start > 1:
            links.append({"rel": "prev", "href": _page_address(run, number - 1)})
        if start + len(page(run)) <= run.made["total"]:
            links.append({"rel": "next", "href": _page_address(run, number + 1)})
        run.made["pagination"]["link"] = links


def _page_address(run: Run, number: int) -> str:
    pairs = [_pair(*each) for each in run.request.query if each[0] != "$pagenum"]
    path = f"{run.draft['root']}{run.base}{run.operation.path}"
    return f"{path}?{'&'.join([*pairs, _pair('$pagenum', str(number))])}"


def _pair(name: str, value: str) -> str:
    return f"{_quoted(name)}={_quoted(value)}"


def _quoted(text: str) -> str:
    """As a form has it; letters and digits, which most texts are, stay as they are."""
    return text if text.isalnum() and text.isascii() else quote_plus(text)


def _tell_none_for_ranges(run: Run) -> None:
    if run.looked_up("page-wanted")["kind"] == "range":
        run.made.pop("pagination", None)


PAGES = (
    Step("search.pages", _cut_page),
    Step("search.ranges", _cut_range),
    Step("search.default-page", _cut_default),
    Step("search.pagination-info", _tell_pagination),
    Step("search.pagination-links", _link_pages),
    Step("search.no-pagination-for-ranges", _tell_none_for_ranges),
)


ORDER = (
    Step("search.default-order", _order_by_id),
    Step("search.sorts", _sort),
    Step("search.descending", _turn_round),
)
