"""Conditions: what they say, what they refuse, what they can never reach."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebound.openapi.expressions import (
    EvaluationError,
    ExpressionError,
    compile_condition,
    compile_expression,
    explain,
    mutants,
    parse,
    paths,
    write,
)
from some_conditions import ENV, HOLDS


@pytest.mark.parametrize("text", HOLDS)
def test_means(text: str) -> None:
    """Each construct means what its line says, also after being written out again."""
    compiled = compile_expression(text, ENV.keys())
    assert compiled(ENV) is True
    assert compile_expression(write(compiled.tree), ENV.keys())(ENV) is True


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a value is wanted"),
        ("a &&", "a value is wanted"),
        ("query.unpin = 'yes'", "no meaning"),
        ("unknown == 1", "no name 'unknown'"),
        ("query.items()", "no method"),
        ("open('x')", "no function"),
        ("query.matches(body)", "written out"),
        ("'a'.matches('(')", "not a pattern"),
        ("given(query, body)", "written out"),
        ("size(1, 2)", "takes 1"),
        ("targets.all(query, true)", "a given name already"),
        ("'\\q' == 'q'", "unknown escape"),
        ("1 == 2 == 3", "the end is wanted"),
        ("(1", "')' is wanted"),
        ("[1 2]", "',' is wanted"),
        ("(" * 60 + "1" + ")" * 60, "too deeply"),
        ("!" * 60 + "true", "too deeply"),
        ("a" * 5000, "at most"),
        ("targets.all(true, true)", "a variable's name"),
    ],
)
def test_refuses_at_load(text: str, says: str) -> None:
    """A text outside the grammar is refused with a sentence and a column."""
    with pytest.raises(ExpressionError, match=r"column \d+") as caught:
        compile_expression(text, ENV.keys())
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "body.absent == 1",
        "query.unpin.x == 1",
        "body.activity[7].id == '1'",
        "1 && true",
        "true && 'yes'",
        "!1",
        "1 < 'a'",
        "null < null",
        "true + true == 2",
        "'a' - 'b' == 1",
        "-'a' == 1",
        "size(1) == 1",
        "string(null) == ''",
        "int('1_0') == 10",
        "timestamp('soon') < now",
        "lower(1) == '1'",
        "query.unpin.all(c, true)",
        "targets.all(t, t.found.pinned)",
        "1 ? true : false",
    ],
)
def test_is_strict_when_run(text: str) -> None:
    """A value that does not fit is an error of its own kind, never a verdict."""
    with pytest.raises(EvaluationError):
        compile_expression(text, ENV.keys())(ENV)


@pytest.mark.parametrize("name", ["__class__", "__globals__", "mro", "gi_frame", "format"])
def test_reaches_no_python_object(name: str) -> None:
    """Members are looked up in maps only, so no attribute of a Python object can be named."""
    for of in ("query", "'a'", "now", "targets", "1"):
        with pytest.raises((EvaluationError, ExpressionError)):
            compile_expression(f"{of}.{name} == 1", ENV.keys())(ENV)


def test_names_what_it_reads() -> None:
    """A compiled condition knows its names, and its tree tells the paths it reads."""
    compiled = compile_expression(
        "targets.filter(t, t.found != null).all(x, x.found.pinned) && given(body, 'a.b')",
        ENV.keys(),
    )
    assert compiled.names == {"targets", "body"}
    assert set(paths(compiled.tree)) == {
        ("targets",),
        ("targets", "[]", "found"),
        ("targets", "[]", "found", "pinned"),
        ("body", "a", "b"),
    }


def test_mutants_differ_and_parse() -> None:
    """Every mutant is a valid expression, unlike the original and unlike the others."""
    text = "targets.all(t, t.found != null && t.found.type in ['email', 'task']) || size(body) < 2"
    found = mutants(text)
    texts = [mutant.text for mutant in found]
    assert len(set(texts)) == len(texts) >= 10
    assert write(parse(text)) not in texts
    assert all(parse(one) for one in texts)
    kinds = " ".join(mutant.what for mutant in found)
    for change in ("all becomes exists", "!= becomes ==", "dropped", "left out", "2 becomes 3"):
        assert change in kinds


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("query.unpin == 'no'", "query.unpin is 'yes'"),
        ("targets.all(t, t.found != null)", "targets[1] as t"),
        ("!(query.unpin in ['yes'])", "holds"),
        ("query.unpin == 'yes' && body.n == 4", "body.n is 3"),
        ("body.n == 4 || body.n == 5", "body.n == 5 does not hold"),
        ("body.gone == 4", "cannot be judged"),
        ("body.n == 3 ? false : true", "does not hold"),
    ],
)
def test_explains(text: str, line: str) -> None:
    """An explanation names the part that decides and the values compared."""
    assert line in " | ".join(explain(compile_expression(text, ENV.keys()), ENV))


def test_explains_nothing_when_all_is_well() -> None:
    """A condition that holds needs no explanation."""
    assert explain(compile_expression("query.unpin == 'yes'", ENV.keys()), ENV) == []


_leaf = st.one_of(
    st.integers(0, 99).map(str),
    st.text("abc'\\\n\t", max_size=4).map(repr),
    st.sampled_from(["true", "false", "null", "query.unpin", "body.activity", "now"]),
)
_text = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||", "==", "<", "in", "+"]), inner).map(
            lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
        ),
        inner.map(lambda text: f"!({text})"),
        st.tuples(inner, inner).map(lambda p: f"[{p[0]}, {p[1]}].all(x, {p[1]})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]}) ? ({p[1]}) : ({p[2]})"),
    ),
    max_leaves=8,
)


def _outcome(text: str) -> object:
    try:
        return compile_expression(text, ENV.keys())(ENV)
    except EvaluationError:
        return EvaluationError


@settings(max_examples=300, deadline=None)
@given(_text)
def test_written_out_means_the_same(text: str) -> None:
    """Writing a tree out and reading it again changes neither tree nor outcome."""
    try:
        tree = parse(text)
    except ExpressionError:
        return
    assert write(parse(write(tree))) == write(tree)
    assert _outcome(write(tree)) == _outcome(text)


@settings(max_examples=300, deadline=None)
@given(st.text("aq.()[]!&|=<>?:'\"+- 1,\\", max_size=30))
def test_no_text_escapes_the_grammar(text: str) -> None:
    """Whatever is written, the answer is a value or one of our two errors."""
    try:
        compile_expression(text, ENV.keys())(ENV)
    except (ExpressionError, EvaluationError):
        return


@pytest.mark.parametrize(
    "text",
    ["1 + 1", "'yes'", "null", "[true]", "size(query)", "-1", "targets.map(t, t)", "true ? 1 : 2"],
)
def test_a_condition_can_be_true_or_false(text: str) -> None:
    """What is never a boolean is an expression, and no condition."""
    compile_expression(text, ENV.keys())
    with pytest.raises(ExpressionError, match="true or false"):
        compile_condition(text, ENV.keys())


@pytest.mark.parametrize("text", ["false", "query.unpin", "given(body, 'a')", "!true", "1 in [1]"])
def test_what_may_be_a_boolean_is_a_condition(text: str) -> None:
    """What is, or may turn out to be, true or false is a condition."""
    assert compile_condition(text, ENV.keys()).text == text
