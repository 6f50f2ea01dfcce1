"""Witnesses: every rule that can be tried has one, and none is for a rule that is gone."""

from __future__ import annotations

from collections.abc import Iterator

from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document


def findings(document: Document, around: Surroundings) -> Iterator[Finding]:
    """Rules without a witness (a tolerance without a condition needs none), and stray witnesses."""
    if around.witnesses is None:
        return
    known: set[str] = set()
    for operation in document.operations:
        for rule in operation.rules:
            known.add(rule.id)
            if rule.id not in around.witnesses and rule.condition is not None:
                message = f"rule {rule.id} has no witness"
                yield document.locations.finding(rule.pointer, message, "write one")
    for id in sorted(set(around.witnesses) - known):
        message = f"a witness is there for {id}, which is no rule"
        yield document.locations.finding("", message, "drop the witness, or mend the name")
