"""Sources: every statement is carried by a rule or told to carry none, and every id is known."""

from __future__ import annotations

from collections.abc import Iterator

from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document
from rulebound.openapi.pointers import join
from rulebound.openapi.positions import maps

MOST_SOURCES = 5


def findings(document: Document, _: Surroundings) -> Iterator[Finding]:
    """Unknown ids, statements nobody carries, rules with many sources and no reason."""
    known: dict[str, str] = {}
    for index, page in enumerate(document.sources):
        for id in page.statements:
            pointer = join("/x-sources", index, "statements", id)
            if id in known:
                yield document.locations.finding(
                    pointer, f"statement {id} stands twice", "keep one"
                )
            known.setdefault(id, pointer)
    carried: set[str] = set()
    for operation in document.operations:
        for rule in operation.rules:
            pointer = join(rule.pointer, "source")
            carried.update(rule.source)
            yield from _unknown(document, pointer, rule.source, known)
            if len(rule.source) > MOST_SOURCES and rule.because is None:
                message = f"rule {rule.id} carries {len(rule.source)} statements"
                instead = "split it, or say why in because"
                yield document.locations.finding(pointer, message, instead)
    for pointer, part in maps(document.bundle):
        cited = part.get("x-source", ())
        yield from _unknown(document, join(pointer, "x-source"), tuple(cited), known)
        if "/responses/" in pointer:
            carried.update(cited)
    yield from _carried(document, known, carried)


def _unknown(
    document: Document, pointer: str, cited: tuple[str, ...], known: dict[str, str]
) -> Iterator[Finding]:
    for id in cited:
        if id not in known:
            message = f"statement {id} stands on no source page"
            yield document.locations.finding(pointer, message, "mend the id, or list it there")


def _carried(document: Document, known: dict[str, str], carried: set[str]) -> Iterator[Finding]:
    informational: set[str] = set()
    for index, page in enumerate(document.sources):
        for id in page.informational:
            informational.add(id)
            pointer = join("/x-sources", index, "informational", id)
            if id not in page.statements:
                message = f"statement {id} is not one of this page"
                yield document.locations.finding(pointer, message, "mend the id")
            elif id in carried:
                message = f"statement {id} is informational, yet a rule carries it"
                yield document.locations.finding(pointer, message, "drop it in one place")
    for id, pointer in known.items():
        if id not in carried and id not in informational:
            message = f"no rule carries statement {id}"
            instead = "cite it in a rule, or give its reason under informational"
            yield document.locations.finding(pointer, message, instead)
