"""A value of a schema, from what its author wrote as an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rulebound.openapi.model import Operation, Parameter

_BY_TYPE: Mapping[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1.0,
    "boolean": True,
    "null": None,
}


def sample_parameter(parameter: Parameter) -> str:
    """A value of a parameter, as text."""
    value = _given(parameter.raw)
    return str(sample(parameter.schema) if value is None else value)


def sample_body(operation: Operation) -> Any:
    """A body of an operation: its first example, or what its schema and x-elements ask for."""
    content = operation.raw["requestBody"]["content"]
    for part in content.values():
        if (value := _given(part)) is not None:
            return value
    if operation.body is None:
        return None
    body = sample(next(iter(operation.body.media.values())))
    for row in operation.elements:
        if isinstance(body, dict) and next(iter(row.cells.values()), "") == "required":
            _put(body, row.path.split("."), row.sample)
    return body


def sample(schema: Any) -> Any:
    """A value of a schema: required members alone, examples before defaults before kinds."""
    if not isinstance(schema, Mapping):
        return {}
    for value in (*schema.get("examples", ()), *(schema.get(k) for k in ("default", "const"))):
        if value is not None:
            return value
    if "enum" in schema:
        return schema["enum"][0]
    for keyword in ("oneOf", "anyOf", "allOf"):
        if keyword in schema and "type" not in schema:
            return sample(schema[keyword][0])
    kind = schema.get("type", "object")
    kind = kind if isinstance(kind, str) else kind[0]
    if kind == "array":
        return [sample(schema.get("items", True))]
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: sample(properties.get(name)) for name in schema.get("required", ())}
    return _BY_TYPE[kind]


def _given(part: Mapping[str, Any]) -> Any:
    """The example of a parameter or media type, in either of OpenAPI's two forms."""
    for example in part.get("examples", {}).values():
        if "value" in example:
            return example["value"]
    return part.get("example")


def _put(body: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        inner = body.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        body = inner
    body.setdefault(path[-1], value)
