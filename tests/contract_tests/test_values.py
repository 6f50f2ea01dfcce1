"""The values of a witness, merge patches, partial matches, curl lines: small and exact."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from typing import Any

import pytest
from rulebound.contract_tests.cases.model import UNSET
from rulebound.contract_tests.cases.patch import merged, merged_headers, merged_query, settled
from rulebound.contract_tests.cases.values import (
    ABSENT,
    NULL,
    Resolver,
    ValueFault,
    form_faults,
    plain,
)
from rulebound.contract_tests.judging.match import mismatches
from rulebound.contract_tests.wire.curl import LONGEST_BODY, as_curl
from rulebound.contract_tests.wire.message import WireRequest

RECORDS: dict[str, dict[str, Any]] = {
    "a.x": {"id": "1", "note": None, "deep": {"er": 5}},
    "a.many-1": {"id": "11", "m": "p"},
    "a.many-2": {"id": "12", "m": "q"},
}


def resolver(made: str | None = "77", date_format: str | None = None) -> Resolver:
    """A resolver of a fixed moment."""
    now = datetime(2026, 11, 22, 1, 2, 3, 45_000, tzinfo=UTC)
    return Resolver(RECORDS.__getitem__, now, date_format, lambda prefix: f"{prefix}-u", made)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ({"$of": "a.x"}, "1"),
        ({"$of": "a.x", "field": "deep.er"}, 5),
        (
            {"$each": "a.many", "take": 2, "fields": ["id", "m"]},
            [{"id": "11", "m": "p"}, {"id": "12", "m": "q"}],
        ),
        ({"$each": "a.many", "take": 2}, ["11", "12"]),
        ({"$each": ["a.x", "a.many-2"], "field": "id"}, ["1", "12"]),
        ({"$repeat": 3, "of": {"$of": "a.x"}}, ["1", "1", "1"]),
        ({"$text": "ab", "times": 3}, "ababab"),
        ({"$now": "+60s"}, "2026-11-22T01:03:03.045Z"),
        ({"$now": "-1d"}, "2026-11-21T01:02:03.045Z"),
        ({"$now": "+1h30m"}, "2026-11-22T02:32:03.045Z"),
        ({"$now": "+0s", "format": "%d.%m."}, "22.11."),
        ({"$join": ["/n/", {"$of": "a.x"}, 5]}, "/n/15"),
        ({"$made": "id"}, "77"),
        ({"$unique": "s"}, "s-u"),
        ({"$null": True}, None),
        ({"a": {"$absent": True}, "b": [1, {"$absent": True}]}, {"b": [1]}),
        ({"$pagenum": 1}, {"$pagenum": 1}),
    ],
)
def test_a_form_stands_for_its_value(form: Any, value: Any) -> None:
    """Each value form gives the value it stands for."""
    assert plain(resolver().resolve(form)) == value


def test_now_is_written_as_the_api_writes_dates() -> None:
    """The date format of the document decides how a moment is written."""
    assert resolver(date_format="%Y-%m-%d %H:%M:%S").resolve({"$now": "0"}) == "2026-11-22 01:02:03"


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"$of": "a.nobody"}, "no record 'a.nobody'"),
        ({"$of": "a.x", "field": "deep.est"}, "no field 'deep.est'"),
        ({"$each": "a.many", "take": 3}, "no record 'a.many-3'"),
    ],
)
def test_a_form_that_cannot_be_made_is_told(form: Any, says: str) -> None:
    """A record or field that is not there is named."""
    with pytest.raises(ValueFault, match=says):
        resolver().resolve(form)


def test_nothing_made_is_told() -> None:
    """$made before anything was made is a fault, not an empty text."""
    with pytest.raises(ValueFault, match="nothing was made"):
        resolver(made=None).resolve({"$made": "id"})


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"$of": 5}, "takes a text"),
        ({"$of": "a.x", "fields": ["id"]}, "beside \\$of"),
        ({"$each": "a.many"}, "take: <how many>"),
        ({"$repeat": "3", "of": 1}, "whole number"),
        ({"$repeat": 3}, "needs of"),
        ({"$join": "x"}, "takes a list"),
        ({"$null": True, "x": 1}, "beside it may stand nothing"),
        ({"$now": "tomorrow"}, r"\+60s"),
        ({"$size": True}, "whole number"),
    ],
)
def test_a_misshapen_form_is_found(form: Any, says: str) -> None:
    """A form that is written wrongly is found where it stands, before anything is sent."""
    ((pointer, message),) = form_faults({"body": [form]}, "")
    assert pointer == "/body/0"
    assert re.search(says, message)


@pytest.mark.parametrize(
    ("base", "patch", "result"),
    [
        ({"a": 1, "b": 2}, {"a": 3}, {"a": 3, "b": 2}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": 1}, {"a": ABSENT}, {}),
        ({"a": 1}, {"a": NULL}, {"a": None}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": None, "z": 3}}, {"a": {"y": 2, "z": 3}}),
        ({"a": [1, 2]}, {"a": [3, None]}, {"a": [3, None]}),
        ({"a": 1}, {"a": {"b": NULL}}, {"a": {"b": None}}),
        ({"a": 1}, [1], [1]),
        ({"a": 1}, "text", "text"),
        ({"a": 1}, NULL, None),
        (UNSET, {"a": 1}, {"a": 1}),
        ({"a": 1}, UNSET, {"a": 1}),
        ({"a": 1}, None, UNSET),
        ({"a": 1}, ABSENT, UNSET),
        ({"a": {"b": 1}}, {"a": {"b": None}}, {"a": {}}),
    ],
)
def test_a_patch_merges(base: Any, patch: Any, result: Any) -> None:
    """Maps merge, everything else replaces, null removes and NULL writes a null."""
    assert settled(merged(base, patch)) == result


def test_headers_merge_whatever_their_case() -> None:
    """A header patch replaces or removes a header that is written in another case."""
    base = {"Accept": "a", "X-B": "b"}
    assert merged_headers(base, {"accept": "c", "x-b": ABSENT}) == {"accept": "c"}


def test_query_parameters_merge_by_name() -> None:
    """A parameter is replaced, doubled by a list, or removed."""
    merged_one = merged_query({"a": "1", "b": "2"}, {"a": ["3", "4"], "b": None, "c": ABSENT})
    assert merged_one == {"a": ["3", "4"]}


@pytest.mark.parametrize(
    ("expected", "found", "says"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {"b": 2}, ["/a is missing"]),
        ({"a": 1}, {"a": True}, ["/a is True, not 1"]),
        ({"a": 1}, [1], ["the body is [1], not a map"]),
        ({"a": NULL}, {"a": None}, []),
        ({"a": None}, {"a": 0}, ["/a is 0, not None"]),
        ({"a": ABSENT}, {}, []),
        ({"a": ABSENT}, {"a": None}, ["/a is there and must not be"]),
        ([1, {"x": 2}], [1, {"x": 2, "y": 3}], []),
        ([1], [1, 2], ["the body has 2 items, not 1"]),
        ([1], {"0": 1}, ["the body is {'0': 1}, not a list"]),
        ({"a": {"$has": [{"i": 2}, {"i": 1}]}}, {"a": [{"i": 1}, {"i": 2}]}, []),
        ({"a": {"$has": [3]}}, {"a": [1]}, ["/a holds no item like 3"]),
        ({"$has": [3]}, 3, ["the body is 3, not a list"]),
        ({"$size": 2}, [1, 2], []),
        ({"$size": 0}, [1], ["the body has 1 items, not 0"]),
        ({"$matches": "^a.c$"}, "abc", []),
        ({"$matches": "^a$"}, "b", ["the body is 'b', which does not match ^a$"]),
        ({"a": {"$matches": "1"}}, {"a": 1}, ["/a is 1, which does not match 1"]),
        ({"a": {"$any": True}}, {"a": None}, []),
        ({"a": {"$any": True}}, {}, ["/a is missing"]),
        (1, 1.0, []),
    ],
)
def test_a_partial_match_says_what_is_wrong(expected: Any, found: Any, says: list[str]) -> None:
    """A match is silent; a mismatch is told by its place."""
    assert mismatches(expected, found) == says


def test_curl_hides_credentials_and_can_be_pasted() -> None:
    """Credentials become shell variables; everything else survives the shell."""
    request = WireRequest(
        "POST",
        "/a",
        (("key", "s3"), ("q", "it's")),
        (("Authorization", "Bearer t0ken"), ("X-A", 'say "$HOME"'), ("Empty", "")),
        b'{"a":"it\'s"}',
        secrets=(("t0ken", "TOKEN_ANN"), ("s3", "SECRET_ANN")),
    )
    line = as_curl(request, "http://h:1")
    assert "t0ken" not in line and "s3" not in line
    assert '"Authorization: Bearer $TOKEN_ANN"' in line
    words = shlex.split(line)
    assert words[:4] == ["curl", "-i", "-X", "POST"]
    assert words[4] == "http://h:1/a?key=$SECRET_ANN&q=it's"
    assert 'X-A: say "$HOME"' in words and "Empty;" in words and "Content-Type:" in words
    assert words[-1] == '{"a":"it\'s"}'


def test_curl_takes_bytes_that_are_no_text() -> None:
    """A body that is no text is handed to curl through base64."""
    line = as_curl(WireRequest("PUT", "/", body=b"\xff\x00"), "http://h")
    assert line.startswith("printf %s /wA= | base64 -d | curl")


def test_curl_cuts_a_long_body() -> None:
    """A body that nobody would read is cut, and the line says so."""
    line = as_curl(WireRequest("PUT", "/", body="ü".encode() * LONGEST_BODY), "http://h")
    assert len(line) < LONGEST_BODY + 200
    assert line.endswith(f"# the body is cut: it has {2 * LONGEST_BODY} bytes")
