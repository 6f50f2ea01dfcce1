"""A document of the house in OpenAPI 3.0, the only version that Connexion knows by itself.

What 3.0 can say in other words is said so; no constraint of a request or an answer is left out.
A keyword that is not known here is an error, so that nothing is lost in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KEPT = (
    "enum",
    "format",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
    "required",
)
_SAYS_NOTHING = ("default", "description", "example", "examples", "title", "xml")
_PARTS = ("operationId", "security", "parameters", "requestBody", "responses")


def plain_document(bundle: Mapping[str, Any], base: str) -> dict[str, Any]:
    """The bundle in 3.0, its operations below the path `base`. ValueError for what 3.0 lacks."""
    paths = {
        path: {method: _operation(raw) for method, raw in item.items() if isinstance(raw, dict)}
        for path, item in bundle["paths"].items()
    }
    components = {"securitySchemes": _without_own(bundle["components"]["securitySchemes"])}
    document = {
        "openapi": "3.0.3",
        "info": {"title": bundle["info"]["title"], "version": bundle["info"]["version"]},
        "servers": [{"url": base or "/"}],
        "paths": paths,
        "components": components,
    }
    return {**document, "security": bundle["security"]} if "security" in bundle else document


def plain_schema(schema: Any) -> dict[str, Any]:
    """A schema of 3.1 in the words of 3.0. ValueError for a keyword that is not known here."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    plain: dict[str, Any] = {}
    besides: list[dict[str, Any]] = []
    for key, value in schema.items():
        if key.startswith("x-") or key in _SAYS_NOTHING or key in ("then", "else"):
            continue
        if key in _KEPT:
            plain[key] = value
        elif key == "type":
            besides += _type(plain, value)
        elif key == "const":
            besides.append({"enum": [value]})
        elif key == "if":
            besides += _if(schema)
        elif key == "properties":
            plain[key] = {name: plain_schema(part) for name, part in value.items()}
        elif key == "additionalProperties":
            plain[key] = value if isinstance(value, bool) else plain_schema(value)
        elif key in ("items", "not"):
            plain[key] = plain_schema(value)
        elif key in ("allOf", "anyOf", "oneOf"):
            plain[key] = [plain_schema(part) for part in value]
        else:
            raise ValueError(f"{key} is not known here; say how it is written in OpenAPI 3.0")
    if besides:
        plain["allOf"] = [*plain.get("allOf", ()), *besides]
    if plain.get("type") == "array":
        plain.setdefault("items", {})
    return plain


def _type(plain: dict[str, Any], value: Any) -> list[dict[str, Any]]:
    """3.0 has one type at most; several are alternatives."""
    if isinstance(value, str):
        plain["type"] = value
        return []
    return [{"anyOf": [{"type": each} for each in value]}]


def _if(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`if` A `then` B is: not A, or B; `else` C is: A, or C."""
    asked = plain_schema(schema["if"])
    said = []
    if "then" in schema:
        said.append({"anyOf": [{"not": asked}, plain_schema(schema["then"])]})
    if "else" in schema:
        said.append({"anyOf": [asked, plain_schema(schema["else"])]})
    return said


def _operation(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _rest(raw[key]) for key in _PARTS if key in raw}


def _rest(value: Any) -> Any:
    """What stands around schemas, the schemas in it made plain."""
    if isinstance(value, list):
        return [_rest(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, part in value.items():
        if key == "schema":
            found[key] = plain_schema(part)
        elif not key.startswith("x-") and key not in ("examples", "example"):
            found[key] = _rest(part)
    return found


def _without_own(schemes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in scheme.items() if not key.startswith("x-")}
        for name, scheme in schemes.items()
    }
