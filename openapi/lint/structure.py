"""OpenAPI itself: what the standard's own schema says, and schemas that are none."""

from __future__ import annotations

from collections.abc import Iterator

import jsonschema_rs
from openapi_spec_validator import OpenAPIV31SpecValidator
from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.folding import folded
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document
from rulebound.openapi.pointers import join
from rulebound.openapi.positions import maps
from rulebound.openapi.request_schema import validator


def findings(document: Document, _: Surroundings) -> Iterator[Finding]:
    """Where the bundle breaks OpenAPI 3.1."""
    for error in OpenAPIV31SpecValidator(folded(document.bundle)).iter_errors():
        pointer = join("", *getattr(error, "absolute_path", ()))
        first = str(error.message).partition("\n")[0]
        yield document.locations.finding(pointer, f"OpenAPI 3.1: {first}", "see the standard")
    for pointer, part in maps(document.bundle):
        if "schema" in part and isinstance(part["schema"], (dict, bool)):
            yield from _schema(document, join(pointer, "schema"), part["schema"])


def _schema(document: Document, pointer: str, schema: object) -> Iterator[Finding]:
    try:
        validator(schema)
    except jsonschema_rs.ValidationError as error:
        place = join(pointer, *error.instance_path)
        yield document.locations.finding(
            place,
            "the schema cannot be used",
            "write JSON Schema 2020-12, patterns without look-around and huge repetitions",
        )
