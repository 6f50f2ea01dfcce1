"""The faults: each a way to answer wrongly by means of a stub that answers rightly."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from properties.faulty_stub import (
    EMAIL,
    PICK,
    SEARCH,
    TASK,
    Exchange,
    Fault,
    showing,
    with_json,
)
from rulebound.contract_tests.wire.message import Answer

FILTERS = ("customer", "case", "status", "mode", "assignedTo", "queue", "assignedUserName")
FILTERS += ("createdDate", "lastModifiedDate", "type")


def _by_id(activities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {each["id"]: each for each in activities}
    return [known[id] for id in sorted(known, key=int)]


def _is_created(exchange: Exchange, answer: Answer) -> bool:
    made = exchange.to(TASK, "POST") or exchange.to(EMAIL, "POST")
    return made and answer.status == 201


def _picked(exchange: Exchange) -> list[str]:
    body = exchange.json()
    items = body.get("activity") if isinstance(body, dict) else None
    if not isinstance(items, list):
        return []
    return [str(item.get("id")) for item in items if isinstance(item, dict)]


def healthy(x: Exchange) -> Answer:
    """No fault at all."""
    return x.pass_on()


def page_overlap(x: Exchange) -> Answer:
    """A page begins with the last activity of the page before."""
    answer = x.pass_on()
    shown, number = x.activities(answer), x.asks("$pagenum")
    if not shown or number in (None, "1"):
        return answer
    before = x.activities(x.with_query(**{"$pagenum": str(int(number or 2) - 1)}))
    return showing(answer, [*(before or [])[-1:], *shown[:-1]])


def prefix_match(x: Exchange) -> Answer:
    """customer finds the customers whose id begins like the value as well."""
    answer = x.pass_on()
    shown, customer = x.activities(answer), x.asks("customer")
    if shown is None or customer is None or not customer.isdigit() or len(customer) > 8:
        return answer
    like = answer if answer.status == 200 else None
    for digit in "0123456789":
        other = x.with_query(customer=customer + digit)
        shown = shown + (x.activities(other) or [])
        like = like or (other if other.status == 200 else None)
    return showing(answer, _by_id(shown), like)


def or_for_and(x: Exchange) -> Answer:
    """What satisfies one of the filters is found."""
    answer = x.pass_on()
    shown = x.activities(answer)
    names = [name for name, _ in x.request.query if name in FILTERS and name != "type"]
    if shown is None or len(names) < 2:
        return answer
    like = answer if answer.status == 200 else None
    for name in names:
        other = x.with_query(**{each: None for each in FILTERS if each != name})
        shown = shown + (x.activities(other) or [])
        like = like or (other if other.status == 200 else None)
    return showing(answer, _by_id(shown)[:75], like)


def partial_commit(x: Exchange) -> Answer:
    """A refused pick still takes those activities that could be taken alone."""
    if not x.to(PICK, "PATCH"):
        return x.pass_on()
    answer, body = x.tried(), x.json()
    if answer.status < 400 or not isinstance(body, dict) or len(_picked(x)) < 2:
        return x.pass_on()
    for item in body["activity"]:
        x.with_body({"activity": [item]})
    after = x.pass_on()
    return replace(answer, headers=after.headers)


def astral_crash(x: Exchange) -> Answer:
    """A character above U+FFFF in a body is too much."""
    text = (x.request.body or b"").decode("utf-8", "ignore")
    if x.request.method == "GET" or all(ord(mark) < 0x10000 for mark in text):
        return x.pass_on()
    body = b'{"code": "500-100", "developerMessage": "The request could not be processed."}'
    return Answer(500, (("Content-Type", "application/json"),), body)


def undeclared_property(x: Exchange) -> Answer:
    """An activity shows something the document does not know."""
    answer = x.pass_on()
    shown = x.activities(answer)
    return showing(answer, [{**each, "rowVersion": 7} for each in shown]) if shown else answer


def lost_update(x: Exchange) -> Answer:
    """The second change of an activity is accepted and forgotten."""
    if not x.to(PICK, "PATCH"):
        return x.pass_on()
    done = x.memory.setdefault(x.world, set())
    answer = x.tried() if done & set(_picked(x)) else x.pass_on()
    if answer.status == 204 and x.request.header("rulebound-scratch") is None:
        done.update(_picked(x))
    return answer


def unstable_sort(x: Exchange) -> Answer:
    """What is equal in the sorted attribute comes in another order each time."""
    answer = x.pass_on()
    shown, key = x.activities(answer), x.asks("$sort")
    with x.lock:
        x.memory["turn"] = x.memory.get("turn", 0) + 1
        turn = x.memory["turn"]
    if not shown or key is None or turn % 2 == 0:
        return answer
    shown = list(shown)
    for place in range(len(shown) - 1):
        if shown[place].get(key) == shown[place + 1].get(key):
            shown[place], shown[place + 1] = shown[place + 1], shown[place]
    return showing(answer, shown)


def empty_200(x: Exchange) -> Answer:
    """Nothing found is answered with 200 and an empty list."""
    answer = x.pass_on()
    if not x.to(SEARCH, "GET") or answer.status != 204:
        return answer
    headers = (*answer.headers, ("Content-Type", "application/json"))
    return replace(answer, status=200, headers=headers, body=b'{"activity": []}')


def invisible(x: Exchange) -> Answer:
    """What was created is not found."""
    answer = x.pass_on()
    made = x.memory.setdefault(x.world, set())
    if _is_created(x, answer):
        made.add((answer.header("location") or "").rpartition("/")[2])
    shown = x.activities(answer)
    if not shown or not made:
        return answer
    return showing(answer, [each for each in shown if each["id"] not in made])


def wrong_owner(x: Exchange) -> Answer:
    """A picked activity belongs to somebody else."""
    answer = x.pass_on()
    taken = x.memory.setdefault(x.world, set())
    if x.to(PICK, "PATCH") and answer.status == 204:
        taken.update(_picked(x))
    shown = x.activities(answer)
    for each in shown or ():
        if each["id"] in taken and "assigned" in each["status"]:
            each["status"]["assigned"]["user"] = {"id": "1103", "loginId": "carl"}
    return showing(answer, shown) if shown and taken else answer


def stale_read(x: Exchange) -> Answer:
    """A search is answered as it was answered the time before."""
    answer = x.pass_on()
    if not x.to(SEARCH, "GET") or answer.status not in (200, 204):
        return answer
    key = (
        x.world,
        x.request.address,
        x.request.header("accept"),
        x.request.header("x-egain-session"),
    )
    with x.lock:
        before = x.memory.get(key, answer)
        x.memory[key] = answer
    return before


def duplicate_id(x: Exchange) -> Answer:
    """The second creation gives the id of the first."""
    answer = x.pass_on()
    if not _is_created(x, answer) or x.request.header("rulebound-scratch"):
        return answer
    with x.lock:
        first = x.memory.setdefault(x.world, answer.header("location"))
    rest = tuple(pair for pair in answer.headers if pair[0].lower() != "location")
    return replace(answer, headers=(*rest, ("Location", first)))


def drops_last(x: Exchange) -> Answer:
    """A list of several activities lacks the last one."""
    answer = x.pass_on()
    shown = x.activities(answer)
    return showing(answer, shown[:-1]) if shown and len(shown) > 1 else answer


def accepts_faulty(x: Exchange) -> Answer:
    """What must be refused with 400 is answered with 200."""
    answer = x.pass_on()
    return replace(answer, status=200) if answer.status == 400 else answer


def unpin_ignored(x: Exchange) -> Answer:
    """unpin=yes is not seen."""
    return (
        x.with_query(unpin=None)
        if x.to(PICK, "PATCH") and x.asks("unpin") == "yes"
        else (x.pass_on())
    )


def pin_ignored(x: Exchange) -> Answer:
    """Pinned activities are taken without unpin=yes."""
    return (
        x.with_query(unpin="yes")
        if x.to(PICK, "PATCH") and x.asks("unpin") is None
        else (x.pass_on())
    )


def past_due_date(x: Exchange) -> Answer:
    """A task may be due in the past."""
    answer = x.pass_on()
    body = x.json()
    if answer.status != 400 or not x.to(TASK, "POST") or not isinstance(body, dict):
        return answer
    if "dueDate" not in body or b"due date" not in answer.body.lower():
        return answer
    return x.with_body({name: value for name, value in body.items() if name != "dueDate"})


def zone_ignored(x: Exchange) -> Answer:
    """The time zone of a due date is forgotten."""
    body = x.json()
    if not x.to(TASK, "POST") or not isinstance(body, dict):
        return x.pass_on()
    date = body.get("dueDate")
    if not isinstance(date, str) or len(date) < 24 or date.endswith("Z"):
        return x.pass_on()
    return x.with_body({**body, "dueDate": f"{date[:23]}Z"})


def shown_an_hour_late(x: Exchange) -> Answer:
    """Dates of change are shown an hour late."""
    answer = x.pass_on()
    shown = x.activities(answer)
    for each in shown or ():
        date = datetime.fromisoformat(each["lastModified"]["date"])
        late = date.replace(hour=(date.hour + 1) % 24)
        each["lastModified"]["date"] = late.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return showing(answer, shown) if shown else answer


def cross_talk(x: Exchange) -> Answer:
    """What one client creates turns up in another client's world."""
    answer = x.pass_on()
    if not x.to(TASK, "POST") or answer.status != 201 or x.request.header("rulebound-scratch"):
        return answer
    with x.lock:
        other = x.memory.get("last")
        x.memory["last"] = x.world
    if other not in (None, x.world):
        rest = [pair for pair in x.request.headers if pair[0].lower() != "rulebound-world"]
        x.pass_on(headers=(*rest, ("Rulebound-World", other)))
    return answer


def stale_accepted(x: Exchange) -> Answer:
    """Who comes too late is told that all went well."""
    answer = x.pass_on()
    late = x.to(PICK, "PATCH") and answer.status == 409
    return replace(answer, status=204, body=b"") if late else answer


def subject_cut(x: Exchange) -> Answer:
    """A subject loses what does not fit in forty bytes."""
    body = x.json()
    if not (x.to(TASK, "POST") or x.to(EMAIL, "POST")) or not isinstance(body, dict):
        return x.pass_on()
    subject = body.get("subject")
    if not isinstance(subject, str) or len(subject) > 255:
        return x.pass_on()
    return x.with_body({**body, "subject": subject.encode()[:40].decode("utf-8", "ignore")})


def order_ignored(x: Exchange) -> Answer:
    """$order=desc sorts up."""
    ordered = x.to(SEARCH, "GET") and x.asks("$order") == "desc"
    return x.with_query(**{"$order": "asc"}) if ordered else x.pass_on()


def miscounted(x: Exchange) -> Answer:
    """paginationInfo counts what is on the page."""
    answer = x.pass_on()
    shown = x.activities(answer)
    body = answer.json() if shown else {}
    if not shown or "paginationInfo" not in body:
        return answer
    return with_json(
        answer, {**body, "paginationInfo": {**body["paginationInfo"], "count": len(shown)}}
    )


def anybody(x: Exchange) -> Answer:
    """Who sends no credential is taken for Anna."""
    names = {name.lower() for name, _ in x.request.headers}
    if names & {"authorization", "x-egain-session", "x-lsq-accesskey"}:
        return x.pass_on()
    return x.pass_on(headers=(*x.request.headers, ("Authorization", "Bearer token-anna")))


def no_location(x: Exchange) -> Answer:
    """Nothing says what was created."""
    answer = x.pass_on()
    rest = tuple(pair for pair in answer.headers if pair[0].lower() != "location")
    return replace(answer, headers=rest)


def garbled(x: Exchange) -> Answer:
    """A long answer to a search breaks off."""
    answer = x.pass_on()
    long = x.to(SEARCH, "GET") and len(answer.body) > 4000
    return replace(answer, body=answer.body[:4000]) if long else answer


def mixtures_refused(x: Exchange) -> Answer:
    """Two filters are one too many."""
    filters = [name for name, _ in x.request.query if name in FILTERS]
    if not x.to(SEARCH, "GET") or len(filters) < 2:
        return x.pass_on()
    return x.with_query(nonsense="1")


def range_from_the_start(x: Exchange) -> Answer:
    """A range begins with the first match, wherever it should."""
    ranged = x.to(SEARCH, "GET") and x.asks("$rangestart") is not None
    return x.with_query(**{"$rangestart": "1"}) if ranged else x.pass_on()


def range_with_pagination(x: Exchange) -> Answer:
    """An answer by range says where it stands in pages."""
    answer = x.pass_on()
    shown = x.activities(answer)
    if not shown or x.asks("$rangesize") is None:
        return answer
    return with_json(answer, {**answer.json(), "paginationInfo": {"count": 1}})


def sort_loses(x: Exchange) -> Answer:
    """Sorted by its due date, what has none is left out."""
    answer = x.pass_on()
    shown = x.activities(answer)
    if not shown or x.asks("$sort") != "dueDate":
        return answer
    return showing(answer, [each for each in shown if "dueDate" in each])


def fickle(x: Exchange) -> Answer:
    """The subject is in small letters every other time."""
    answer = x.pass_on()
    shown = x.activities(answer)
    with x.lock:
        x.memory["turn"] = x.memory.get("turn", 0) + 1
        turn = x.memory["turn"]
    if not shown or turn % 2:
        return answer
    return showing(answer, [{**each, "subject": each["subject"].lower()} for each in shown])


def xml_backwards(x: Exchange) -> Answer:
    """In XML everything comes the other way round."""
    wants_xml = x.request.header("accept") == "application/xml"
    if x.to(SEARCH, "GET") and wants_xml and x.asks("$sort") is None:
        return x.with_query(**{"$sort": "id", "$order": "desc"})
    return x.pass_on()


def unknown_finds_all(x: Exchange) -> Answer:
    """A customer who is not known is no filter."""
    answer = x.pass_on()
    if not x.to(SEARCH, "GET") or answer.status != 204 or x.asks("customer") is None:
        return answer
    return x.with_query(customer=None, createdDate="[1970-01-01T00:00:00.000Z,]")


def other_code(x: Exchange) -> Answer:
    """Refusals carry a code that nothing says."""
    answer = x.pass_on()
    if answer.status != 400 or answer.media_type != "application/json":
        return answer
    return replace(answer, body=answer.body.replace(b'"400-', b'"400-9'))


def other_rule(x: Exchange) -> Answer:
    """What refuses is told wrongly."""
    answer = x.pass_on()
    kept = tuple(pair for pair in answer.headers if pair[0].lower() != "rulebound-rule")
    return replace(answer, headers=kept)


def refused_writes(x: Exchange) -> Answer:
    """What is refused leaves a trace."""
    answer = x.pass_on()
    if answer.status < 400:
        return answer
    kept = tuple(pair for pair in answer.headers if pair[0].lower() != "rulebound-digest")
    return replace(answer, headers=(*kept, ("Rulebound-Digest", "another")))


def valid_refused(x: Exchange) -> Answer:
    """A subject in another script is refused."""
    body = x.json()
    subject = body.get("subject") if isinstance(body, dict) else None
    if not isinstance(subject, str) or subject.isascii():
        return x.pass_on()
    return x.with_body({**body, "subject": 7})


FAULTS: dict[Fault, tuple[str, ...]] = {
    page_overlap: ("searching.pages",),
    prefix_match: ("searching.exact",),
    or_for_and: ("searching.narrows",),
    partial_commit: ("machine.play",),
    astral_crash: ("drawing.accepts",),
    undeclared_property: ("conforming.answers",),
    lost_update: ("machine.play",),
    unstable_sort: ("searching.sorts",),
    empty_200: ("searching.nothing",),
    invisible: ("machine.play", "keeping.created"),
    wrong_owner: ("machine.play", "racing.picks"),
    stale_read: ("machine.play",),
    duplicate_id: ("machine.play", "racing.creates"),
    drops_last: ("searching.selects",),
    accepts_faulty: ("drawing.refuses", "conforming.nonsense"),
    unpin_ignored: ("drawing.agrees pickActivities",),
    pin_ignored: ("drawing.refuses pickActivities",),
    past_due_date: ("machine.play",),
    zone_ignored: ("keeping.created",),
    shown_an_hour_late: ("searching.selects",),
    cross_talk: ("racing.worlds",),
    stale_accepted: ("machine.play", "racing.picks"),
    subject_cut: ("machine.play", "keeping.created"),
    order_ignored: ("searching.sorts",),
    miscounted: ("searching.pages",),
    anybody: ("drawing.refuses createTaskActivity",),
    no_location: ("conforming.answers",),
    garbled: ("searching.selects",),
    mixtures_refused: ("searching.narrows",),
    range_from_the_start: ("searching.ranges",),
    range_with_pagination: ("searching.ranges",),
    sort_loses: ("searching.sorts",),
    fickle: ("searching.repeats",),
    xml_backwards: ("searching.repeats",),
    unknown_finds_all: ("searching.nothing",),
    other_code: ("drawing.refuses",),
    other_rule: ("drawing.refuses",),
    refused_writes: ("drawing.refuses", "conforming.nonsense"),
    valid_refused: ("drawing.accepts createTaskActivity", "machine.play"),
}
"""Every fault, and properties made to find it; of one operation where the fault is one's own."""
