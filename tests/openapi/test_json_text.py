"""The quick reader of JSON answers only where the strict one says the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulebound.openapi import json_text
from rulebound.openapi.json_text import JsonFault, read_json

NAMES = st.sampled_from(["a", "b", ":", "a:b", "\\", '"', "é", "\n", ""])
NUMBERS = st.sampled_from(
    [
        "0",
        "-0",
        "1.0",
        "-1.5e3",
        "1E400",
        "1e-400",
        "9223372036854775808",
        "10000000000000000000000000",
        "0.1",
        "01",
        "1.",
        "NaN",
        "123456789.123456789123456789",
        "-9223372036854775809",
    ]
)
SCALARS = NUMBERS | st.sampled_from(["true", "null", '"x:y"', '"\\u003a"', '"\\ud800"', '"\\/"'])


def _object(pairs: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in pairs) + "}"


TEXTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(st.tuples(NAMES, inner), max_size=4).map(_object)
        | st.lists(inner, max_size=4).map(lambda items: "[" + ",".join(items) + " ]")
    ),
    max_leaves=8,
)


def strictly(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the strict reader alone says."""
    with monkeypatch.context() as patched:
        patched.setattr(json_text, "_quickly", lambda raw, most: json_text._DOUBTFUL)
        return read_json(raw)


@given(text=TEXTS)
def test_both_readers_agree(text: str) -> None:
    """The same value, of the same types, or the same fault."""
    raw = text.encode()
    with pytest.MonkeyPatch.context() as patch:
        try:
            expected = strictly(raw, patch)
        except JsonFault as fault:
            with pytest.raises(JsonFault) as caught:
                read_json(raw)
            assert str(caught.value) == str(fault)
            return
    assert repr(read_json(raw)) == repr(expected)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": {"b": 1}, "a": 2}',
        '{"a": {":": 1, ":": 1}}',
        '{"\\u0061": 1, "a": 2}',
        "[" * 65 + "]" * 65,
        "1e400",
    ],
)
def test_what_is_refused_is_refused_by_the_quick_one_too(text: str) -> None:
    """A name given twice, depth and size are faults, whoever reads."""
    with pytest.raises(JsonFault):
        read_json(text.encode())
