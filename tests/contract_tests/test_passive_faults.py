"""A recorded answer that is not as it should be is put to the rule that it breaks."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rulebound.contract_tests.apis import Api
from rulebound.contract_tests.passive.answering import REASONED, REFUSED
from rulebound.contract_tests.passive.gathering import Gathered
from rulebound.contract_tests.passive.har import read_har
from rulebound.contract_tests.passive.judging import judge
from rulebound.contract_tests.passive.matching import Matcher
from rulebound.openapi.model import Operation

from tests.contract_tests.har_recording import (
    Entry,
    everything,
    judged,
    of,
    picked,
    the_apis,
    written,
)

PICK, SEARCH, TASK = "/activity/pick", "/interaction/activity", "/activity/task"
EMAIL, APPOINTMENT, LOGIN = "/email/general", "/Task.svc/Create", "/user/login"


def answered(status: int, body: Any = None) -> Callable[[Entry], None]:
    """Changes an entry's answer."""

    def change(entry: Entry) -> None:
        response = entry["response"]
        response["status"] = status
        if body is not None or status == 204:
            text = "" if body is None else json.dumps(body)
            kind = [{"name": "Content-Type", "value": "application/json"}] if text else []
            rest = [h for h in response["headers"] if h["name"].lower() != "content-type"]
            response["headers"] = rest + kind
            response["content"] = {"size": len(text), "mimeType": "application/json", "text": text}

    return change


def refused(status: int, code: str) -> Callable[[Entry], None]:
    """Changes an entry's answer to a refusal of eGain or ECE."""
    return answered(status, {"code": code, "developerMessage": "No."})


def sent(**changes: Any) -> Callable[[Entry], None]:
    """Changes elements of an entry's JSON request."""

    def change(entry: Entry) -> None:
        body = json.loads(entry["request"]["postData"]["text"])
        text = json.dumps({**body, **changes})
        entry["request"]["postData"]["text"] = text
        entry["request"]["bodySize"] = len(text)

    return change


def edited(pattern: str, instead: str) -> Callable[[Entry], None]:
    """Replaces a piece of an entry's answer."""

    def change(entry: Entry) -> None:
        content = entry["response"]["content"]
        text, times = re.subn(pattern, instead, content["text"], count=1)
        assert times == 1, content["text"][:2000]
        content["text"], content["size"] = text, len(text.encode())

    return change


def asked(**query: str) -> Callable[[Entry], None]:
    """Adds to an entry's query."""

    def change(entry: Entry) -> None:
        url = entry["request"]["url"]
        more = "&".join(f"${name}={value}" for name, value in query.items())
        entry["request"]["url"] = f"{url}{'&' if '?' in url else '?'}{more}"

    return change


def no_header(name: str) -> Callable[[Entry], None]:
    """Takes a header out of an entry's answer."""

    def change(entry: Entry) -> None:
        response = entry["response"]
        response["headers"] = [h for h in response["headers"] if h["name"].lower() != name]

    return change


_SEVENTY_SIX = [
    {"id": str(number), "lastModified": "2026-10-03T10:04:00.000Z"} for number in range(76)
]
_FOUND = of(SEARCH, 200, "customer=", kind="json")
_FOUND_XML = of(SEARCH, 200, "customer=", kind="xml")

FAULTS: dict[str, tuple[Callable[[Entry], bool], list[Callable[[Entry], None]], dict[str, str]]] = {
    "pick answers 200": (of(PICK, 204), [answered(200)], {"pick.answers-204": "broken"}),
    "pick takes 76": (
        of(PICK, 204),
        [sent(activity=_SEVENTY_SIX)],
        {"pick.at-most-75": "broken"},
    ),
    "pick refuses 76 with 409": (
        of(PICK, 204),
        [sent(activity=_SEVENTY_SIX), refused(409, "400-152")],
        {"pick.at-most-75": "broken"},
    ),
    "pick refuses 76 with a code of its own": (
        of(PICK, 204),
        [sent(activity=_SEVENTY_SIX), refused(400, "400-999")],
        {"pick.at-most-75": "differs"},
    ),
    "pick fails": (
        of(PICK, 204),
        [refused(500, "500-100")],
        {"pick.no-server-error": "broken"},
    ),
    "pick finds no activities in a list of one": (
        of(PICK, 204),
        [refused(400, "400-387")],
        {"pick.at-least-one": "differs"},
    ),
    "pick answers with a status that nobody knows": (
        of(PICK, 204),
        [refused(418, "418-1")],
        {"pick.refused-for-a-reason": "differs"},
    ),
    "pick redirects": (of(PICK, 204), [answered(302)], {"pick.answer-as-declared": "broken"}),
    "pick takes what it does not know": (
        of(PICK, 204),
        [sent(colour="red")],
        {"pick.known-elements": "broken"},
    ),
    "search leaves out the status": (
        _FOUND,
        [edited(r'"status":', '"state":')],
        {"search.shows-status": "broken"},
    ),
    "search leaves out the mode in XML": (
        _FOUND_XML,
        [edited(r"(?s)<mode>.*?</mode>", "")],
        {"search.shows-mode": "broken"},
    ),
    "search shows a number where a text belongs": (
        _FOUND,
        [edited(r'"priority":"(\d)"', r'"priority":\1')],
        {"search.shows-priority": "broken"},
    ),
    "search finds another customer's": (
        _FOUND,
        [edited(r'"customer":\{"id":"\d+"', '"customer":{"id":"999999"')],
        {"search.by-customer": "broken"},
    ),
    "search forgets the session": (
        _FOUND,
        [no_header("x-egain-session")],
        {"search.session-returned": "broken"},
    ),
    "search takes a page of 76": (
        _FOUND,
        [asked(pagesize="76")],
        {"search.size-at-most-75": "differs"},
    ),
    "search sorts without an order to sort by": (
        _FOUND,
        [asked(order="asc")],
        {"search.order-needs-sort": "differs"},
    ),
    "search finds nothing with 200": (
        _FOUND,
        [answered(200, {"activity": []})],
        {"search.nothing-found": "broken"},
    ),
    "search by range tells of pages": (
        of(SEARCH, 200, "rangesize=", kind="json"),
        [edited(r"^\{", '{"paginationInfo":{"count":1},')],
        {"search.no-pagination-for-ranges": "broken"},
    ),
    "search sorts by nothing": (
        of(SEARCH, 200, "customer=", "},{", kind="json"),
        [edited(r'"id":"\d+"', '"id":"99999999"')],
        {"search.default-order": "broken"},
    ),
    "pick does not find the activity": (
        of(PICK, 204),
        [refused(404, "400-194")],
        {"pick.exists": "differs"},
    ),
    "appointment is one too many": (
        of(APPOINTMENT, 200),
        [
            answered(
                503, {"ExceptionType": "MXAPIRateLimitExceededException", "ExceptionMessage": "."}
            )
        ],
        {"appointment.rate-limit": "broken"},
    ),
    "task answers 200": (of(TASK, 201), [answered(200)], {"task.creates": "broken"}),
    "task has no address": (
        of(TASK, 201),
        [no_header("location")],
        {"task.answer-as-declared": "broken"},
    ),
    "task is due yesterday": (
        of(TASK, 201),
        [sent(dueDate="2026-11-20T00:00:00.000Z")],
        {"task.due-date-future": "broken"},
    ),
    "email answers 202": (of(EMAIL, 201), [answered(202)], {"email.created": "broken"}),
    "email of another type": (
        of(EMAIL, 201),
        [sent(type={"value": "task", "subtype": {"value": "general"}})],
        {"email.type-email": "broken"},
    ),
    "appointment has no id": (
        of(APPOINTMENT, 200),
        [answered(200, {"Status": "Success", "Message": {}})],
        {"appointment.answers-id": "broken"},
    ),
    "appointment is no success": (
        of(APPOINTMENT, 200),
        [edited("Success", "Error")],
        {"appointment.answers-id": "broken"},
    ),
    "appointment on a day that does not exist": (
        of(APPOINTMENT, 200),
        [sent(DueDate="2026-02-31 10:00:00")],
        {"appointment.real-dates": "broken"},
    ),
    "login without a password": (
        of(LOGIN, 204),
        [sent(password=None)],
        {"login.plain-types": "differs"},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_by_its_rule(tmp_path: Path, fault: str) -> None:
    """An answer made wrong is put to the rule it breaks and to no other."""
    wanted, changes, wrong = FAULTS[fault]
    entry = picked(wanted)
    for change in changes:
        change(entry)
    found = judged(tmp_path, [entry])
    assert found.wrong == wrong
    assert found.code == (1 if "broken" in wrong.values() else 0)
    rule = found.rule(next(iter(wrong)))
    step = rule["cases"][0]["steps"][0]
    assert step["problems"] and step["request"].startswith("curl -i ")
    assert rule["id"] in found.printed


def _operations() -> list[tuple[Api, Operation]]:
    return [(api, op) for api in the_apis().all for op in api.document.operations]


class Noting(Gathered):
    """What is found, as rule, words and entry."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str, str, bool]] = []

    def put(self, finding: Any) -> None:
        number = finding.exchange.recorded.where
        self.seen.append((finding.rule, finding.says, number, finding.verdict.value != "kept"))


def _judged(folder: Path, entries: list[Entry]) -> list[tuple[str, str, str, bool]]:
    matcher, noting = Matcher(_operations()), Noting()
    found = [matcher.match(each) for each in read_har(written(folder, entries)).exchanges]
    judge((each for each in found if each is not None), noting)
    return noting.seen


def test_what_should_have_been_refused_is_missed(tmp_path: Path) -> None:
    """Every refusal that shows a rule kept shows it broken or differing, or tolerated, once the
    same request is accepted instead; every one that has a reason shows some rule so."""
    entries = [copy.deepcopy(each) for each in everything()[1::4]]
    before = _judged(tmp_path, entries)
    right = {(rule, where) for rule, says, where, _ in before if says == REFUSED}
    reasoned = {where for _, says, where, _ in before if says == REASONED}
    for each in entries:
        if each["response"]["status"] >= 400:
            path = each["request"]["url"]
            status = 201 if "activity/task" in path or "email" in path else 204
            answered(200 if "Task.svc" in path else status)(each)
    after = _judged(tmp_path, entries)
    told = {(rule, where) for rule, says, where, wrong in after if wrong or "tolerated" in says}
    assert len(right) > 30 and len(reasoned) > 250
    assert right - told == set()
    assert reasoned - {where for _, where in told} == set()
