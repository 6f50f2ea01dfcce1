"""Search activities: `GET /ws/v12/interaction/activity`, from the page's sentences."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tenant import auth, negotiation, search_query, writing
from tenant.search_faults import SEARCH_FAULTS
from tenant.search_filters import matches
from tenant.search_query import Search
from tenant.showing import PATH, Shower
from tenant.state import Record, Tenant
from tenant.wire import Call, Refusal, Reply, refuse

HEADER = "x-egain-session"
SPACE = "http://bindings.egain.com/ws/model/v12/gen/interaction/activity"
ATTRIBUTES = {
    "*": ("id",),
    "link": ("rel", "href"),
    "created": ("date",),
    "lastModified": ("date",),
}


def search(tenant: Tenant, call: Call) -> Reply:
    """200 with a page of activities, or 204."""
    row = auth.session(tenant, call)
    head = () if tenant.has("search-no-session-header") else ((HEADER, row["id"]),)
    try:
        found = _search(tenant, call, tenant.tables["user"][row["user"]])
    except Refusal as refusal:
        raise Refusal(
            refusal.status, refusal.code, refusal.values, refusal.text, (*refusal.headers, *head)
        ) from refusal
    return Reply(found.status, found.body, (*found.headers, *head))


def _search(tenant: Tenant, call: Call, user: Record) -> Reply:
    form = negotiation.accept(call)
    language = negotiation.language(call, required=False)
    wanted = search_query.read(tenant, call)
    _may(tenant, user)
    search_query.check_clear(tenant, wanted)
    rows = [row for row in tenant.tables["activity"].values() if _visible(tenant, user, row)]
    rows = _sorted(tenant, [row for row in rows if matches(tenant, wanted, row)], wanted)
    if tenant.has("search-empty-is-200") or rows[wanted.start : wanted.start + wanted.size]:
        return _answer(tenant, call, rows, wanted, form, language)
    return Reply(204)


def _may(tenant: Tenant, user: Record) -> None:
    if "Console.View" not in user["actions"] and not tenant.has("search-without-console"):
        raise refuse(403, "403-178", "View Agent Console")
    missing = set(tenant.settings["searchLicences"]) - auth.licences(tenant, user)
    if missing:
        raise refuse(403, "403-178", f"Search without {', '.join(sorted(missing))}")


def _visible(tenant: Tenant, user: Record, row: Record) -> bool:
    if tenant.has("search-every-department"):
        return True
    shared = not tenant.has("search-nothing-shared")
    return auth.may_see(tenant, user, row["department"], shared=shared)


def _sorted(tenant: Tenant, rows: list[Record], wanted: Search) -> list[Record]:
    """By the attribute asked for, what lacks it last, equal ones by id."""
    rows = sorted(rows, key=lambda row: int(row["id"]))
    if tenant.has("search-ids-as-texts"):
        rows.sort(key=lambda row: row["id"])
    if wanted.sort is None:
        return rows
    if tenant.has("search-unstable-sort") and wanted.start:
        rows.reverse()
    have = [row for row in rows if _key(tenant, row, wanted.sort) is not None]
    have.sort(key=lambda row: _key(tenant, row, str(wanted.sort)), reverse=wanted.descending)
    return have + [row for row in rows if _key(tenant, row, wanted.sort) is None]


def _key(tenant: Tenant, row: Record, name: str) -> Any:
    if name.startswith("custom."):
        values = row["customAttributes"].get(name[len("custom.") :])
        return values[0] if values else None
    if name == "department":
        return tenant.tables["department"][row["department"]]["name"]
    return int(row[name]) if name in ("id", "case") else row[name]


def _answer(  # noqa: PLR0917 - all that an answer is made of
    tenant: Tenant, call: Call, rows: list[Record], wanted: Search, form: str, language: str
) -> Reply:
    spoken = "en-US" if tenant.has("search-english-only") else language
    prefix = "" if tenant.has("search-links-lose-root") else call.prefix
    shower = Shower(tenant, spoken, prefix, wanted.attributes)
    start = max(0, wanted.start - 1) if tenant.has("search-page-overlap") else wanted.start
    size = wanted.size - 1 if tenant.has("search-short-page") else wanted.size
    shown = [shower.activity(row) for row in rows[start : start + size]]
    data: Record = {"activity": shown}
    if tenant.has("search-undeclared-property"):
        shown[0] |= {"lockedBy": "nobody", "subject": 7}
    if wanted.paged:
        data["paginationInfo"] = _pages(tenant, call, prefix, wanted, len(rows))
    body = writing.document(form, "activities", data, ATTRIBUTES, SPACE)
    if form == "xml" and tenant.has("search-xml-unescaped"):
        body = body.replace(b"&amp;", b"&").replace(b"&lt;", b"<")
    return Reply(200, body, (("content-type", negotiation.MEDIA[form]),))


def _pages(tenant: Tenant, call: Call, prefix: str, wanted: Search, count: int) -> Record:
    links = []
    if wanted.page > 1:
        links.append({"rel": "prev", "href": _href(call, prefix, wanted.page - 1)})
    if wanted.page * wanted.size < count:
        links.append({"rel": "next", "href": _href(call, prefix, wanted.page + 1)})
    told = min(count, wanted.size) if tenant.has("search-total-of-page") else count
    info = {"count": told, "pagenum": wanted.page, "pagesize": wanted.size}
    return info | ({"link": links} if links else {})


def _href(call: Call, prefix: str, page: int) -> str:
    pairs = [(name, value) for name, value in call.query if name != "$pagenum"]
    query = "&".join(
        f"{quote(n, safe='$')}={quote(v, safe=':')}" for n, v in [*pairs, ("$pagenum", str(page))]
    )
    return f"{prefix}{PATH}?{query}"


ROUTES = (("GET", PATH, search),)
FAULTS = SEARCH_FAULTS
