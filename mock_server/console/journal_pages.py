"""What was asked of a world: the live list of requests, and each of them explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from rulebound.mock_server.console.drafts import draft
from rulebound.mock_server.console.frame import Room, number_of, page
from rulebound.mock_server.console.paging import sheet
from rulebound.mock_server.control.journals import chosen, entry_of
from rulebound.mock_server.explaining.view import explained
from rulebound.mock_server.journal import MOST_ENTRIES, Entry
from rulebound.mock_server.typical import typical_actor
from rulebound.mock_server.worlds import ServedWorld

ENTRIES_ON_PAGE = 100
STATUSES = {"2xx": "2xx accepted", "3xx": "3xx", "4xx": "4xx refused", "5xx": "5xx failed"}
_JUDGED = ("kept", "broken")


@dataclass(frozen=True, slots=True)
class Phase:
    """The rules of one phase: those that were judged, and by result those that were not."""

    name: str
    judged: Sequence[Mapping[str, Any]]
    others: Mapping[str, Sequence[Mapping[str, Any]]]


def add_journal(views: Blueprint, room: Room) -> None:
    """The pages of requests."""
    known = {api.document.name: api for api in room.apis}

    @views.get("/console/<world>/requests")
    def requests(world: str) -> Response:
        served = room.worlds.get(world)
        asked = {name: request.args.get(name, "") for name in ("operation", "status", "rule")}
        entries = chosen(served.journal, {**asked, "last": str(MOST_ENTRIES)})[::-1]
        found = sheet(entries, number_of("page"), ENTRIES_ON_PAGE)
        return page(
            room,
            served,
            "requests",
            "Requests",
            asked=asked,
            found=found,
            rows=[each.summary() for each in found.items],
            newest=served.journal.newest,
            statuses=STATUSES,
            operations=[each.id for api in room.apis for each in api.document.operations],
            rules=_refusing(served, asked["rule"]),
            example=_example(room, served),
        )

    @views.get("/console/<world>/requests/<number>")
    def one(world: str, number: str) -> Response:
        served = room.worlds.get(world)
        entry = entry_of(served.journal, number)
        told = explained(entry, served.journal.depth(entry.number), known[entry.api], world)
        deciding = next((each for each in told["trace"] if each["result"] == "broken"), None)
        return page(
            room,
            served,
            "request",
            f"{entry.method} {entry.path}",
            section="requests",
            told=told,
            deciding=deciding,
            phases=_phases(told["trace"]),
            counts=_counts(told["trace"]),
            newest=served.journal.newest,
            hints=_hints(room, deciding),
            api=known[entry.api],
        )


def _refusing(served: ServedWorld, chosen: str) -> list[str]:
    """The rules that refused something the journal still knows."""
    entries: Sequence[Entry] = served.journal.last(MOST_ENTRIES)
    return sorted({each.rule for each in entries if each.rule} | ({chosen} - {""}))


def _example(room: Room, served: ServedWorld) -> str:
    """A curl line that makes the first entry of an empty journal."""
    api = room.apis[0]
    operation = api.document.operations[0]
    actors = (typical_actor(api.seed, "user", in_session=flag) for flag in (True, False))
    actor = next((each for each in actors if each is not None), None)
    return draft(api, operation, actor, served.id).curl(request.host_url.rstrip("/"))


def _phases(trace: Sequence[Mapping[str, Any]]) -> list[Phase]:
    names = dict.fromkeys(each["phase"] or "afterwards" for each in trace)
    found = []
    for name in names:
        inside = [each for each in trace if (each["phase"] or "afterwards") == name]
        judged = [each for each in inside if each["result"] in _JUDGED]
        results = dict.fromkeys(each["result"] for each in inside if each not in judged)
        others = {word: [each for each in inside if each["result"] == word] for word in results}
        found.append(Phase(name, judged, others))
    return found


def _counts(trace: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many rules came to each result, the telling ones first."""
    results = [each["result"] for each in trace]
    order = ("broken", "kept", "not concerned", "off", "not reached")
    return {name: results.count(name) for name in order if name in results}


def _hints(room: Room, deciding: Mapping[str, Any] | None) -> list[Mapping[str, str]]:
    """The statements that the deciding rule carries."""
    if deciding is None:
        return []
    pages = (page for api in room.apis for page in api.document.sources)
    return [
        {"id": id, "page": page.title, "section": page.statements[id].section}
        | {"hint": page.statements[id].hint}
        for page in pages
        for id in deciding["source"]
        if id in page.statements
    ]
