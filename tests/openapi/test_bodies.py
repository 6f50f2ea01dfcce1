"""Bodies: JSON and XML read strictly, written faithfully, and never a crash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebound.openapi.json_text import JsonFault, read_json
from rulebound.openapi.read_body import read_body
from rulebound.openapi.request import NO_BODY
from rulebound.openapi.schema_codec import XmlFault, read_xml, write_xml
from rulebound.openapi.schema_codec.names import from_name, to_name

TEXT = st.text(st.characters(codec="utf-8"))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_json_is_read_as_it_was_written(value: Any, ascii_only: bool) -> None:
    """Any JSON value, escaped or not, comes back."""
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary() | TEXT.map(str.encode))
def test_no_bytes_bring_the_json_reader_down(raw: bytes) -> None:
    """Bytes are a value or a fault."""
    try:
        read_json(raw)
    except JsonFault as fault:
        assert str(fault)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"a":1,"a":2}', "twice"),
        (b'[{"\\u0061":1,"a":2}]', "twice"),
        (b"NaN", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"1e999", "too large"),
        (b"1" * 5000, "too large"),
        (b"1." + b"1" * 5000, "too"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\udfff":1}', "surrogate"),
        (b"[" * 65 + b"]" * 65, "nested deeper than 64"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 100_000, "nested deeper"),
        (b'"' + b"\xff" + b'"', "UTF-8"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b" ", "cannot be read"),
        (b"[1,]", "line 1, column 4"),
        (b"{}{}", "cannot be read"),
        (b"'a'", "cannot be read"),
    ],
)
def test_json_that_two_readers_take_differently_is_a_fault(raw: bytes, words: str) -> None:
    """The fault says what is wrong."""
    with pytest.raises(JsonFault, match=words):
        read_json(raw)


@pytest.mark.parametrize("value", ["0", "[]", "{}", '","'])
def test_so_many_values_are_read_and_not_many_more(value: str) -> None:
    """Each value counts, also an empty list; a comma in a text is none."""
    few, many = (f"[{','.join([value] * count)}]".encode() for count in (49, 101))

    assert len(read_json(few, most_values=100)) == 49
    with pytest.raises(JsonFault, match="more than 100 values"):
        read_json(many, most_values=100)


def test_so_many_elements_are_read_and_not_one_more() -> None:
    """Elements and attributes count alike."""
    assert read_xml(b"<a>" + b"<b/>" * 99 + b"</a>", True, most_values=100)
    for text in (b"<a>" + b"<b/>" * 100 + b"</a>", b"<a>" + b"<b c='d'/>" * 50 + b"</a>"):
        with pytest.raises(XmlFault, match="more than 100 values"):
            read_xml(text, True, most_values=100)


def test_brackets_in_strings_are_no_depth() -> None:
    """Only real nesting counts, and 64 levels are fine."""
    assert read_json(b'"' + b"[" * 500 + b'"') == "[" * 500
    assert read_json(b'["\\"' + b"[" * 500 + b'"]') == ['"' + "[" * 500]
    assert read_json(b"[" * 64 + b"]" * 64)


THING = {
    "type": "object",
    "xml": {"name": "thing", "namespace": "urn:things"},
    "properties": {
        "id": {"type": "string", "xml": {"attribute": True}},
        "count": {"type": "integer"},
        "weight": {"type": ["number", "null"]},
        "done": {"type": "boolean"},
        "text": {"type": "string"},
        "tag": {"type": "array", "items": {"type": "string"}},
        "parts": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {
                "type": "object",
                "xml": {"name": "part"},
                "properties": {"n": {"type": "integer"}},
            },
        },
        "inner": {
            "allOf": [{"type": "object", "properties": {"a b": {"type": "string"}}}],
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
# Texts that XML can hold; a carriage return survives as a reference.
XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r")
)
NUMBER = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
PARTS = st.fixed_dictionaries({}, optional={"n": st.integers()})
THINGS = st.fixed_dictionaries(
    {},
    optional={
        "id": XML_TEXT,
        "count": st.integers(),
        "weight": NUMBER,
        "done": st.booleans(),
        "text": XML_TEXT,
        "tag": st.lists(XML_TEXT, min_size=1, max_size=3),
        "parts": st.lists(PARTS, max_size=3),
        "inner": st.fixed_dictionaries({"a b": XML_TEXT})
        | st.dictionaries(XML_TEXT.filter(bool), st.lists(XML_TEXT, min_size=1), max_size=2).filter(
            lambda found: "a b" not in found
        ),
    },
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(THINGS)
def test_xml_is_read_as_it_was_written(value: dict[str, Any]) -> None:
    """Attributes, lists, wrapped lists, numbers and any text survive the way through XML."""
    assert read_xml(write_xml(value, THING), THING) == value


@given(JSON)
def test_any_value_can_be_written_as_well_formed_xml(value: Any) -> None:
    """Also what the schema does not know, and characters XML cannot hold."""
    raw = write_xml(value, THING)
    if isinstance(value, dict):
        assert isinstance(read_xml(raw, THING), (dict, str))
    assert raw.startswith(b"<?xml")


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_bring_the_xml_reader_down(raw: bytes) -> None:
    """Bytes are a value or a fault."""
    try:
        read_xml(b"<thing>" + raw + b"</thing>", THING)
        read_xml(raw, THING)
    except XmlFault as fault:
        assert str(fault)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<thing", "cannot be read"),
        (b"<other/>", "root element"),
        (b"<!DOCTYPE thing []><thing/>", "DTD"),
        (b"<!DOCTYPE t [<!ENTITY a 'b'>]><thing>&a;</thing>", "DTD"),
        (b"<!DOCTYPE t SYSTEM 'file:///etc/passwd'><thing/>", "DTD"),
        (b"<thing>&a;</thing>", "cannot be read"),
        (b"<thing>" + b"<a>" * 100, "nested deeper"),
        (b"<thing>\xff</thing>", "UTF-8"),
        (b"<?xml version='1.0' encoding='latin1'?><thing/>", "UTF-8"),
        ("<thing/>".encode("utf-16"), "UTF-8"),
        (b"<thing>a<count>1</count></thing>", "beside elements"),
        (b"", "cannot be read"),
    ],
)
def test_xml_that_is_not_read_is_a_fault(raw: bytes, words: str) -> None:
    """DTDs, entities, other encodings, depth and mixed content are refused."""
    with pytest.raises(XmlFault, match=words):
        read_xml(raw, THING)


def test_namespaces_are_ignored_on_the_way_in() -> None:
    """Prefixes, default namespaces and namespaced attributes do not change what is read."""
    raw = b"<x:thing xmlns:x='urn:a' xmlns:y='urn:b' y:z='1'><y:count> 3 </y:count></x:thing>"
    assert read_xml(raw, THING) == {"count": 3}


def test_what_the_schema_does_not_want_is_kept_for_it_to_judge() -> None:
    """Wrong types, repeated elements and unknown names reach the schema as they are."""
    raw = b"<thing><count>x</count><text>1</text><text>2</text><new a='1'><b/></new></thing>"
    assert read_xml(raw, THING) == {"count": "x", "text": ["1", "2"], "new": {"a": "1", "b": ""}}
    nil = b"<thing xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><text i:nil='true'/></thing>"
    assert read_xml(nil, THING) == {"text": None}


@given(XML_TEXT.filter(bool))
def test_any_key_becomes_a_name_and_back(text: str) -> None:
    """Names that XML cannot hold are written in a way that can be undone."""
    assert from_name(to_name(text)) == text


SENT = st.sampled_from([b"", b"{}", b'{"name":"n"}', b"{", b"<thing/>", b"\xff", b"null", b"  "])
TYPE = st.sampled_from(
    [
        None,
        "application/json",
        "APPLICATION/JSON;charset=utf-8",
        "application/json;charset=x",
        "text/plain",
        "",
        ";",
        "a/b;c",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=SENT, kind=TYPE, coding=st.sampled_from([None, "identity", "gzip"]))
def test_a_body_is_read_or_says_why_not(
    kit: Any, raw: bytes, kind: str | None, coding: str | None
) -> None:
    """Of value and fault there is one at most, and none only for an empty body."""
    operation = kit.load().operations[0]
    headers = {"content-type": kind, "content-encoding": coding}
    read = read_body(operation, {k: v for k, v in headers.items() if v is not None}, raw)
    assert (read.body is NO_BODY and read.fault is None) == (raw == b"")
    assert read.body is NO_BODY or read.fault is None


def test_bodies_are_read_by_their_media_type(kit: Any) -> None:
    """JSON, XML by its schema, and other types as text; unlabelled as the first declared."""
    content = {
        "application/xml": {"schema": THING},
        "application/vnd.a+json": {},
        "text/plain": {"schema": {"type": "string"}},
    }
    operation = kit.load(requestBody={"content": content}).operations[0]

    def read(raw: bytes, kind: str | None) -> Any:
        return read_body(operation, {"content-type": kind} if kind else {}, raw)

    assert read(b"<thing><count>1</count></thing>", "application/xml").body == {"count": 1}
    assert read(b"<thing/>", None).body == {}
    assert read(b"[1]", "application/vnd.a+json").body == [1]
    assert read(b"abc", "text/plain").body == "abc"
    assert read(b"\xff", "text/plain").fault == "the body is not UTF-8"
    assert "media type image/png" in read(b"abc", "image/png").fault
