"""How one answer is judged: acceptances, refusals, looks into the world; and what is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.cases.model import Expect, Look, Refused
from rulebound.contract_tests.cases.values import Resolver
from rulebound.contract_tests.credentials import credential
from rulebound.contract_tests.judging.acceptance import in_words, unmet
from rulebound.contract_tests.judging.looks import look_problems, wanted_look
from rulebound.contract_tests.judging.refusal import deciding_problems, refusal_problems
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import ErrorAnswer, Tolerated

VALUES = Resolver(
    {"a.x": {"id": "1"}}.__getitem__, datetime(2026, 1, 1, tzinfo=UTC), None, str, made="7"
)


def answer(status: int, body: bytes = b"", *headers: tuple[str, str]) -> Answer:
    """An answer in JSON."""
    return Answer(status, (("Content-Type", "application/json"), *headers), body)


@pytest.mark.parametrize(
    ("expect", "given", "says"),
    [
        (Expect(), answer(204), []),
        (Expect(), answer(400), ["the status is 400, not an acceptance"]),
        (Expect(204), answer(200), ["the status is 200, not 204"]),
        (Expect(400, "1"), answer(400, b'{"code":"1"}'), []),
        (Expect(400, "1"), answer(400, b'{"code":"2"}'), ["the code is 2, not 1"]),
        (Expect(200, headers={"A": "x"}), answer(200, b"", ("a", "x")), []),
        (Expect(200, headers={"A": "x"}), answer(200), ["header A is None, not 'x'"]),
        (Expect(200, headers={"A": {"$absent": True}}), answer(200), []),
        (
            Expect(200, headers={"A": {"$absent": True}}),
            answer(200, b"", ("A", "1")),
            ["header A is there and must not be"],
        ),
        (Expect(200, headers={"A": {"$matches": "^x"}}), answer(200, b"", ("A", "xy")), []),
        (Expect(200, body={"id": {"$made": "id"}}), answer(200, b'{"id":"7"}'), []),
        (
            Expect(200, body={"id": {"$of": "a.x"}}),
            answer(200, b'{"id":"7"}'),
            ["/id is '7', not '1'"],
        ),
        (Expect(200, body={}), answer(200), ["the body is empty"]),
        (Expect(200, absent=("/a/b",)), answer(200, b'{"a":{}}'), []),
        (Expect(200, absent=("/a",)), answer(200, b'{"a":1}'), ["/a is there and must not be"]),
    ],
)
def test_an_acceptance_is_held_to_what_is_expected(
    notes: Apis, expect: Expect, given: Answer, says: list[str]
) -> None:
    """Status, code, headers, body and what must be absent are all judged."""
    document = notes.all[0].document
    operation = document.operation("createNote")
    assert list(unmet(expect, given, document, operation, VALUES)) == says


def test_an_expectation_reads_well() -> None:
    """An expectation is told in one line."""
    expect = Expect(200, "c", {"A": {"$matches": "^x"}, "B": "y"}, {"id": "1"}, ("/z",))
    assert in_words(expect) == "200, c, A: like ^x, B: 'y', body {'id': '1'}, without /z"
    assert in_words(Expect()) == "2xx"


def test_another_status_is_another_answer() -> None:
    """An expectation of another status takes nothing over from the baseline's."""
    base = Expect(200, None, {"A": "x"}, {"id": "1"}, ("/z",))
    assert Expect(400).over(base) == Expect(400)
    merged = Expect(headers={"B": "y"}).over(base)
    assert (merged.status, merged.headers, merged.body) == (200, {"A": "x", "B": "y"}, {"id": "1"})


def error(status_basis: str, code_basis: str, *tolerated: Tolerated) -> ErrorAnswer:
    """A documented error of status 400 and code c."""
    return ErrorAnswer(400, "c", {}, {}, status_basis, code_basis, tolerated)


FIRM, LOOSE = error("documented", "derived"), error("vendor", "assumed")


@pytest.mark.parametrize(
    ("status", "code", "declared", "verdict"),
    [
        (400, "c", FIRM, None),
        (400, "d", FIRM, "broken"),
        (400, "d", LOOSE, "differs"),
        (403, "c", FIRM, "broken"),
        (403, "c", LOOSE, "differs"),
        (403, "c", error("documented", "vendor", Tolerated(403)), None),
        (403, "e", error("documented", "vendor", Tolerated(403, "d")), "broken"),
        (400, "d", error("documented", "documented", Tolerated(400, "d")), None),
        (200, None, FIRM, "broken"),
        (200, None, LOOSE, "differs"),
        (200, None, error("documented", "vendor", Tolerated(200)), "broken"),
        (200, None, error("assumed", "vendor", Tolerated(200)), None),
        (500, "c", LOOSE, "broken"),
        (500, "c", error("documented", "vendor", Tolerated(500)), None),
        (403, None, None, "broken"),
    ],
)
def test_the_basis_and_what_is_tolerated_decide(
    status: int, code: str | None, declared: ErrorAnswer | None, verdict: str | None
) -> None:
    """On a deployment another answer is broken, differs or is tolerated, as the document says."""
    given = answer(status)
    found = list(refusal_problems(Refused(400, "c"), given, code, declared, strict=False))
    # What is tolerated is told, and nothing is wrong with it.
    assert [each.verdict.value for each in found if not each.is_note] == (
        [verdict] if verdict else []
    )


@pytest.mark.parametrize(("status", "code"), [(403, "c"), (400, "d"), (200, None), (500, "c")])
def test_a_stub_is_held_to_everything(status: int, code: str | None) -> None:
    """On a stub nothing is tolerated, however weak the basis."""
    loose = error("assumed", "assumed", Tolerated(status))
    found = list(refusal_problems(Refused(400, "c"), answer(status), code, loose, strict=True))
    assert [each.verdict.value for each in found] == ["broken"]


def test_witness_and_document_both_count() -> None:
    """A refusal that the document declares but the witness writer reads otherwise is broken."""
    found = list(refusal_problems(Refused(403), answer(400), "c", FIRM, strict=True))
    assert found[0].says == "answered with 400 (code c), not 400 and 403"


def test_the_deciding_rule_is_told(notes: Apis) -> None:
    """On a stub the rule named in the answer has to be the one under test."""
    rule = notes.all[0].document.rule("note.signed-in")
    assert not list(deciding_problems(rule, answer(401, b"", ("Rulebound-Rule", rule.id))))
    (problem,) = deciding_problems(rule, answer(401))
    assert problem.says == "refused by no rule, not by note.signed-in"


class World:
    """A scene with two records."""

    clean = True

    def records(
        self, seed: str, table: str, where: Mapping[str, Any], fields: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Both, whatever is asked for."""
        return [
            {"id": "1", "n": {"t": "a"}, "x.y": 1},
            {"id": "2", "n": {"t": "b"}, "x.y": 1},
        ]


@pytest.mark.parametrize(
    ("where", "count", "fields", "says"),
    [
        ({"id": "1"}, 1, None, []),
        ({"x.y": 1}, 2, {"x.y": 1}, []),
        ({"n.t": "b"}, None, {"id": "2"}, []),
        ({"id": "3"}, 0, None, []),
        ({"id": "3"}, None, {"n.t": "a"}, ["no such record is there"]),
        ({}, 1, None, ["2 records are there, not 1"]),
        ({"id": "2"}, 1, {"n.t": "a"}, ["t 2 n.t is 'b', not 'a'"]),
        ({"id": {"$of": "a.x"}}, 1, {"n.t.u": {"$null": True}}, []),
    ],
)
def test_a_look_finds_what_is_there(
    where: dict[str, Any], count: int | None, fields: dict[str, Any] | None, says: list[str]
) -> None:
    """Records are chosen and compared by their fields, also inside of them."""
    look = Look("", "t", where, count, fields)
    problems, _ = look_problems(look, World(), "seed", VALUES)  # type: ignore[arg-type]
    assert [each.says for each in problems] == says
    assert wanted_look(look).startswith("table t")


@pytest.mark.parametrize(
    ("api", "operation", "actor", "headers", "secrets"),
    [
        (
            "egain-v3",
            "pickActivities",
            "anna",
            {"Authorization": "Bearer token-anna"},
            ["TOKEN_ANNA"],
        ),
        ("ece-v12", "searchActivities", "anna-console", None, ["SESSION_ANNA_CONSOLE"]),
        ("ece-v12", "logoutUser", "anna", None, ["TOKEN_ANNA"]),
        ("leadsquared-v2", "createAppointment", "liam", None, ["KEY_LIAM", "SECRET_LIAM"]),
    ],
)
def test_each_vendor_gets_its_kind_of_credential(
    api: str, operation: str, actor: str, headers: dict[str, str] | None, secrets: list[str]
) -> None:
    """Tokens, console sessions and access keys go where each vendor wants them."""
    place = next(place for place in shipped() if place.document.name == api)
    found = load_apis([place]).all[0]
    held = credential(found, found.document.operation(operation), actor)
    assert headers is None or held.headers == headers
    assert [name for _, name in held.secrets] == secrets
    assert not held.query
