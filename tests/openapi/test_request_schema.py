"""Schema breaks in readable places."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebound.openapi.claims import keywords
from rulebound.openapi.loader import load
from rulebound.openapi.places import covers, of_schema_path
from rulebound.openapi.query_values import typed
from rulebound.openapi.request_schema import RequestSchema

ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
JSON = "application/json"


def body(schema: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {JSON: {"schema": schema}}}}


CASES: list[tuple[Any, Any, tuple[str, str, str | None, str]]] = [
    ({"required": ["a"]}, {}, ("/requestBody", "required", "a", "a")),
    ({"type": "object"}, [], ("/requestBody", "type", None, "")),
    (
        {"properties": {"a": {"items": {"required": ["b"]}}}},
        {"a": [{"b": 1}, {}]},
        ("/requestBody/a/items", "required", "b", "a[1].b"),
    ),
    (
        {"properties": {"a": {"additionalProperties": False}}},
        {"a": {"x": 1}},
        ("/requestBody/a", "additionalProperties", None, "a"),
    ),
    (
        {"additionalProperties": {"type": "string"}},
        {"x": 1},
        ("/requestBody/additionalProperties", "type", None, "x"),
    ),
    (
        {"properties": {"properties": {"properties": {"items": {"type": "string"}}}}},
        {"properties": {"items": 1}},
        ("/requestBody/properties/items", "type", None, "properties.items"),
    ),
    (
        {"properties": {"a/b": {"maxLength": 1}}},
        {"a/b": "xx"},
        ("/requestBody/a~1b", "maxLength", None, "a/b"),
    ),
    ({"properties": {"a": False}}, {"a": 1}, ("/requestBody/a", "false", None, "a")),
    (
        {"patternProperties": {"^x": {"type": "string"}}},
        {"xy": 1},
        ("/requestBody/patternProperties/^x", "type", None, "xy"),
    ),
    (
        {"propertyNames": {"maxLength": 1}},
        {"xx": 1},
        ("/requestBody/propertyNames", "maxLength", None, ""),
    ),
    (
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
        {"a": 1},
        ("/requestBody/then", "required", "b", "b"),
    ),
    ({"allOf": [{"required": ["z"]}]}, {}, ("/requestBody/allOf/0", "required", "z", "z")),
    (
        {"dependentRequired": {"a": ["b"]}},
        {"a": 1},
        ("/requestBody", "dependentRequired", "b", "b"),
    ),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {}, ("/requestBody", "anyOf", None, "")),
    ({"not": {"type": "object"}}, {}, ("/requestBody", "not", None, "")),
    ({"format": "date-time"}, "yesterday", ("/requestBody", "format", None, "")),
    ({"format": "email"}, "nobody", ("/requestBody", "format", None, "")),
    ({"prefixItems": [{"const": 1}]}, [2], ("/requestBody/prefixItems/0", "const", None, "[0]")),
]


@pytest.mark.parametrize(("schema", "value", "expected"), CASES)
def test_a_break_names_its_place_keyword_item_and_spot(
    kit: Any, schema: Any, value: Any, expected: tuple[str, str, str | None, str]
) -> None:
    """Errors are told by readable place, never by the text of a library."""
    operation = kit.load(**body(schema)).operations[0]
    (found,) = RequestSchema(operation).breaks(kit.request(value))
    assert (found.place, found.keyword, found.item, found.at) == expected
    assert [(k.place, k.keyword, k.item) for k in keywords(operation)].count(expected[:3]) <= 1


def test_parameters_are_read_as_their_simple_types(kit: Any) -> None:
    """Query, header and path values are judged as integers, numbers and booleans where declared."""
    parameters = [
        {"name": "n", "in": "query", "required": True, "schema": {"type": "integer", "maximum": 9}},
        {"name": "X-Mode", "in": "header", "schema": {"type": "boolean"}},
        {"name": "Accept", "in": "header", "required": True, "schema": {"enum": ["a/b"]}},
        {"name": "id", "in": "path", "required": True, "schema": {"type": "number", "minimum": 2}},
    ]
    operation = kit.load(parameters=parameters).operations[0]
    schema = RequestSchema(operation)

    def breaks(query: str | None = None, header: str = "true", path: str = "3") -> list[Any]:
        asked = kit.request(
            {"name": "n"},
            query=() if query is None else (("n", query),),
            headers=(("x-mode", header),),
            path_parameters={"id": path},
        )
        return [(b.place, b.keyword, b.item) for b in schema.breaks(asked)]

    assert breaks("7") == []
    assert breaks("70") == [("/parameters/n", "maximum", None)]
    assert breaks("x") == [("/parameters/n", "type", None)]
    assert breaks() == [("/parameters/n", "required", None)]
    assert breaks("7", header="maybe") == [("/parameters/X-Mode", "type", None)]
    assert breaks("7", path="1.5") == [("/parameters/id", "minimum", None)]


def test_parameters_of_the_path_are_those_of_its_operations(kit: Any) -> None:
    """An operation has the parameters of its path, unless it declares them anew."""
    whole = kit.root(parameters=[{"name": "a", "in": "query", "schema": {"type": "array"}}])
    whole["paths"]["/things"]["parameters"] = [
        {"name": "a", "in": "query", "schema": {"maxLength": 1}},
        {"name": "b", "in": "query", "schema": {"maxLength": 1}},
    ]
    operation = load(kit.folder({"openapi.yaml": whole})).operations[0]
    assert [(p.name, p.pointer) for p in operation.parameters] == [
        ("b", "/paths/~1things/parameters/1"),
        ("a", "/paths/~1things/post/parameters/0"),
    ]
    asked = kit.request({"name": "n"}, query=(("a", "x,y"), ("b", "xx")))
    (found,) = RequestSchema(operation).breaks(asked)
    assert (found.place, found.at) == ("/parameters/b", "b")


def test_a_list_in_a_query_is_written_with_commas() -> None:
    """Items are typed one by one; no text is no item."""
    schema = {"type": "array", "items": {"type": "integer"}}
    assert typed("1,2,x", schema) == [1, 2, "x"]
    assert typed("", schema) == []


@pytest.mark.parametrize("text", ["1_0", "٣", " 1", "1.0", "01", "+1", "", "0x1", "1e2", "9" * 301])
def test_only_plain_digits_are_integers(text: str) -> None:
    """What only a lenient reader takes for an integer stays a text."""
    assert typed(text, {"type": "integer"}) == text


@given(st.integers())
def test_every_integer_written_plainly_is_one(number: int) -> None:
    """Integers and their text are the same to a query parameter."""
    assert typed(str(number), {"type": ["integer", "null"]}) == number


@given(
    st.lists(st.sampled_from(["a", "b"]), max_size=4),
    st.lists(st.sampled_from(["a", "b"]), max_size=4),
)
def test_a_glob_covers_its_place_and_all_below(above: list[str], below: list[str]) -> None:
    """`/x/**` covers /x and everything under it, and nothing beside it."""
    top = "".join(f"/{part}" for part in ["requestBody", *above])
    inner = top + "".join(f"/{part}" for part in below)
    assert covers(f"{top}/**", inner)
    assert covers(inner, inner)
    assert not covers(f"{top}/**", f"{top}x")


def test_the_word_properties_is_left_out_of_places() -> None:
    """Places read as the request does."""
    path = ["properties", "query", "properties", "unpin", "enum"]
    assert of_schema_path(path) == ("/parameters/unpin", "enum")
