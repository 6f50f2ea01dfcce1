"""Schema claims: every keyword has its rule, and every claim its keyword."""

from __future__ import annotations

from collections.abc import Iterator

from rulebound.openapi.claims import Claims, Keyword, keywords, unclaimed
from rulebound.openapi.conditions import SchemaClaim
from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document, Operation, Rule
from rulebound.openapi.places import covers
from rulebound.openapi.pointers import join


def findings(document: Document, _: Surroundings) -> Iterator[Finding]:
    """Keywords without a rule, claims that match nothing, claims taken by others."""
    for operation in document.operations:
        for keyword in unclaimed(operation):
            message = f"no rule answers for {keyword}"
            instead = (
                f"write a rule with schema: {{at: {keyword.place}, keyword: {keyword.keyword}}}"
            )
            yield document.locations.finding(keyword.pointer, message, instead)
        yield from _claims(document, operation)


def _claims(document: Document, operation: Operation) -> Iterator[Finding]:
    known = keywords(operation)
    claims = Claims(operation)
    taken: dict[tuple[str, str, str | None], str] = {}
    for rule in operation.rules:
        claim = rule.condition
        if not isinstance(claim, SchemaClaim):
            continue
        empty = list(_empty(document, rule, claim, known))
        yield from empty
        if not empty and not any(claims.of(k.place, k.keyword, k.item) == rule.id for k in known):
            message = f"rule {rule.id} never answers: other rules claim its keywords nearer"
            yield document.locations.finding(join(rule.pointer, "schema"), message, "drop one")
        for at in claim.at:
            for keyword in claim.keywords:
                other = taken.setdefault((at, keyword, claim.item), rule.id)
                if other != rule.id:
                    message = f"{at} {keyword} is claimed by {other} already"
                    pointer = join(rule.pointer, "schema")
                    yield document.locations.finding(pointer, message, "keep one claim")


def _empty(
    document: Document, rule: Rule, claim: SchemaClaim, known: tuple[Keyword, ...]
) -> Iterator[Finding]:
    """Places and keywords of a claim that nothing in the schemas answers to."""
    matched = [
        (at, k)
        for k in known
        for at in claim.at
        if k.keyword in claim.keywords and covers(at, k.place) and claim.item in (None, k.item)
    ]
    pointer = join(rule.pointer, "schema")
    instead = "mend the place; properties are named without the word properties"
    for at in claim.at:
        if not any(at == matched_at for matched_at, _ in matched):
            message = f"{at} has no {' or '.join(claim.keywords)}"
            yield document.locations.finding(pointer, message, instead)
    for keyword in claim.keywords:
        if not any(keyword == k.keyword for _, k in matched):
            message = f"nothing there has {keyword}" + (f" ({claim.item})" if claim.item else "")
            yield document.locations.finding(pointer, message, instead)
