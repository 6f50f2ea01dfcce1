"""What happened in a world, on request: a list, one request explained, the smallest change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, jsonify, request
from rulebound.mock_server.api import Api
from rulebound.mock_server.explaining.asked import Asked
from rulebound.mock_server.explaining.smallest import Advisor
from rulebound.mock_server.explaining.view import explained
from rulebound.mock_server.journal import Entry, Journal
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal, Worlds
from rulebound.openapi.listing import statements

Answered = Response | tuple[Response | str, int]
_CLASS = {"2xx": 2, "3xx": 3, "4xx": 4, "5xx": 5}


def journal_views(apis: Sequence[Api], worlds: Worlds, advisor: Advisor | None) -> Blueprint:
    """The addresses of journals; changes are looked for where there is an `advisor`."""
    views = Blueprint("journals", __name__)
    known = {api.document.name: api for api in apis}

    @views.get("/worlds/<id>/journal")
    def journal(id: str) -> Answered:
        found = chosen(worlds.get(id).journal, request.args.to_dict())
        if request.args.get("form") == "summary":
            return jsonify(entries=[each.summary() for each in found])
        return jsonify(entries=[each.as_json() for each in found])

    @views.get("/worlds/<id>/journal/<number>")
    def one(id: str, number: str) -> Answered:
        journal = worlds.get(id).journal
        entry = entry_of(journal, number)
        api = known[entry.api]
        told = explained(entry, journal.depth(entry.number), api, id)
        cited = {each: None for one in told["trace"] for each in one["source"]}
        return jsonify({**told, "statements": statements(api.document, cited)})

    if advisor is not None:

        @views.post("/worlds/<id>/journal/<number>/change")
        def change(id: str, number: str) -> Answered:
            found = advisor.change(asked_of(worlds.get(id), number), id)
            return jsonify(found.as_json(request.host_url.rstrip("/")))

    return views


def asked_of(served: ServedWorld, number: str) -> Asked:
    """The request of this number as it came. Raises WorldRefusal 404 for one that is forgotten."""
    entry = entry_of(served.journal, number)
    depth = served.journal.depth(entry.number)
    if depth is None:
        instead = "send it once more: the journal keeps the bodies of the newest ones only"
        raise WorldRefusal(404, f"what request {entry.number} sent is forgotten", instead)
    path = depth.root + depth.address
    return Asked(entry.method, path, depth.query, depth.headers, depth.body, entry.injected)


def chosen(journal: Journal, asked: dict[str, str]) -> list[Entry]:
    """The entries asked for, the newest at the end.

    `asked`: last (how many at most, 50), after (a number), operation, status (404 or 4xx), rule.
    Raises WorldRefusal 400 for what is none of these.
    """
    last = _number(asked, "last", 50)
    after = _number(asked, "after", 0)
    found = journal.after(after)
    for test in _tests(asked):
        found = [entry for entry in found if test(entry)]
    return found[max(0, len(found) - last) :]


def entry_of(journal: Journal, number: str) -> Entry:
    """The entry of this number, `last` for the newest. Raises WorldRefusal 404."""
    entry = None
    if number == "last":
        entry = next(iter(journal.last(1)), None)
    elif number.isdecimal():
        entry = journal.get(int(number[:12]))
    if entry is None:
        instead = "GET /_rulebound/worlds/{id}/journal lists those there are"
        raise WorldRefusal(404, f"the journal has no request {number!r:.20}", instead)
    return entry


def _tests(asked: dict[str, str]) -> list[Callable[[Entry], bool]]:
    tests: list[Callable[[Entry], bool]] = []
    operation, rule = asked.get("operation"), asked.get("rule")
    status = asked.get("status", "")
    if operation:
        tests.append(lambda entry: entry.operation == operation)
    if rule:
        tests.append(lambda entry: entry.rule == rule)
    if status in _CLASS:
        tests.append(lambda entry: entry.status // 100 == _CLASS[status])
    elif status.isdecimal():
        tests.append(lambda entry: str(entry.status) == status)
    elif status:
        raise WorldRefusal(400, f"status={status!r:.20} is no status", "status=404 or status=4xx")
    return tests


def _number(asked: dict[str, str], name: str, otherwise: int) -> int:
    text = asked.get(name, str(otherwise))
    if not text.isdecimal():
        raise WorldRefusal(400, f"{name}={text!r:.20} is no number", f"{name}=50")
    return int(text[:9])
