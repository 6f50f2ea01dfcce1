"""The world: what facts and effects name is in its tables and among its look-ups."""

from __future__ import annotations

from collections.abc import Iterator

from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document, Operation
from rulebound.openapi.pointers import join
from rulebound.openapi.world_fit import misfits

_ONE_RECORD = ("read", "update", "delete")


def findings(document: Document, around: Surroundings) -> Iterator[Finding]:
    """Names that the world has not, and effects that do not say which record they are about."""
    yield from misfits(document, around.tables, around.lookups)
    for operation in document.operations:
        yield from _which(document, operation)


def _which(document: Document, operation: Operation) -> Iterator[Finding]:
    effect = operation.effect
    if effect is None or effect.do not in _ONE_RECORD or effect.id is not None:
        return
    if not any(parameter.name == "id" for parameter in operation.where("path")):
        message = f"does not say which record to {effect.do}: the path has no parameter id"
        pointer = join(operation.pointer, "x-effect")
        yield document.locations.finding(pointer, message, "write id: and an expression for its id")
