"""Searching activities: the whole effect, and how its answer is given."""

from __future__ import annotations

from rulebound.mock_server.effects.representation import EXTRAS, SHOWS, SUMMARY, shown
from rulebound.mock_server.effects.search_filters import FILTERS, SCOPE, begin_filters, matches
from rulebound.mock_server.effects.search_pages import ORDER, PAGES, begin_pages, page
from rulebound.mock_server.effects.steps import Effect, Run, Step
from rulebound.mock_server.pieces import Pieces
from rulebound.openapi.request import NO_BODY

SYSTEM_LANGUAGE = "en-US"
_JSON, _XML = "application/json", "application/xml"


def _begin(run: Run) -> None:
    begin_filters(run)
    begin_pages(run)
    run.draft["parts"] = []
    run.draft["root"] = "" if run.root else "/other"
    run.draft["language"] = "en" if run.language.startswith("fr") else "fr"
    run.made |= {
        "selected": [*SUMMARY, *EXTRAS],
        "shown": [],
        "media": _XML if run.media == _JSON else _JSON,
        "root": run.draft["root"],
        "language": "",
        "session": None,
        "status": 200,
    }
    run.answer.media = run.made["media"]
    run.answer.status = 200
    run.answer.body = {"activity": []}


def _return_session(run: Run) -> None:
    session = run.request.header("x-egain-session") or ""
    run.made["session"] = session
    run.answer.headers["X-egain-session"] = session


def _keep_root(run: Run) -> None:
    run.draft["root"] = run.made["root"] = run.root


def _choose_language(run: Run) -> None:
    run.draft["language"] = run.made["language"] = run.language or SYSTEM_LANGUAGE


def _answer_as(run: Run, media: str) -> None:
    run.answer.media = run.made["media"] = media


def _asked(run: Run) -> bool:
    return bool((run.request.header("accept") or "").strip())


def _answer_json(run: Run) -> None:
    if _asked(run) and run.media == _JSON:
        _answer_as(run, _JSON)


def _answer_xml(run: Run) -> None:
    if _asked(run) and run.media == _XML:
        _answer_as(run, _XML)


def _answer_xml_by_default(run: Run) -> None:
    if not _asked(run):
        _answer_as(run, _XML)


def _show_summary(run: Run) -> None:
    run.made["selected"] = list(SUMMARY)


def _show_extras(run: Run) -> None:
    for wanted in run.looked_up("attributes-wanted"):
        name = wanted["name"]
        if name == "all":
            run.made["selected"].extend(EXTRAS)
        elif name.startswith("custom."):
            run.made["selected"].append("customAttributes")
        else:
            run.made["selected"].append(name)


def _find(run: Run) -> None:
    if page(run):
        found = run.made["shown"] = shown(run)
        body = {"activity": [each["sent"] for each in found]}
        if "pagination" in run.made:
            body["paginationInfo"] = run.made["pagination"]
        run.answer.body = body
        run.answer.pieces = Pieces("activity", found)


def _find_nothing(run: Run) -> None:
    if not matches(run):
        _answer_empty(run)


def _find_empty_page(run: Run) -> None:
    if matches(run) and not page(run):
        _answer_empty(run)


def _answer_empty(run: Run) -> None:
    run.answer.body, run.answer.pieces = NO_BODY, None
    run.answer.status = run.made["status"] = 204


EFFECT = Effect(
    begin=_begin,
    steps=(
        Step("search.session-returned", _return_session),
        Step("search.links-keep-root", _keep_root),
        Step("search.display-language", _choose_language),
        Step("search.json-answer", _answer_json),
        Step("search.xml-answer", _answer_xml),
        Step("search.xml-by-default", _answer_xml_by_default),
        *SCOPE,
        *FILTERS,
        *ORDER,
        *PAGES,
        Step("search.summary", _show_summary),
        Step("search.extra-attributes", _show_extras),
        *SHOWS,
        Step("search.found", _find),
        Step("search.nothing-found", _find_nothing),
        Step("search.empty-page", _find_empty_page),
    ),
)
