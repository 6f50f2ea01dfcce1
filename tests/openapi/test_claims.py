"""Claims: the rules that answer for schema keywords, over drawn schemas and values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rulebound.openapi.claims import Claims, keywords, unclaimed
from rulebound.openapi.judge import Judge
from rulebound.openapi.loader import load
from rulebound.openapi.request_schema import RequestSchema

JSON = "application/json"


def body(schema: Any) -> dict[str, Any]:
    return {"parameters": [], "requestBody": {"content": {JSON: {"schema": schema}}}}


LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer"},
        {"maxLength": 2},
        {"minimum": 1},
        {"enum": ["a", 1]},
        {"const": "a"},
        {"pattern": "^a"},
        {"maxItems": 1},
        {"uniqueItems": True},
        {"required": ["a", "b"]},
        {"minProperties": 2},
        {"not": {"type": "string"}},
        {"dependentRequired": {"a": ["b"]}},
        {"format": "email"},
        {"contains": {"type": "string"}},
        False,
        True,
        {},
    ]
)


def shapes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(["a", "b", "items", "properties", "x/y"])
    return st.one_of(
        st.fixed_dictionaries({"properties": st.dictionaries(names, inner, max_size=3)}),
        st.fixed_dictionaries({"items": inner}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"oneOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"if": inner, "then": inner, "else": inner}),
        st.fixed_dictionaries({"additionalProperties": inner}),
        st.fixed_dictionaries({"patternProperties": st.dictionaries(st.just("^a"), inner)}),
        st.fixed_dictionaries(
            {"propertyNames": st.sampled_from([{"maxLength": 1}, {"const": "a"}])}
        ),
        st.fixed_dictionaries({"prefixItems": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"dependentSchemas": st.dictionaries(st.just("a"), inner)}),
    )


SCHEMAS = st.recursive(LEAVES, shapes, max_leaves=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["", "a", "abc"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "b", "items", "properties", "x/y", "z"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=150,
    deadline=None,
)
@given(schema=SCHEMAS, value=VALUES)
def test_every_break_is_of_a_keyword_that_lint_knows(kit: Any, schema: Any, value: Any) -> None:
    """Whatever can refuse a request is listed, so that nothing refuses without a rule."""
    operation = kit.load(**body(schema)).operations[0]
    found = RequestSchema(operation).breaks(kit.request(value))
    known = {(k.place, k.keyword, k.item) for k in keywords(operation)}
    assert {(b.place, b.keyword, b.item) for b in found} <= known
    reference = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    if "email" not in str(schema):
        assert bool(found) == (not reference.is_valid(value))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
    deadline=None,
)
@given(schema=SCHEMAS, value=VALUES)
def test_with_every_keyword_claimed_every_break_has_a_rule(
    kit: Any, schema: Any, value: Any
) -> None:
    """A document without unclaimed keywords has no break without a rule."""
    operation = kit.load(**body(schema)).operations[0]
    places = sorted({(k.place, k.keyword) for k in unclaimed(operation)})
    rules = {
        f"make.r{n}": kit.rule(schema={"at": place, "keyword": keyword})
        for n, (place, keyword) in enumerate(places)
    }
    document = kit.load(rules, **body(schema))
    assert unclaimed(document.operations[0]) == ()
    trace = kit.judge(document, kit.request(value))
    assert trace.unclaimed == ()
    assert (trace.deciding is None) == (RequestSchema(operation).breaks(kit.request(value)) == ())


def test_exact_claims_beat_globs_and_long_globs_short_ones(kit: Any) -> None:
    """The nearest claim answers; a claim with an item beats one without."""
    schema = {
        "required": ["a", "b"],
        "properties": {"a": {"type": "string"}, "b": {"properties": {"c": {"type": "string"}}}},
    }
    document = kit.load(
        {
            "make.all": kit.rule(schema={"at": "/requestBody/**", "keyword": ["type", "required"]}),
            "make.b": kit.rule(schema={"at": "/requestBody/b/**", "keyword": "type"}),
            "make.a": kit.rule(schema={"at": "/requestBody/a", "keyword": "type"}),
            "make.given": kit.rule(
                schema={"at": "/requestBody", "keyword": "required", "item": "a"}
            ),
        },
        **body(schema),
    )
    claims = Claims(document.operations[0])
    assert claims.of("/requestBody/a", "type", None) == "make.a"
    assert claims.of("/requestBody/b/c", "type", None) == "make.b"
    assert claims.of("/requestBody/z", "type", None) == "make.all"
    assert claims.of("/requestBody", "required", "a") == "make.given"
    assert claims.of("/requestBody", "required", "b") == "make.all"
    assert claims.of("/requestBody/a", "maxLength", None) is None


def test_a_choice_is_claimed_by_claims_on_all_of_its_branches(kit: Any) -> None:
    """Exact claims in every branch of anyOf answer for it; globs and parts of it do not."""
    schema = {"anyOf": [{"required": ["a"]}, {"maxLength": 2}]}
    first = kit.rule(schema={"at": "/requestBody/anyOf/0", "keyword": "required"})
    second = kit.rule(schema={"at": "/requestBody/anyOf/1", "keyword": "maxLength"})
    glob = kit.rule(schema={"at": "/requestBody/**", "keyword": ["maxLength", "required"]})
    for rules, open_ in (
        ({"a.a": first, "a.b": second}, 0),
        ({"a.a": first}, 1),
        ({"a.a": glob}, 1),
    ):
        operation = kit.load(rules, **body(schema)).operations[0]
        assert [k.keyword for k in unclaimed(operation)] == ["anyOf"] * open_


def test_a_claim_inside_a_branch_answers_for_the_choice(kit: Any) -> None:
    """A rule about a keyword in a branch of anyOf is broken when it keeps that from fitting."""
    schema = {"anyOf": [{"required": ["a"]}, {"type": "string", "maxLength": 2}]}
    document = kit.load(
        {"make.a": kit.rule(schema={"at": "/requestBody/anyOf/0", "keyword": "required"})},
        **body(schema),
    )
    found = Judge(document.operations[0]).schema_breaks(kit.request({}))
    assert list(found) == ["make.a"]


@pytest.mark.parametrize("api", ["egain-v3", "ece-v12", "leadsquared-v2"])
def test_every_keyword_of_our_documents_has_a_rule(api: str) -> None:
    """Nothing in our own documents refuses a request without a rule."""
    document = load(Path(__file__).parents[2] / "openapi" / api)
    for operation in document.operations:
        assert unclaimed(operation) == ()
