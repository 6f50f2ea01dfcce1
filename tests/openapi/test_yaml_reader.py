"""YAML 1.2 with lines, and nothing in a file that can hurt."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rulebound.openapi.findings import DocumentError
from rulebound.openapi.pointers import escape, join, split
from rulebound.openapi.yaml_reader import MOST_BYTES, read_file, read_text

# Numbers of YAML 1.2 alone, which a writer of YAML 1.1 does not quote as texts.
NEW_NUMBER = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]+|0o[0-7]+")
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"))).filter(
    lambda text: not NEW_NUMBER.fullmatch(text)
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_a_writer_of_yaml_writes_is_read_back(value: Any) -> None:
    """Any JSON value dumped as YAML is read as the same value."""
    assert read_text(yaml.safe_dump(value, allow_unicode=True), "x.yaml").value == value


@given(st.text())
def test_any_text_is_a_value_or_an_error_with_findings(text: str) -> None:
    """No text brings the reader down."""
    try:
        read_text(text, "x.yaml")
    except DocumentError as error:
        assert error.findings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("012", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22 10:30:00", "2026-11-22 10:30:00"),
        ("'1'", "1"),
        ("-", [None]),
        ("+7", 7),
        ("nothing", "nothing"),
        ("200: x", {"200": "x"}),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: Any) -> None:
    """Unquoted scalars are what YAML 1.2 says, and keys are always texts."""
    assert read_text(text, "x.yaml").value == value


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("a:\n  - .nan", 2, "no JSON number"),
        ("a: -.inf", 1, "no JSON number"),
        ("a: 1e999", 1, "no JSON number"),
        ("a: " + "9" * 301, 1, "no JSON number"),
        ("a: !!str 1", 1, "tag"),
        ("a: !!python/object:os.system {}", 1, "tag"),
        ("a: &x 1\n<<: *x", 2, "merge"),
        ("a: *x", 1, "alias"),
        ("a: &x [*x]", 1, "alias"),
        ("? [1]\n: 2", 1, "key"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: b: c", 1, "no YAML"),
        ("a: \x00", 0, "no YAML"),
        ("a: [" + "[" * 200, 1, "deeper"),
        ("- " * 100_000, 1, "deeper"),
    ],
)
def test_what_is_no_plain_data_is_a_finding_with_its_line(text: str, line: int, words: str) -> None:
    """Duplicate keys, tags, merges, numbers beyond JSON and depth are found where they stand."""
    with pytest.raises(DocumentError) as caught:
        read_text(text, "x.yaml")
    found = caught.value.findings[0]
    assert found.line == line
    assert words in found.message
    assert found.instead


def test_an_alias_bomb_is_stopped() -> None:
    """Aliases cannot multiply a small file into a huge value."""
    bomb = "a0: &a0 [" + ",".join("x" * 10) + "]\n"
    for level in range(1, 8):
        bomb += f"a{level}: &a{level} [" + ",".join([f"*a{level - 1}"] * 10) + "]\n"
    with pytest.raises(DocumentError, match="more than"):
        read_text(bomb, "x.yaml")


def test_few_aliases_cannot_make_many_values() -> None:
    """A list of lists of lists, small as it is written, is not unfolded beyond a limit."""
    text = f"a: &a [{', '.join('x' * 50)}]\nb: &b [{', '.join(['*a'] * 40)}]\n"
    read_text(text, "few.yaml")
    with pytest.raises(DocumentError, match="aliases for more than"):
        read_text(f"{text}c: [{', '.join(['*b'] * 55)}]\n", "many.yaml")


def test_aliases_cannot_nest_a_value_without_end() -> None:
    """Depth counts through aliases."""
    deep = "a0: &a0 " + "[" * 60 + "]" * 60 + "\na1: " + "[" * 60 + "*a0" + "]" * 60
    with pytest.raises(DocumentError, match="deeper"):
        read_text(deep, "x.yaml")


def test_an_alias_is_the_value_of_its_anchor() -> None:
    """A few aliases are fine."""
    assert read_text("a: &x {b: 1}\nc: *x\nd: &y z\ne: *y", "x.yaml").value == {
        "a": {"b": 1},
        "c": {"b": 1},
        "d": "z",
        "e": "z",
    }


def test_every_entry_knows_its_line() -> None:
    """The line of a key or an item is kept by its pointer."""
    lines = read_text("a:\n  b/c:\n    - 1\n    - {d: 2}\n", "x.yaml").lines
    assert lines["/a"] == 1
    assert lines["/a/b~1c"] == 2
    assert lines["/a/b~1c/0"] == 3
    assert lines["/a/b~1c/1/d"] == 4


@pytest.mark.parametrize("word", ["yes", "Off", "012", "12:30", "1_0"])
def test_words_that_older_readers_take_otherwise_are_noted(word: str) -> None:
    """An unquoted word of YAML 1.1 is noted with its line; quoted it is not."""
    noted = read_text(f"a: 1\nb: {word}", "x.yaml").old_words
    assert [(w.line, w.pointer) for w in noted] == [(2, "/b")]
    assert read_text(f"b: '{word}'", "x.yaml").old_words == ()


def test_a_slip_of_indentation_is_told_with_where_it_begins() -> None:
    """Not the line alone where reading failed, but what to look at, and where it began."""
    with pytest.raises(DocumentError) as caught:
        read_text("a:\n\n  b:\n    c: 1\n   d: 2\n", "x.yaml")
    (finding,) = caught.value.findings
    assert finding.line == 5
    assert "that begins in line 3" in finding.message
    assert finding.instead.startswith("check the indentation")


def test_files_that_cannot_be_read_say_why(tmp_path: Any) -> None:
    """Missing, too large and not UTF-8 are told apart."""
    with pytest.raises(DocumentError, match="cannot be read"):
        read_file(tmp_path / "none.yaml", "none.yaml")
    (tmp_path / "big.yaml").write_bytes(b"a" * (MOST_BYTES + 1))
    with pytest.raises(DocumentError, match="larger"):
        read_file(tmp_path / "big.yaml", "big.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nb: \xe9")
    with pytest.raises(DocumentError, match=r"latin\.yaml:2.*UTF-8"):
        read_file(tmp_path / "latin.yaml", "latin.yaml")


@given(st.lists(st.text() | st.integers(0, 9)))
def test_a_pointer_is_split_into_the_parts_it_was_joined_from(parts: list[str | int]) -> None:
    """Escaping and splitting undo each other."""
    assert split(join("", *parts)) == tuple(map(str, parts))
    assert all("/" not in escape(part) for part in parts)
