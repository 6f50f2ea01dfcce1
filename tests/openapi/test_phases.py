"""The function of a phase says what its rules say one by one."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebound.openapi.conditions import Requirement
from rulebound.openapi.expressions import (
    EvaluationError,
    ExpressionError,
    compile_expression,
    mutants,
)
from rulebound.openapi.model import Rule
from rulebound.openapi.phases import ASIDE, BROKEN, KEPT, compiled
from some_conditions import ENV, HOLDS

MORE = [
    "targets.all(t, t.found == null || t.found.pinned)",
    "targets.exists(t, t.found != null && t.found.type in ['email', 'task'])",
    "!targets.exists(t, t.sent.id == query.page)",
    "body.empty == '' ? targets.all(t, t.sent.id != '') : query.unpin == 'yes'",
    "query.unpin == 'yes' && targets.exists(t, t.sent.id == body.activity[0].id)",
    "targets.all(t, body.activity.exists(a, a.id == t.sent.id))",
    "body.activity.all(a, targets.exists(a, a.found == null) || a.id == '1')",
    "targets.all(t, t.found == null || t.found.pinned && size(t.found) > 0 && t.found != 1)",
    "targets.all(t, t.sent.id != '' && t.sent.id != 'x' && (t.found == null || size(t.found) == 2"
    " && t.found.pinned && t.found.type != '') && targets.exists(a, a.sent.id == t.sent.id))",
    "targets.all(t, t.sent.id != 'x' && t.sent.id != 'z' && size(targets.filter(t, t.sent.id"
    " == '1')) == 1 && targets.exists(t, t.sent.id == '2'))",
    "size(body.activity) >= size(targets) && size(body.empty) < 1",
    "lower(query.unpin).startsWith('y') || trim(query.page) == ''",
    "'yes' in query.unpin || 'x' in ['x', query.unpin] || query.unpin in query",
    "given(body, 'activity') && (given(query, 'unpin') ? true : given(body, 'n.x'))",
    "body.n == 3 && body.nothing == null && body.n != null && null == body.nothing",
    "body.n != query.page && (body.n == 3) == (query.page == '3')",
    "body.activity.filter(a, a.id != '1').map(a, a.id) == ['2']",
    "size(body.empty) != false && size(body.activity) != true",
    "size(body.empty) < true || body.n == 3",
    "true",
    "body.n",
]
ODD = st.sampled_from([None, True, False, 0, 1, 1.0, "", "1", "yes", [], ["yes"], {}, {"id": "1"}])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside the values of an environment."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, ...]] = []
    for key, each in inner:
        found.append((*path, key))
        if isinstance(each, (dict, list)):
            found.extend(places(each, (*path, key)))
    return found


PLACES = places(ENV)
PLAIN = [compile_expression(text, ENV.keys()) for text in (*HOLDS, *MORE)]
CONDITIONS = [
    each
    for one in PLAIN
    for each in (one, *(compile_expression(m.text, ENV.keys()) for m in mutants(one.text)))
]


def rule_of(condition: Requirement) -> Rule:
    """A rule that says nothing but a condition."""
    return Rule("a", "", (), "reject", condition, "p", None, None, None, "", "", 0, {})


def plainly(condition: Requirement, names: Any) -> int | None:
    """The code by the conditions themselves; None where they cannot be judged."""
    try:
        for concerned, otherwise in ((condition.when, ASIDE), (condition.require, BROKEN)):
            value = concerned(names) if concerned is not None else True
            if not isinstance(value, bool):
                return None
            if not value:
                return otherwise
    except EvaluationError:
        return None
    return KEPT


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_phase_says_what_its_conditions_say(data: Any) -> None:
    """For any values the code is that of the plain condition, and where that cannot be judged
    there is no code."""
    names = copy.deepcopy(ENV)
    for path in data.draw(st.lists(st.sampled_from(PLACES), max_size=3)):
        inner: Any = names
        try:
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = data.draw(ODD)
        except (TypeError, KeyError, IndexError):
            continue
    when = data.draw(st.none() | st.sampled_from(CONDITIONS))
    together: list[tuple[Requirement, int]] = []
    for condition in data.draw(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=8)):
        asked = Requirement(condition, when)
        expected = plainly(asked, names)
        run = compiled([rule_of(asked)], {})
        if expected is None:
            with pytest.raises(Exception):  # noqa: B017 - any will do
                run(names, None, {})
        else:
            assert run(names, None, {}) == (expected,), (condition.text, when and when.text)
            together.append((asked, expected))
    whole = compiled([rule_of(asked) for asked, _ in together], {})
    assert whole(names, None, {}) == tuple(code for _, code in together)


def test_what_a_condition_does_not_come_to_is_not_read() -> None:
    """However often a member of an item is named, where it is not reached it may be missing."""
    text = "targets.all(t, t.id == '1' || t.m.a == 1 && t.m.b == 2 && t.m.c == 3 && t.id != '')"
    run = compiled([rule_of(Requirement(compile_expression(text, ENV.keys())))], {})
    full = {"id": "2", "m": {"a": 1, "b": 2, "c": 3}}

    assert run({"targets": [{"id": "1"}, full]}, None, {}) == (KEPT,)
    assert run({"targets": [{"id": "1"}, {**full, "id": ""}]}, None, {}) == (BROKEN,)


def test_every_condition_is_drawn_from() -> None:
    """Each of the conditions can be part of a phase, all of them together too."""
    rules = [
        rule_of(Requirement(each))
        for each in CONDITIONS
        if plainly(Requirement(each), ENV) is not None
    ]
    codes = compiled(rules, {})(ENV, None, {})
    assert len(CONDITIONS) > 150
    assert set(codes) == {KEPT, BROKEN}
    assert codes == tuple(plainly(rule.condition, ENV) for rule in rules)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["__class__", "__globals__", "mro", "gi_frame", "format", "n_now"])
def test_a_phase_reaches_no_python_object(name: str) -> None:
    """Members are looked up in maps only, also by the function of a phase."""
    for of in ("query", "'a'", "now", "targets", "1", "targets.map(t, t)"):
        for text in (f"{of}.{name} == 1", f"targets.all(t, {of}.{name} == 1)", f"{name} == 1"):
            with pytest.raises((KeyError, TypeError, EvaluationError, ExpressionError)):
                condition = compile_expression(text, ENV.keys())
                compiled([rule_of(Requirement(condition))], {})(ENV, None, {})


@pytest.mark.parametrize("word", ["type", "len", "dict", "str", "names", "breaks", "checks", "t"])
def test_what_a_phase_is_made_of_cannot_be_named(word: str) -> None:
    """The names that the function uses itself are none that a document can write."""
    with pytest.raises(ExpressionError):
        compile_expression(f"{word} == 1", ENV.keys())
    loop = compile_expression(f"targets.all({word}, {word}.sent.id != '')", ENV.keys())
    assert compiled([rule_of(Requirement(loop))], {})(ENV, None, {}) == (KEPT,)
