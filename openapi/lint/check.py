"""The lint of a folder: what keeps it from loading or, when it loads, every family of findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.lint import (
    answers,
    claims,
    examples,
    paths,
    patterns,
    protocol,
    reach,
    sources,
    structure,
    witnesses,
    world,
)
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.loader import load
from rulebound.openapi.model import Document

Family = Callable[[Document, Surroundings], Iterator[Finding]]

FAMILIES: tuple[Family, ...] = (
    structure.findings,
    sources.findings,
    claims.findings,
    protocol.findings,
    reach.findings,
    answers.findings,
    paths.findings,
    world.findings,
    patterns.findings,
    examples.findings,
    witnesses.findings,
)


def check(folder: str | Path, around: Surroundings | None = None) -> list[Finding]:
    """Every finding about the document in `folder`, in order of file and line; empty when clean.

    `around` tells of the world the document lives in; what it does not tell is not checked.
    """
    try:
        document = load(folder)
    except DocumentError as error:
        return list(error.findings)
    return lint(document, around or Surroundings())


def lint(document: Document, around: Surroundings) -> list[Finding]:
    """Every finding about a document that has been loaded."""
    found = {finding for family in FAMILIES for finding in family(document, around)}
    return sorted(found.union(document.old_words))
