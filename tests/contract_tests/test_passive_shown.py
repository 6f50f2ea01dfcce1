"""A rule is called kept by what shows it alone: not by what was not recorded, nor by an answer
that another rule may have given."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rulebound.contract_tests.passive.answering import REFUSED, Answered
from rulebound.contract_tests.passive.declared import Declared, why_unshown
from rulebound.contract_tests.passive.finding import Finding
from rulebound.contract_tests.passive.har import read_har
from rulebound.contract_tests.passive.matching import Exchange, Matcher
from rulebound.contract_tests.passive.standing import EARLIER, SCHEMALESS, Stand, Standing
from rulebound.openapi.model import ErrorAnswer, Rule, Tolerated

from tests.contract_tests.har_recording import Entry, judged, of, picked, the_apis, written

PICK, APPOINTMENT = "/activity/pick", "/Task.svc/Create"
SEVENTY_SIX = [{"id": str(n), "lastModified": "2026-10-03T10:04:00.000Z"} for n in range(76)]


def posted(entry: Entry, body: Any) -> Entry:
    """The entry with another JSON request."""
    text = json.dumps(body)
    entry["request"]["postData"]["text"] = text
    entry["request"]["bodySize"] = len(text)
    return entry


def answered(entry: Entry, status: int, body: Any = None) -> Entry:
    """The entry with another JSON answer, of which a recorder left the body out if it is None."""
    response = entry["response"]
    response["status"], response["bodySize"] = status, 120
    response["headers"] = [{"name": "Content-Type", "value": "application/json"}]
    response["content"] = {"size": 120, "mimeType": "application/json"}
    if body is not None:
        text = json.dumps(body)
        response["content"] |= {"size": len(text), "text": text}
    return entry


def findings(folder: Path, entry: Entry, *stands: Stand) -> list[Finding]:
    """What an exchange shows about the rules that can refuse, standing so."""
    return list(Answered(exchange(folder, entry), stands).findings())


def exchange(folder: Path, entry: Entry) -> Exchange:
    """The exchange of an entry."""
    operations = [(api, op) for api in the_apis().all for op in api.document.operations]
    found = Matcher(operations).match(read_har(written(folder, [entry])).exchanges[0])
    assert found is not None
    return found


def rule(name: str, **error: Any) -> Rule:
    """A rule of the kit's, with parts of its answer changed."""
    all_rules = (r for api in the_apis().all for op in api.document.operations for r in op.rules)
    found = next(each for each in all_rules if each.id == name)
    assert isinstance(found.error, ErrorAnswer)
    return replace(found, error=replace(found.error, **error))


def test_an_answer_without_its_body_shows_no_code(tmp_path: Path) -> None:
    """A refusal whose code was not recorded shows no rule kept that is known by its code."""
    entry = posted(picked(of(PICK, 204)), {"activity": SEVENTY_SIX})
    found = judged(tmp_path, [answered(entry, 400)])
    assert found.rule("pick.at-most-75")["verdict"] == "not reached"
    assert found.rule("pick.at-most-75")["why"] == "the recording has no body of the answer"
    assert found.wrong == {}


def test_a_code_that_was_not_recorded_is_not_told(tmp_path: Path) -> None:
    """What is tolerated with any code is told without one where none was seen."""
    found = judged(tmp_path, [answered(posted(picked(of(APPOINTMENT, 200)), {}), 200)])
    name = found.rule("appointment.name-required")
    assert (name["verdict"], name["why"]) == ("kept", "tolerated: answered with 200 (entry 0)")
    assert "MXMandatoryAttributeMissingException)" not in json.dumps(found.report)


@pytest.mark.parametrize("body", [None, {"ExceptionType": "MXFine"}, {"ExceptionType": "MXOther"}])
def test_a_tolerance_by_code_needs_the_code(tmp_path: Path, body: Any) -> None:
    """An acceptance that is tolerated with one code is not judged where the code is not told."""
    broken = rule(
        "appointment.known-attributes",
        status_basis="assumed",
        tolerates=(Tolerated(200, "MXFine"),),
    )
    entry = answered(picked(of(APPOINTMENT, 200)), 200, body)
    stand = Stand(broken, Standing.BROKEN)
    told = [f.verdict.value for f in findings(tmp_path, entry, stand) if f.rule == broken.id]
    wanted = {None: [], "MXFine": ["kept"], "MXOther": ["differs"]}
    assert told == wanted[body and body["ExceptionType"]]


def test_a_refusal_that_an_open_rule_may_have_given_shows_nothing(tmp_path: Path) -> None:
    """The value of one attribute is wrong, the owner may be unknown, and both have this answer:
    nothing shows which of them was checked."""
    body = {"Name": "x", "TaskType": {"Name": "Visit"}, "OwnerId": "nobody", "NotifyBy": "5"}
    refusal = {
        "Status": "Error",
        "ExceptionType": "MXInvalidInputException",
        "ExceptionMessage": "OwnerId nobody does not exist",
    }
    entry = answered(posted(picked(of(APPOINTMENT, 200)), body), 400, refusal)
    found = judged(tmp_path, [entry])
    assert found.verdict("appointment.notify-by-values") == "not reached"
    assert found.verdict("appointment.refused-for-a-reason") == "kept"
    assert (found.code, found.wrong) == (0, {})


@pytest.mark.parametrize("why", ["needs the world: its records", EARLIER])
def test_only_a_rule_that_alone_explains_a_refusal_is_kept(tmp_path: Path, why: str) -> None:
    """A rule that is broken is shown by a refusal that no other, open for whatever reason, has."""
    entry = picked(of(PICK, 204))
    entry = answered(entry, 400, {"code": "400-152", "developerMessage": "No."})
    broken = Stand(rule("pick.at-most-75", code="400-152"), Standing.BROKEN)
    same = Stand(rule("pick.unpin-value", code="400-152"), Standing.OPEN, why)
    other = Stand(rule("pick.unpin-value", code="400-999"), Standing.OPEN, why)

    def kept(*stands: Stand) -> bool:
        found = findings(tmp_path, entry, *stands)
        return any(each.says == REFUSED for each in found)

    assert kept(broken) and kept(broken, other)
    assert not kept(broken, same)


def test_a_failure_that_a_rule_tolerates_is_no_servers_error(tmp_path: Path) -> None:
    """A 500 by which a rule that is broken, or may be, refuses as well is explained by it."""
    entry = answered(picked(of(APPOINTMENT, 200)), 500, {"ExceptionType": "MXOdd"})
    tolerating = rule("appointment.notify-by-values")
    assert Tolerated(500, None) in tolerating.error.tolerates  # type: ignore[union-attr]
    broken = findings(tmp_path, entry, Stand(tolerating, Standing.BROKEN))
    assert {(each.rule, each.says) for each in broken} >= {
        (tolerating.id, "tolerated: answered with 500 (code MXOdd)")
    }
    assert findings(tmp_path, entry, Stand(tolerating, Standing.OPEN)) == []
    assert [each.rule for each in findings(tmp_path, entry)] == ["appointment.no-server-error"]


def without(entry: Entry, part: str) -> Entry:
    """The entry as a recorder writes it that leaves out a part of the answer."""
    if part == "headers":
        entry["response"]["headers"] = []
        return entry
    return answered(entry, entry["response"]["status"])


@pytest.mark.parametrize("part", ["headers", "body"])
def test_an_answer_that_was_not_recorded_is_not_as_declared(tmp_path: Path, part: str) -> None:
    """Only headers and body together show that an answer is as declared."""
    whole = picked(of(APPOINTMENT, 200))
    assert judged(tmp_path, [whole]).verdict("appointment.answer-as-declared") == "kept"
    found = judged(tmp_path, [without(whole, part)]).rule("appointment.answer-as-declared")
    assert found["verdict"] == "not reached"
    assert found["why"] == f"the recording has no {part} of the answer"


def test_an_answer_without_a_body_may_be_declared_so(tmp_path: Path) -> None:
    """Where the document declares no body and the answer had none, there is nothing to be held."""
    assert judged(tmp_path, [picked(of(PICK, 204))]).verdict("pick.answer-as-declared") == "kept"


def declared_as(name: str, entry: Entry, folder: Path) -> Exchange:
    """An exchange whose operation declares its answer of 200 under another name."""
    found = exchange(folder, entry)
    answers = {name: found.operation.responses["200"]}
    operation = replace(found.operation, responses=answers)
    return replace(found, operation=operation, built=replace(found.built, operation=operation))


@pytest.mark.parametrize("name", ["200", "2XX", "default"])
def test_a_body_is_held_against_whatever_declares_it(tmp_path: Path, name: str) -> None:
    """The schema of an answer is found by its status, its hundred, or the default."""
    right = picked(of(APPOINTMENT, 200))
    said = Declared().findings(declared_as(name, right, tmp_path))
    assert [each.verdict.value for each in said] == ["kept"]
    wrong = answered(right, 200, {"Status": 7})
    said = Declared().findings(declared_as(name, wrong, tmp_path))
    assert {each.verdict.value for each in said} == {"broken"}


def test_a_body_without_a_schema_shows_nothing(tmp_path: Path) -> None:
    """An answer that the document does not describe is not called as declared."""
    bare = declared_as("default", picked(of(APPOINTMENT, 200)), tmp_path)
    content = {"application/json": {}}
    bare.operation.responses["default"] = {"description": "", "content": content}  # type: ignore[index]
    assert list(Declared().findings(bare)) == []
    assert why_unshown(bare) == SCHEMALESS


def test_a_text_is_no_broken_json(tmp_path: Path) -> None:
    """A body that is declared as text, neither JSON nor XML, is held against nothing."""
    entry = answered(picked(of(APPOINTMENT, 200)), 200, "a,b")
    entry["response"]["headers"] = [{"name": "Content-Type", "value": "text/csv"}]
    csv = declared_as("200", entry, tmp_path)
    content = {"text/csv": {"schema": {"type": "string"}}}
    csv.operation.responses["200"] = {"description": "", "content": content}  # type: ignore[index]
    # What Schemathesis says of it goes by the document itself, which declares JSON.
    said = [finding.says for finding in Declared().findings(csv)]
    assert "the body is not text/csv" not in said
    assert why_unshown(csv) == SCHEMALESS


def test_a_general_rule_is_no_tolerance(tmp_path: Path) -> None:
    """Where nothing was refused, nothing shows whether refusals have a reason."""
    rule = judged(tmp_path, [picked(of(PICK, 204))]).rule("pick.refused-for-a-reason")
    assert (rule["verdict"], rule["why"]) == ("not reached", "not met in the recording")
