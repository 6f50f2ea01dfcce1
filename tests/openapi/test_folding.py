"""A bundle is written short again for who does not notice what is shared in it."""

from __future__ import annotations

from typing import Any

from rulebound.openapi.lint.folding import folded

LEAF: dict[str, Any] = {"type": "string"}
PAIR: dict[str, Any] = {"type": "object", "properties": {"a": LEAF, "b": LEAF}}
BUNDLE: dict[str, Any] = {
    "components": {"schemas": {"Pair": PAIR}},
    "paths": {
        "/a{b}": {
            "get": {
                "parameters": [{"name": "q", "schema": PAIR, "example": PAIR}],
                "responses": {"200": {"content": {"text/x": {"schema": {"items": PAIR}}}}},
                "x-note": PAIR,
            }
        }
    },
}


def test_a_schema_that_is_shared_stands_once() -> None:
    """Its other places refer to the first; what is data or an extension stays as it is."""
    found = folded(BUNDLE)

    pair = {"$ref": "#/components/schemas/Pair"}
    get = found["paths"]["/a{b}"]["get"]
    assert found["components"]["schemas"]["Pair"] == {
        "type": "object",
        "properties": {"a": LEAF, "b": {"$ref": "#/components/schemas/Pair/properties/a"}},
    }
    assert get["parameters"] == [{"name": "q", "schema": pair, "example": PAIR}]
    assert get["responses"]["200"]["content"]["text/x"]["schema"] == {"items": pair}
    assert get["x-note"] == PAIR


def test_what_multiplies_is_written_in_no_time() -> None:
    """Thirty levels that each name the one below ten times are thirty maps."""
    schema: dict[str, Any] = LEAF
    for _ in range(30):
        schema = {"type": "object", "properties": {f"p{number}": schema for number in range(10)}}

    assert str(folded({"components": {"schemas": {"Top": schema}}})).count("'object'") == 30
