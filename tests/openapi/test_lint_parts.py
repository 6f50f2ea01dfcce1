"""The parts of lint that look into patterns and schemas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulebound.openapi.lint.patterns import danger
from rulebound.openapi.lint.shapes import lead


@pytest.mark.parametrize(
    ("pattern", "runs"),
    [
        ("^(a+)+$", True),
        ("(a*)*", True),
        ("((a+)b)*", True),
        ("(?:a|b+){3,}", True),
        ("(a{2,}){50}", True),
        ("([a-z]+\\.)+", True),
        ("(?=a)b", True),
        ("(?<!a)b", True),
        ("^[0-9]{4}-[0-9]{2}(\\.[0-9]{1,3})?(Z|[+-][0-9]{2})$", False),
        ("(ab)+c*", False),
        ("([+*]a)+", False),
        ("(\\+a\\*)+", False),
        ("a{3}b{1,5}", False),
        ("(a{1,3}){2}", False),
        ("", False),
    ],
)
def test_only_repetition_inside_repetition_is_dangerous(pattern: str, runs: bool) -> None:
    """Nested quantifiers and look-around are told; classes and escapes do not mislead."""
    assert (danger(pattern) is not None) == runs


@given(st.text(alphabet="ab()[]*+?{}^\\,|0123<=!:P-", max_size=20))
def test_any_text_can_be_looked_at_as_a_pattern(pattern: str) -> None:
    """Broken patterns do not bring lint down."""
    assert danger(pattern) is None or isinstance(danger(pattern), str)


def test_a_path_leads_as_far_as_the_schema_leaves_room() -> None:
    """Open maps and unknown parts lead anywhere, closed ones and scalars do not."""
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "a": {
                "anyOf": [
                    {"type": "null"},
                    {"type": "object", "properties": {"b": {"type": "string"}}},
                ]
            },
            "c": {"type": "array", "items": {"type": "integer"}},
            "d": {},
            "e": {"type": "object", "additionalProperties": {"type": "string"}},
            "f": False,
        },
    }
    fine = ["a", "a.b", "a.more", "c.[]", "d.x.y", "e.any", ""]
    lost = ["x", "a.b.c", "c.d", "c.[].x", "e.any.x", "f"]
    for path in fine:
        assert lead(schema, filter(None, path.split("."))) is None, path
    for path in lost:
        assert lead(schema, path.split(".")) == tuple(path.split(".")), path
