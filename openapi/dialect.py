"""The dialect checked: a bundle against `dialect.yaml`, every defect as a finding."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs
from rulebound.openapi.findings import Finding
from rulebound.openapi.locations import Locations
from rulebound.openapi.near import near
from rulebound.openapi.pointers import join
from rulebound.openapi.yaml_reader import read_text


@cache
def schema() -> dict[str, Any]:
    """The dialect's JSON Schema."""
    text = resources.files("rulebound.openapi").joinpath("dialect.yaml").read_text("utf-8")
    read: dict[str, Any] = read_text(text, "dialect.yaml").value
    return read


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema(), offline=True)


def check(value: dict[str, Any], locations: Locations) -> list[Finding]:
    """Where the bundle breaks the dialect; `instead` says what is allowed there."""
    if _validator().is_valid(value):
        return []
    return [f for error in _validator().iter_errors(value) for f in _findings(error, locations)]


def _findings(error: Any, locations: Locations) -> Iterator[Finding]:
    pointer = join("", *error.instance_path)
    around = _around(error.schema_path)
    keyword = error.schema_path[-1]
    match type(error.kind).__name__:
        case "AdditionalProperties":
            allowed = around.get("properties", {})
            for name in error.kind.unexpected:
                message = f"key {name!r} is not known here"
                yield locations.finding(join(pointer, name), message, near(name, allowed))
        case "PropertyNames":
            name = error.kind.error.instance
            yield locations.finding(
                join(pointer, name),
                f"key {name!r} is not allowed here",
                _instead(_parent(error.schema_path)),
            )
        case "Required":
            missing = error.kind.property
            yield locations.finding(
                pointer, f"key {missing!r} is missing", _instead(around) or f"write '{missing}: ..'"
            )
        case kind:
            yield locations.finding(pointer, _message(kind, keyword), _instead(around, keyword))


def _message(kind: str, keyword: str) -> str:
    words = {
        "Type": "is of the wrong type",
        "Enum": "is none of the allowed values",
        "Constant": "is none of the allowed values",
        "Pattern": "is not written as it has to be",
        "UniqueItems": "says something twice",
        "MinItems": "is empty",
        "MinLength": "is empty",
        "MinProperties": "is empty",
        "OneOfNotValid": "has keys that do not make a whole",
        "OneOfMultipleValid": "has keys that do not make a whole",
        "AnyOf": "has a form that is not known",
    }
    return words.get(kind, f"does not fit ({keyword})")


def _around(path: list[str | int]) -> dict[str, Any]:
    """The schema object that holds the keyword at the end of `path`."""
    return _at(path[:-1])


def _parent(path: list[str | int]) -> dict[str, Any]:
    """The schema with a `description` above `path`."""
    for length in range(len(path) - 1, -1, -1):
        found = _at(path[:length])
        if "description" in found:
            return found
    return {}


def _at(path: list[str | int]) -> dict[str, Any]:
    here: Any = schema()
    for part in path:
        here = _resolved(here)[str(part)] if isinstance(here, dict) else here[int(part)]
    return _resolved(here) if isinstance(here, dict) else {}


def _resolved(here: dict[str, Any]) -> dict[str, Any]:
    """A schema with the definition it refers to laid under it."""
    if "$ref" not in here:
        return here
    definition = schema()["$defs"][here["$ref"].rpartition("/")[2]]
    return {**_resolved(definition), **{k: v for k, v in here.items() if k != "$ref"}}


def _instead(around: dict[str, Any], keyword: str = "") -> str:
    if "description" in around:
        return str(around["description"])
    allowed = around.get(keyword)
    match keyword:
        case "enum":
            return "allowed are " + ", ".join(map(str, allowed or ()))
        case "type":
            kinds = allowed if isinstance(allowed, list) else [allowed]
            return "write " + " or ".join(f"a {kind}" for kind in kinds)
        case "minimum" | "maximum" | "pattern" | "const":
            return f"{keyword} is {allowed}"
    return ""
