"""The small parts of the properties: drafts, texts, undeclared names, activities, the model."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.model import UNSET
from rulebound.contract_tests.properties.draft import at, leaves, patched, put
from rulebound.contract_tests.properties.failure import MOST_SHOWN, Violated
from rulebound.contract_tests.properties.model import Model, same_moment, unlike
from rulebound.contract_tests.properties.shapes import free_texts, narrow_values, schema_at
from rulebound.contract_tests.properties.shown import date_of, filters_of, number, satisfies_all
from rulebound.contract_tests.properties.texts import moments, rfc3339, texts
from rulebound.contract_tests.properties.undeclared import undeclared
from rulebound.contract_tests.wire.message import WireRequest
from rulebound.fixtures.clock import SEED_TIME

OF = {"$of": "activity.x", "field": "id"}


@pytest.mark.parametrize(
    ("base", "patch", "result"),
    [
        ({"a": 1, "b": {"c": 2}}, {"b": {"d": 3}}, {"a": 1, "b": {"c": 2, "d": 3}}),
        ({"a": OF}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": OF}, {"a": OF}),
        ({"a": 1}, {"a": None}, {}),
        ({"a": 1}, {"a": {"$absent": True}}, {}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": 1}, UNSET, {"a": 1}),
        (UNSET, {"a": {"b": None}}, {"a": {}}),
    ],
)
def test_a_patch_takes_a_value_form_whole(base: Any, patch: Any, result: Any) -> None:
    """Maps are merged key by key, but a value form replaces and is replaced as one."""
    assert patched(base, patch) == result


def test_places_are_found_and_filled() -> None:
    """Every leaf has a path, and what is put at a path is found there."""
    body = {"a": [{"b": 1}, OF], "c": {"d": "x"}}
    assert dict(leaves(body)) == {("a", 0, "b"): 1, ("a", 1): OF, ("c", "d"): "x"}
    for path, _ in leaves(body):
        assert at(put(body, path, "new"), path) == "new"
    assert put({}, ("a", "b"), 1) == {"a": {"b": 1}}
    assert at(body, ("a", 7)) is UNSET
    assert body["c"] == {"d": "x"}


@given(st.sampled_from((5, 60, 255)).flatmap(lambda most: st.tuples(st.just(most), texts(most))))
def test_texts_are_texts(drawn: tuple[int, str]) -> None:
    """No control character, no half of a pair, never blank, never too long."""
    most, text = drawn
    assert text.strip() and len(text) <= most
    assert not any(unicodedata.category(mark) in ("Cc", "Cs", "Cn") for mark in text)
    text.encode()


@given(moments(SEED_TIME))
def test_dates_keep_their_moment(moment: datetime) -> None:
    """A date with a zone, written and read, is the same moment."""
    assert datetime.fromisoformat(rfc3339(moment)) == moment
    assert same_moment(rfc3339(moment), rfc3339(moment.astimezone(UTC)))


@pytest.mark.parametrize(
    ("one", "other"),
    [(None, "2026-01-01T00:00:00Z"), ("x", "y"), ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z")],
)
def test_other_dates_are_other_moments(one: str | None, other: str | None) -> None:
    """What is no date, or another one, is not the same moment."""
    assert not same_moment(one, other)


@pytest.mark.parametrize(
    ("schema", "fitting"),
    [
        ({"enum": ["a", "b"]}, lambda value: value in ("a", "b")),
        ({"type": "boolean"}, lambda value: isinstance(value, bool)),
        ({"type": "integer", "minimum": 3, "maximum": 4}, lambda value: value in (3, 4)),
        ({"type": "string", "format": "date-time"}, datetime.fromisoformat),
    ],
)
def test_narrow_values_fit_their_schema(schema: dict[str, Any], fitting: Any) -> None:
    """What is drawn for a place is one of the values its schema takes."""
    drawn = narrow_values(schema, SEED_TIME)
    assert drawn is not None

    @given(drawn)
    def fits(value: Any) -> None:
        assert fitting(value) is not False

    fits()


def test_a_schema_that_says_too_little_gives_no_values() -> None:
    """A pattern alone is not drawn from, and a place without a schema has an empty one."""
    assert narrow_values({"type": "string", "pattern": "^a+$"}, SEED_TIME) is None
    assert schema_at({"items": {"properties": {"a": {"enum": [1]}}}}, (0, "a")) == {"enum": [1]}
    assert schema_at({"properties": {"a": True}}, ("a", "b")) == {}
    assert schema_at(True, ("a",)) == {}


@given(free_texts({"type": "string", "minLength": 10, "maxLength": 20}))
def test_free_texts_keep_their_lengths(text: str) -> None:
    """A text is as long as its schema wants it."""
    assert 10 <= len(text) <= 20


OPEN = {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize(
    ("value", "schema", "places"),
    [
        ({"a": "x"}, OPEN, []),
        ({"a": "x", "b": 1}, OPEN, ["/b"]),
        ({"b": 1}, {**OPEN, "additionalProperties": {"type": "integer"}}, []),
        ({"b": {"c": 1}}, {**OPEN, "additionalProperties": OPEN}, ["/b/c"]),
        ([{"b": 1}], {"type": "array", "items": OPEN}, ["/0/b"]),
        ({"a": "x", "c": 1}, {"allOf": [OPEN, {"properties": {"c": {}}}]}, []),
        ({"c": 1, "d": 2}, {"anyOf": [OPEN, {"properties": {"c": {}}}]}, ["/d"]),
        ({"x": {"b": 1}}, {"type": "object", "additionalProperties": OPEN}, ["/x/b"]),
        ({"any": 1}, {"type": "object"}, []),
        ("text", OPEN, []),
        ({"any": 1}, True, []),
    ],
)
def test_undeclared_names_are_found(value: Any, schema: Any, places: list[str]) -> None:
    """A name counts as declared when any part of the schema knows it."""
    assert list(undeclared(value, schema)) == places


SHOWN: dict[str, Any] = {
    "id": "7",
    "customer": {"id": "1080"},
    "status": {"value": "assigned", "substatus": "new", "assigned": {"user": {"id": "1"}}},
    "created": "2025-01-01T00:00:00.000Z",
    "lastModified": {"date": "2025-01-02T00:00:00.000Z"},
    "customAttributes": {
        "customAttribute": [{"attribName": "p", "attribValues": {"attribValue": [{"value": "v"}]}}]
    },
}


def test_an_activity_satisfies_the_filters_it_shows() -> None:
    """Every filter read from an activity fits it, and a value that only looks alike does not."""
    known = filters_of(SHOWN, frozenset(("p",)))
    assert set(known) == {
        *("customer", "status", "assignedTo", "createdDate", "lastModifiedDate", "custom.p")
    }
    for name, values in known.items():
        assert all(satisfies_all(SHOWN, {name: value}) for value in values), name
    for name, value in (
        ("customer", "108"),
        ("status", "completed"),
        ("status", "assigned:newer"),
        ("custom.p", "V"),
        ("createdDate", "[2025-01-01T00:00:00.001Z,]"),
        ("lastModifiedDate", "[,2025-01-01T23:59:59.999Z]"),
    ):
        assert not satisfies_all(SHOWN, {name: value}), name
    assert "custom.p" not in filters_of(SHOWN, frozenset())
    assert date_of(SHOWN, "created") == SHOWN["created"]
    assert number({"id": "x"}) == 0


def test_the_model_sees_what_the_departments_share(apis: Apis) -> None:
    """Own, foreign and sharing departments are seen, others not; a pick moves what was held."""
    seed = apis.owner("searchActivities")[0].seed
    model = Model(seed)
    anna = model.actor("anna")
    seen = {record["department"] for record in model.seen_by(anna)}
    assert seen == {"501", "502", "504"}
    assert model.found_by(anna, {"customer": "1080"}) == [
        *("41001", "41002", "41003", "41004", "41006", "41007")
    ]
    assert model.customer_of("carol@example.com", "501") == "1050"
    assert model.customer_of("nobody@example.com", "501") is None
    model.now += timedelta(seconds=5)
    model.pick(["40001"], anna)
    record = model.activities["40001"]
    assert (record["assignee"], record["lastModified"]) == ("1101", "2026-11-22T00:00:05.000Z")
    assert model.found_by(anna, {"assignedUserName": "anna", "status": "open", "case": "7061"})
    told = list(unlike(record, {"id": "40001", "status": {"value": "completed"}}))
    assert any(words.startswith("status.value is 'completed'") for words in told)


def test_a_failure_shows_its_last_requests() -> None:
    """A long story is cut to its end, and says so."""
    sent = [WireRequest("GET", f"/{turn}") for turn in range(MOST_SHOWN + 2)]
    failure = Violated("a.relation", "search", "is not so", sent).failure("http://host")
    lines = failure.request.splitlines()
    assert lines[0] == "# after 2 requests more"
    assert lines[-1] == f"curl -i http://host/{MOST_SHOWN + 1}"
    assert str(failure).startswith("a.relation (search): is not so\n")
