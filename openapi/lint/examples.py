"""Examples: each fits the schema it stands by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.shapes import at
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document
from rulebound.openapi.pointers import join
from rulebound.openapi.positions import maps
from rulebound.openapi.request_schema import validator


def findings(document: Document, _: Surroundings) -> Iterator[Finding]:
    """Examples, defaults and samples that break the schema around them."""
    for pointer, part in maps(document.bundle):
        for place, schema, value in _examples(pointer, part):
            yield from _fits(document, place, schema, value)
    for operation in document.operations:
        media = operation.body.media if operation.body else {}
        for index, row in enumerate(operation.elements):
            if row.sample is None:
                continue
            for schema in media.values():
                place = join(operation.pointer, "x-elements", index, "sample")
                yield from _fits(document, place, at(schema, row.path.split(".")), row.sample)


def _examples(pointer: str, part: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(pointer, schema, value) of every example in a map."""
    schema = part.get("schema", part)
    is_text = pointer.endswith("xml")
    if "default" in part:
        yield join(pointer, "default"), part, part["default"]
    if "example" in part and not (is_text and isinstance(part["example"], str)):
        yield join(pointer, "example"), schema, part["example"]
    examples = part.get("examples")
    if isinstance(examples, list):
        for index, value in enumerate(examples):
            yield join(pointer, "examples", index), schema, value
    elif isinstance(examples, dict) and "schema" in part:
        for name, example in examples.items():
            if isinstance(example, dict) and "value" in example:
                value = example["value"]
                if not (is_text and isinstance(value, str)):
                    yield join(pointer, "examples", name, "value"), schema, value


def _fits(document: Document, pointer: str, schema: Any, value: Any) -> Iterator[Finding]:
    try:
        errors = list(validator(schema).iter_errors(value))
    except jsonschema_rs.ValidationError:
        return  # A schema that is none has a finding of its own.
    for error in errors:
        keyword = error.schema_path[-1] if error.schema_path else "schema"
        where = "/".join(map(str, error.instance_path))
        at_word = f" at {where}" if where else ""
        message = f"the example breaks {keyword}{at_word}"
        yield document.locations.finding(pointer, message, "mend the example or the schema")
