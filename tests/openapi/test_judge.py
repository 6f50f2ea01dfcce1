"""The judge: order, guards, switches, and errors that are never taken for broken rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebound.openapi.expressions import ExpressionError
from rulebound.openapi.facts import Facts
from rulebound.openapi.findings import JudgeError
from rulebound.openapi.judge import Judge
from rulebound.openapi.lasting import Lasting
from rulebound.openapi.messages import message
from rulebound.openapi.trace import Switches, replacement

FINE = {"name": "n"}
ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def results(trace: Any) -> dict[str, str]:
    return {outcome.rule.id: outcome.result for outcome in trace.outcomes}


@pytest.fixture
def five(kit: Any) -> Any:
    """Two phases with two rules each, and a third phase."""
    names = {"a": "request", "b": "request", "c": "state", "d": "state", "e": "lock"}
    return kit.load(
        {
            f"make.{name}": kit.rule(require=f"settings.{name}", phase=phase)
            for name, phase in names.items()
        }
    )


@ANY
@given(kept=st.fixed_dictionaries({name: st.booleans() for name in "abcde"}))
def test_phases_are_guards(kit: Any, five: Any, kept: dict[str, bool]) -> None:
    """All rules of the first broken phase are judged, none of the later ones."""
    operation = five.operations[0]
    trace = Judge(operation).judge(kit.request(FINE), None, {}, kept, kit.NOW)
    expected: dict[str, str] = {}
    broken = False
    for phase in ("ab", "cd", "e"):
        for name in phase:
            word = "not reached" if broken else "kept" if kept[name] else "broken"
            expected[f"make.{name}"] = word
        broken = broken or not all(kept[name] for name in phase)
    assert results(trace) == expected
    first = next((id for id, word in expected.items() if word == "broken"), None)
    assert (trace.deciding.rule.id if trace.deciding else None) == first
    assert [outcome.rule.id for outcome in trace.broken] == [
        id for id, word in expected.items() if word == "broken"
    ]


@ANY
@given(
    kept=st.fixed_dictionaries({name: st.booleans() for name in "abcde"}),
    off=st.frozensets(st.sampled_from("abcde")),
)
def test_a_rule_switched_off_refuses_nothing(
    kit: Any, five: Any, kept: dict[str, bool], off: frozenset[str]
) -> None:
    """With rules off, the verdict is that of the document without them."""
    switches = Switches(off=frozenset(f"make.{name}" for name in off))
    judge = Judge(five.operations[0])
    trace = judge.judge(kit.request(FINE), None, {}, kept, kit.NOW, switches)
    left = [name for name in "abcde" if name not in off and not kept[name]]
    assert (trace.deciding.rule.id if trace.deciding else None) == (
        f"make.{left[0]}" if left else None
    )
    assert all(word != "broken" for id, word in results(trace).items() if id[-1] in off)


def test_a_rule_can_be_judged_by_another_requirement(kit: Any) -> None:
    """A replaced rule keeps its place and answer; even a schema rule can be replaced."""
    document = kit.load(
        {"make.short": kit.rule(schema={"at": "/requestBody/name", "keyword": "maxLength"})}
    )
    operation = document.operations[0]
    other = replacement(operation, "given(body, 'name')", "size(body.name) < 2")
    switches = Switches(replaced={"make.short": other})
    assert kit.judge(document, kit.request({"name": "nn"})).deciding is None
    assert kit.judge(document, kit.request({"name": "nn"}), switches=switches).deciding
    assert not kit.judge(document, kit.request({"name": "n"}), switches=switches).deciding
    assert results(kit.judge(document, kit.request({}), switches=switches)) == {
        "make.short": "not concerned"
    }
    with pytest.raises(ExpressionError):
        replacement(operation, None, "nowhere")


def test_when_tells_what_a_rule_concerns(kit: Any) -> None:
    """A `when` that does not hold leaves the rule not concerned."""
    document = kit.load({"make.x": kit.rule(when="body.name == 'x'", require="false")})
    assert results(kit.judge(document, kit.request({"name": "y"}))) == {"make.x": "not concerned"}
    assert results(kit.judge(document, kit.request({"name": "x"}))) == {"make.x": "broken"}


@pytest.mark.parametrize("condition", ["body.missing == 1", "body.name", "size(body.name) < 'a'"])
def test_a_condition_that_cannot_be_judged_is_an_error_of_its_own(kit: Any, condition: str) -> None:
    """A defect of a condition names the rule and reason, and is never a broken rule."""
    document = kit.load({"make.x": kit.rule(require=condition)})
    with pytest.raises(JudgeError) as caught:
        kit.judge(document, kit.request(FINE))
    assert caught.value.rule == "make.x"
    assert caught.value.reason


def test_facts_are_looked_up_only_when_a_judged_rule_needs_them(kit: Any) -> None:
    """A request refused early, or not concerned, costs no look-up; each fact is asked once."""
    document = kit.load(
        {
            "make.early": kit.rule(require="body.name != 'bad'", phase="request"),
            "make.there": kit.rule(
                when="body.name != 'skip'", require="thing != null", phase="state"
            ),
            "make.mine": kit.rule(when="body.name != 'skip'", require="thing.ok", phase="lock"),
        },
        **{"x-facts": {"thing": {"one": "body.name", "table": "t", "by": "name"}}},
    )
    for name, asked in (("bad", 0), ("skip", 0), ("good", 1)):
        shelf = kit.Shelf(t={"1": {"id": "1", "name": "good", "ok": True}})
        kit.judge(document, kit.request({"name": name}), view=shelf)
        assert shelf.asked == asked


def test_the_schemas_are_not_asked_without_a_body(kit: Any) -> None:
    """Neither a missing nor an unreadable body breaks a schema rule."""
    rules = {"make.named": kit.rule(schema={"at": "/requestBody", "keyword": "required"})}
    document = kit.load(rules)
    for asked in (kit.request(), kit.request(body_fault="broken")):
        assert results(kit.judge(document, asked)) == {"make.named": "kept"}
    assert results(kit.judge(document, kit.request({}))) == {"make.named": "broken"}


def test_null_is_a_body(kit: Any) -> None:
    """A JSON null is judged by the schema like any other value."""
    document = kit.load(
        {"make.types": kit.rule(schema={"at": "/requestBody/**", "keyword": "type"})}
    )
    assert kit.judge(document, kit.request(None)).deciding


def test_schema_breaks_that_no_rule_claims_are_told(kit: Any) -> None:
    """They refuse nothing, but the trace shows them."""
    document = kit.load(
        {"make.types": kit.rule(schema={"at": "/requestBody/**", "keyword": "type"})}
    )
    trace = kit.judge(document, kit.request({}))
    assert trace.deciding is None
    assert [(b.place, b.keyword, b.item) for b in trace.unclaimed] == [
        ("/requestBody", "required", "name")
    ]


def test_details_fill_the_message(kit: Any) -> None:
    """A message can name the place, value and limit, and values of its own."""
    error = {
        "status": 400,
        "code": "1",
        "message": {"en": "{at}|{name}|{value}|{limit}|{ids}|{none}", "fr": "fr {ids}"},
        "values": {"ids": "body.things.map(t, t.id)", "none": "body.not.there"},
    }
    claim = {"at": "/requestBody/things", "keyword": "maxItems"}
    document = kit.load({"make.few": kit.rule(schema=claim, error=error)})
    body = {"name": "n", "things": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
    trace = kit.judge(document, kit.request(body))
    assert trace.deciding is not None
    answer, details = trace.deciding.rule.error, trace.deciding.details
    assert message(answer, "fr-CA", details) == "fr a,b,c"
    assert message(answer, "de", details).endswith("|2|a,b,c|")
    assert message(answer, None, details).startswith("things|things|")


@ANY
@given(
    value=st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5)
)
def test_a_message_can_say_any_value(kit: Any, value: Any) -> None:
    """No value breaks a message."""
    error = {"status": 400, "code": "1", "message": "[{value}]"}
    document = kit.load({"make.x": kit.rule(require="false", error=error)})
    text = message(document.rule("make.x").error, "en", {"value": value})
    assert text.startswith("[") and len(text) <= 202


def test_promises_of_effects_are_judged_over_what_was_made(kit: Any) -> None:
    """Effect rules take no part in a judgement; their promises are checked afterwards."""
    promise = {"says": "x", "source": ["S1"], "kind": "effect"}
    document = kit.load(
        {
            "make.id": {**promise, "ensure": "made.id == before.next"},
            "make.name": {**promise, "ensure": "made.name == body.name"},
        }
    )
    operation = document.operations[0]
    asked = kit.request(FINE)
    judge = Judge(operation)
    facts = Facts(operation, kit.Shelf(), asked, None, {}, kit.NOW, {})
    assert kit.judge(document, asked).outcomes == ()

    def broken(made: dict[str, Any], switches: Switches = Switches()) -> list[str]:  # noqa: B008
        found = judge.promises(asked, None, facts, {}, kit.NOW, made, {"next": "7"}, switches)
        return [outcome.rule.id for outcome in found]

    assert broken({"id": "7", "name": "n"}) == []
    assert broken({"id": "8", "name": "m"}) == ["make.id", "make.name"]
    assert broken({"id": "8", "name": "n"}, Switches(off=frozenset({"make.id"}))) == []
    with pytest.raises(JudgeError, match=r"make\.id"):
        broken({})


def test_what_is_said_of_a_lasting_item_by_itself_is_judged_once(kit: Any) -> None:
    """Once it was kept; what names more than the item is judged each time, as is any other item."""
    promise = {"says": "x", "source": ["S1"], "kind": "effect"}
    document = kit.load(
        {
            "make.all": {**promise, "ensure": "made.shown.all(s, s.id != '')"},
            "make.own": {**promise, "ensure": "made.shown.all(s, s.owner == made.owner)"},
            "make.same": {**promise, "ensure": "made.shown.all(s, s.id != 'bad')"},
            "make.other": {**promise, "ensure": "made.shown.all(t, t.id != 'worse')"},
            "make.both": {**promise, "ensure": "made.one && made.shown.all(s, s.id != 'no')"},
        }
    )
    operation, asked = document.operations[0], kit.request(FINE)
    facts = Facts(operation, kit.Shelf(), asked, None, {}, kit.NOW, {})

    def broken(judge: Judge, *items: dict[str, Any], owner: str = "a") -> list[str]:
        made = {"shown": list(items), "owner": owner, "one": True}
        return [each.rule.id for each in judge.promises(asked, None, facts, {}, kit.NOW, made)]

    judge, plain, bad = Judge(operation), {"id": "1", "owner": "a"}, Lasting(id="", owner="a")
    lasting = Lasting(**plain)
    assert broken(judge, bad, lasting) == broken(judge, bad, lasting) == ["make.all"]
    for id, rule in (("bad", "make.same"), ("worse", "make.other")):
        assert broken(judge, plain, Lasting(id=id, owner="a")) == [rule]
    assert broken(judge, plain, lasting) == []
    # Nobody may change one, who does shows what is judged again.
    lasting["id"] = plain["id"] = ""
    assert broken(judge, lasting) == []
    assert broken(judge, lasting, owner="b") == ["make.all", "make.own"]
    assert broken(judge, plain) == broken(Judge(operation), lasting) == ["make.all"]
    lasting["id"] = "no"
    assert broken(judge, lasting) == ["make.both"]


@ANY
@given(
    body=st.dictionaries(
        st.sampled_from(["name", "things", "more"]), st.none() | st.text() | st.lists(st.text())
    ),
    size=st.text(max_size=3),
)
def test_judging_changes_nothing_and_repeats_itself(kit: Any, body: Any, size: str) -> None:
    """The same request gives the same trace, and is left as it was."""
    document = kit.load(
        {
            "make.types": kit.rule(
                schema={"at": ["/requestBody/**", "/parameters/**"], "keyword": "type"},
                phase="types",
            ),
            "make.rest": kit.rule(
                schema={"at": "/requestBody/**", "keyword": ["required", "maxLength"]}
            ),
        }
    )
    asked = kit.request(body, query=(("size", size),))
    before = repr(asked)
    first = kit.judge(document, asked)
    assert results(first) == results(kit.judge(document, asked))
    assert repr(asked) == before
