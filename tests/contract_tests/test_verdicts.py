"""Verdicts: a sound server keeps every rule, each fault is told, a deployment is judged fairly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.model import Case, Expect, Look, Sending
from rulebound.contract_tests.judging.bench import Bench, Subject
from rulebound.contract_tests.judging.conduct import conduct
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.judging.statements import statement_verdicts
from rulebound.contract_tests.judging.verdicts import RuleVerdict, exit_code, operation_totals
from rulebound.contract_tests.planning import Selection, missing_roles, plan
from rulebound.contract_tests.proving.bad_targets import always
from rulebound.contract_tests.running import run_plan
from rulebound.contract_tests.targets.deployment import Deployment, plain_deployment
from rulebound.contract_tests.targets.stub import Stub

from tests.contract_tests.notes_server import Notes, serving
from tests.contract_tests.raw_server import answering, behaving

BROKEN, DIFFERS, KEPT = Verdict.BROKEN, Verdict.DIFFERS, Verdict.KEPT
NOT_REACHED = Verdict.NOT_REACHED


@contextmanager
def stub_of(server: Notes) -> Iterator[Stub]:
    """The notes server as a stub with its control plane."""
    with serving(server) as url:
        stub = Stub(url)
        yield stub
        stub.close()


def verdicts_of(
    notes: Apis, target: Stub | Deployment, *rules: str, seed: int = 0, jobs: int = 2
) -> dict[str, RuleVerdict]:
    """Rule id -> its verdict at a target."""
    bench = Bench(notes, target, SchemaConformance(), seed)
    found = run_plan(bench, plan(notes, Selection(rules=rules)), jobs)
    return {verdict.planned.rule.id: verdict for verdict in found}


def at_stub(notes: Apis, *faults: str) -> dict[str, RuleVerdict]:
    """The verdicts of a stub with these faults."""
    with stub_of(Notes(*faults)) as stub:
        return verdicts_of(notes, stub)


def at_deployment(notes: Apis, *faults: str) -> dict[str, RuleVerdict]:
    """The verdicts of the same server as a deployment: no control plane, no rule in its answers."""
    with serving(Notes(*faults, control=False)) as url:
        target = plain_deployment(url, notes)
        found = verdicts_of(notes, target, jobs=1)
        target.close()
        return found


def broken(found: dict[str, RuleVerdict]) -> set[str]:
    """The rules that are broken."""
    return {rule for rule, verdict in found.items() if verdict.verdict is BROKEN}


@pytest.mark.parametrize("seed", range(3))
def test_a_sound_stub_keeps_every_rule(notes: Apis, seed: int) -> None:
    """On a sound stub every rule is kept, whatever the order, and the world is left as it was."""
    server = Notes()
    with stub_of(server) as stub:
        found = verdicts_of(notes, stub, seed=seed)
    assert {rule for rule, each in found.items() if each.verdict is not KEPT} == {
        "note.unexpected-failure",
        "read.path-type",
    }
    assert exit_code(found.values(), strict=True) == 0
    assert set(server.worlds) == {"default"}
    assert server.worlds["default"].tables["note"].keys() == {"100"}


@pytest.mark.parametrize(
    ("fault", "rules", "says"),
    [
        ("one-more", {"note.title-at-most-20", "note.any-title"}, "accepted with 201, not 400"),
        ("lenient-401", {"note.signed-in", "read.signed-in"}, "accepted with 20"),
        ("forgets", {"note.keeps-title", "read.shows-note"}, "/title is '?'"),
    ],
)
def test_a_fault_breaks_its_rules_alone(
    notes: Apis, fault: str, rules: set[str], says: str
) -> None:
    """A fault of the server breaks exactly the rules it touches, and the reason is told."""
    found = at_stub(notes, fault)
    assert broken(found) == rules
    assert all(says in (found[rule].why or "") for rule in rules)
    assert exit_code(found.values(), strict=True) == 1


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("wrong-code", "the code is 400-9, not 401-1"),
        ("wrong-rule", "refused by note.only-known, not by note.signed-in"),
        ("writes-when-refused", "the refused request changed the world"),
        ("undeclared", "'extra' was unexpected"),
    ],
)
def test_a_refusal_is_held_to_everything(notes: Apis, fault: str, says: str) -> None:
    """On a stub the code, the deciding rule, the unchanged world and the schema all count."""
    assert says in (at_stub(notes, fault)["note.signed-in"].why or "")


def test_a_deployment_is_judged_by_what_it_shows(notes: Apis) -> None:
    """A sound deployment breaks nothing; what needs a control plane is not reached, and told."""
    found = at_deployment(notes)
    assert broken(found) == set()
    assert found["note.title-at-most-20"].verdict is KEPT
    assert found["note.open-only"].verdict is NOT_REACHED
    assert "it needs the setting open: False" in (found["note.open-only"].why or "")
    assert "cannot be looked into" in (found["note.keeps-title"].why or "")
    assert exit_code(found.values(), strict=False) == 0


def test_the_basis_decides_between_broken_and_differs(notes: Apis) -> None:
    """Another code than a documented one is broken, another than an assumed one differs."""
    found = at_deployment(notes, "wrong-code")
    assert found["note.signed-in"].verdict is BROKEN
    assert found["note.title-required"].verdict is DIFFERS
    assert found["note.title-at-most-20"].verdict is DIFFERS


def test_an_acceptance_breaks_only_a_firm_refusal(notes: Apis) -> None:
    """Accepting what a page refuses is broken; where other pages say so, it differs."""
    assert at_deployment(notes, "lenient-401")["note.signed-in"].verdict is BROKEN
    assert at_deployment(notes, "one-more")["note.title-at-most-20"].verdict is DIFFERS


def test_a_tolerated_answer_is_kept(notes: Apis) -> None:
    """What the document tolerates is kept on a deployment, and broken on a stub."""
    assert at_deployment(notes, "422")["note.title-required"].verdict is KEPT
    assert at_stub(notes, "422")["note.title-required"].verdict is BROKEN


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_target_that_refuses_everything_proves_nothing(notes: Apis, status: int) -> None:
    """Where the valid request is refused too, a refusal keeps no rule."""
    with always(status) as url:
        target = plain_deployment(url, notes)
        found = verdicts_of(notes, target)
        target.close()
    assert {each.verdict for each in found.values()} == {NOT_REACHED, Verdict.NOT_TESTABLE}
    assert exit_code(found.values(), strict=False) == 2


def test_a_target_that_accepts_everything_breaks_the_refusals(notes: Apis) -> None:
    """A target that answers 200 to everything keeps no rule, and breaks those of the page."""
    with always(200) as url:
        target = plain_deployment(url, notes)
        found = verdicts_of(notes, target)
        target.close()
    assert KEPT not in {each.verdict for each in found.values()}
    assert {"note.signed-in", "note.folder-exists", "read.exists"} <= broken(found)


def test_a_silent_target_ends_the_run(notes: Apis) -> None:
    """Nothing is judged where nothing is answered, and it does not take long to say so."""
    with behaving(lambda line: line.recv(1) and None) as url:
        target = plain_deployment(url, notes, 0.2)
        found = verdicts_of(notes, target, jobs=1)
        target.close()
    assert {each.verdict for each in found.values()} == {NOT_REACHED, Verdict.NOT_TESTABLE}
    assert any("given up" in (each.why or "") for each in found.values())
    assert exit_code(found.values(), strict=False) == 2


def test_what_has_no_case_says_why(notes: Apis) -> None:
    """A rule that nobody can test, or has no witness, is told with the reason."""
    found = at_stub(notes)
    assert found["read.path-type"].why == "a path always has an id"
    assert found["note.unexpected-failure"].why == "no request makes a healthy server fail"


def test_every_statement_has_a_verdict(notes: Apis) -> None:
    """A statement has the verdict of the rules that cite it; one nobody cites stands out."""
    found = at_stub(notes, "lenient-401")
    statements = {each.id: each for each in statement_verdicts(notes, found.values())}
    assert statements["N1"].verdict == "broken"
    assert statements["N1"].rules == ("note.signed-in", "read.signed-in")
    assert statements["N5"].verdict == "kept" and statements["N5"].executed
    assert statements["N10"].verdict == "not testable" and not statements["N10"].executed
    assert statements["N12"].verdict == "informational"
    assert statements["N12"].reason == "lead-in of N11"
    assert statements["N13"].verdict == "not cited"


def test_totals_count_rules_by_operation(notes: Apis) -> None:
    """Each operation's rules are counted by verdict."""
    create, read = operation_totals(at_stub(notes, "lenient-401").values())
    assert (create.operation, create.counts[BROKEN], create.counts[KEPT]) == ("createNote", 1, 9)
    assert (read.operation, read.counts[BROKEN]) == ("readNote", 1)


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (Selection(rules=("note.title-*",)), 2),
        (Selection(operations=("read",)), 4),
        (Selection(operations=("readNote",), rules=("*.exists",)), 1),
        (Selection(apis=("other",)), 0),
    ],
)
def test_rules_are_chosen_by_name(notes: Apis, selection: Selection, count: int) -> None:
    """API, operation (id or short name) and rule choose, with `*` for anything."""
    assert len(plan(notes, selection)) == count


def test_the_witnesses_have_every_role(notes: Apis) -> None:
    """Each rule of the notes has the kinds of cases that its kind asks for."""
    assert not [role for each in plan(notes, Selection()) for role in missing_roles(each)]


def changed(notes: Apis, rule: str, **changes: Any) -> tuple[Subject, Case]:
    """The first case of a rule with something changed, and its subject."""
    planned = plan(notes, Selection(rules=(rule,)))[0]
    assert planned.subject is not None
    return planned.subject, replace(planned.cases[0], **changes)


def told(notes: Apis, target: Stub | Deployment, subject: Subject, case: Case) -> str:
    """What is said of a case that cannot be conducted to its end."""
    result = conduct(Bench(notes, target, SchemaConformance()), subject, case)
    assert result.verdict is NOT_REACHED
    return "; ".join(problem.says for _, problem in result.problems)


def test_what_cannot_be_sent_is_not_reached(notes: Apis) -> None:
    """A value that cannot be made, or a request that cannot be sent, is told, not raised."""
    made = Sending(operation="readNote", path={"$join": ["/notes/", {"$made": "id"}]})
    split = Sending(headers={"X-A": "a\nb"})
    expecting = Sending(expect=Expect(body={"id": {"$made": "id"}}))
    with stub_of(Notes()) as stub:
        for rule, sending, says in (
            ("read.shows-note", expecting, "nothing was made"),
            ("read.shows-note", split, "a control character"),
            ("read.exists", split, "a control character"),
        ):
            assert says in told(notes, stub, *changed(notes, rule, sending=sending))
        subject, case = changed(notes, "read.shows-note", then=(made,))
        assert "nothing was made" in told(notes, stub, subject, case)


def test_a_target_that_falls_silent_is_told(notes: Apis) -> None:
    """A target that stops answering in the middle of a case is a fault of the target."""
    body = b'{"id":"1","title":"Milk"}'
    head = b"HTTP/1.1 201 Made\r\nLocation: /v1/notes/1\r\nContent-Type: application/json\r\n"
    created = head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    with behaving(answering(created, close=False)) as url:
        target = plain_deployment(url, notes, 0.3)
        case = changed(notes, "note.answers-201", then=(Sending(), Look("", "note", {}, 1, None)))
        assert told(notes, target, *case).startswith("target fault: no answer within")
        late = changed(notes, "note.answers-201", sending=Sending(advance=5.0))
        assert "its clock cannot be advanced by 5 s" in told(notes, target, *late)
        target.close()


def test_a_stub_that_fails_in_its_control_plane_is_told(notes: Apis) -> None:
    """A control plane that refuses or answers nonsense is a fault of the target."""
    subject, case = changed(notes, "note.keeps-title", settings={"open": True})
    server = Notes()
    with stub_of(server) as stub:
        assert stub.base.id in server.worlds
        server.faults.add("no-control")
        assert "was answered 500" in told(notes, stub, subject, case)
        server.faults = {"odd-control"}
        assert "not answered with JSON" in told(notes, stub, subject, case)
        server.faults.clear()
