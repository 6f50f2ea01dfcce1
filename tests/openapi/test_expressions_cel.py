"""Our subset means what CEL means: the same texts in a real CEL engine."""

from __future__ import annotations

from typing import Any

import pytest
from cel_expr_python import cel
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebound.openapi.expressions import EvaluationError, compile_expression

ENV: dict[str, Any] = {
    "query": {"unpin": "yes", "page": "3"},
    "actor": {"kind": "user", "actions": ["Pick", "Unpin"], "home": "1"},
    "targets": [
        {"id": "1", "type": "email", "pinned": True, "size": 3},
        {"id": "2", "type": "task", "pinned": False, "size": 5},
    ],
}
CEL = cel.NewEnv(variables=dict.fromkeys(ENV, cel.Type.DYN))

SAME = [
    "query.unpin == 'yes' && actor.kind == 'user'",
    "targets.all(t, t.type in ['email', 'task'])",
    "targets.exists(t, t.pinned && t.size > 3)",
    "targets.exists_one(t, t.pinned)",
    "targets.filter(t, !t.pinned).map(t, t.id) == ['2']",
    "size(targets) == 2 && size(query.unpin) == 3",
    "'Pick' in actor.actions && !('Create' in actor.actions)",
    "actor.home == '2' ? false : targets[0].size + 2 == targets[1].size",
    "query.unpin.startsWith('y') && query.unpin.endsWith('s') && query.unpin.contains('e')",
    "query.page.matches('^[0-9]$')",
    "'unpin' in query",
    "timestamp('2026-11-22T00:00:00Z') < timestamp('2026-11-22T00:00:01Z')",
    "targets.all(t, targets.exists(u, u.id != t.id))",
    "-1 < 0 && 3 - 1 == 2",
]


def _in_cel(text: str) -> object:
    return CEL.compile(text).eval(data=ENV).plain_value()


@pytest.mark.parametrize("text", SAME)
def test_same_verdict(text: str) -> None:
    """A condition of ours gives the verdict that a CEL engine gives."""
    assert compile_expression(text, ENV.keys())(ENV) == _in_cel(text)


_atom = st.sampled_from(
    [
        "true",
        "false",
        "targets.all(t, t.pinned)",
        "targets.exists(t, t.pinned)",
        "query.unpin == 'yes'",
        "'x' in actor.actions",
        "size(targets) < 2",
        "targets[1].size >= 5",
    ]
)
_boolean = st.recursive(
    _atom,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda p: f"({' '.join(p)})"),
        inner.map(lambda text: f"!({text})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
    ),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(_boolean)
def test_same_verdict_for_any_combination(text: str) -> None:
    """Joined in any way, conditions of ours give a CEL engine's verdict."""
    assert compile_expression(text, ENV.keys())(ENV) is _in_cel(text)


def test_stricter_than_cel_about_errors() -> None:
    """CEL absorbs an error under `||`; ours does not, so that a misspelt field cannot hide."""
    text = "actor.knd == 'user' || true"
    assert _in_cel(text) is True
    with pytest.raises(EvaluationError):
        compile_expression(text, ENV.keys())(ENV)
