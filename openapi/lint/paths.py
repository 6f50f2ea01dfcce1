"""Paths: what conditions, facts, elements and effects name is there to be named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rulebound.openapi.conditions import Ensure, Requirement
from rulebound.openapi.expressions import (
    Compiled,
    ExpressionError,
    compile_expression,
    paths,
)
from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.shapes import at, lead
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document, FactSpec, Operation, Rule
from rulebound.openapi.pointers import join
from rulebound.openapi.query_values import query_patterns

_STANDARD = (
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "content-length",
    "content-encoding",
    "cookie",
    "host",
    "user-agent",
)


def findings(document: Document, around: Surroundings) -> Iterator[Finding]:
    """Names that lead nowhere in the request's schemas, the facts, the actor or the settings."""
    for operation in document.operations:
        known = shapes_of(operation, around)
        yield from _facts(document, operation, known)
        for rule in operation.rules:
            for key, compiled in _expressions(rule):
                pointer = join(rule.pointer, *key.split("/"))
                yield from _unknown(document, pointer, compiled, known)
        for index, row in enumerate(operation.elements):
            lost = lead(known["body"], row.path.split("."))
            if lost:
                message = f"the body has no {'.'.join(lost)}"
                pointer = join(operation.pointer, "x-elements", index, "path")
                yield document.locations.finding(pointer, message, "mend the path")
        yield from _effect(document, operation, known)


def shapes_of(operation: Operation, around: Surroundings) -> dict[str, Any]:
    """Name of a condition -> schema of what it can hold."""
    patterned = bool(query_patterns(operation))
    headers = {p.name.lower() for p in operation.where("header")}
    headers |= {*operation.credential_headers, *_STANDARD}
    media = operation.body.media if operation.body else {}
    known: dict[str, Any] = {
        "query": _texts_of((p.name for p in operation.where("query")), closed=not patterned),
        "headers": _texts_of(headers),
        "path": _texts_of(p.name for p in operation.where("path")),
        "body": {"anyOf": list(media.values())} if media else True,
        "actor": around.actor(),
        "settings": True,
        "now": {"type": "string"},
        "made": _made_shape(operation, around),
        "before": True,
    }
    if around.settings is not None:
        known["settings"] = _closed(dict.fromkeys(around.settings, True))
    for fact in operation.facts:
        known[fact.name] = _fact_shape(fact, known, around)
    return known


def _closed(properties: Mapping[str, Any], *, closed: bool = True) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": not closed}


def _texts_of(names: Iterable[str], *, closed: bool = True) -> dict[str, Any]:
    return _closed({name: {"type": "string"} for name in names}, closed=closed)


def _fact_shape(fact: FactSpec, known: Mapping[str, Any], around: Surroundings) -> Any:
    if fact.form == "lookup":
        return True
    record = around.record(fact.table)
    if fact.form == "one":
        return record
    sent = at(known.get(fact.path[0], True), (*fact.path[1:], "[]"))
    return {"type": "array", "items": _closed({"sent": sent, "found": record})}


def _made_shape(operation: Operation, around: Surroundings) -> Any:
    """What a plain effect made or found; anything for registered steps."""
    effect = operation.effect
    if effect is None or effect.table is None:
        return True
    record = around.record(effect.table)
    if effect.do == "search":
        return _closed({"records": {"type": "array", "items": record}, "count": True})
    return record


def _expressions(rule: Rule) -> Iterator[tuple[str, Compiled]]:
    condition = rule.condition
    if isinstance(condition, Requirement):
        yield "require", condition.require
        if condition.when is not None:
            yield "when", condition.when
    if isinstance(condition, Ensure):
        yield "ensure", condition.ensure
    if rule.error is not None:
        for name, compiled in rule.error.values.items():
            yield f"error/values/{name}", compiled


def _unknown(
    document: Document, pointer: str, compiled: Compiled, known: Mapping[str, Any]
) -> Iterator[Finding]:
    for path in dict.fromkeys(paths(compiled.tree)):
        lost = lead(known.get(path[0], True), path[1:])
        if lost:
            words = ".".join((path[0], *lost)).replace(".[]", "[]")
            message = f"nothing can be at {words}"
            instead = "name what the schemas, facts, actor or settings have"
            yield document.locations.finding(pointer, message, instead)


def _facts(document: Document, operation: Operation, known: Mapping[str, Any]) -> Iterator[Finding]:
    for fact in operation.facts:
        pointer = join(operation.pointer, "x-facts", fact.name)
        if fact.form == "lookup":
            continue
        path = (*fact.path, *(("[]", *fact.item) if fact.form == "each" else ()))
        lost = lead(known.get(path[0], True), path[1:])
        if lost:
            message = f"fact {fact.name} reads {'.'.join((path[0], *lost))}, which is never there"
            yield document.locations.finding(pointer, message, "mend the path")


def _effect(
    document: Document, operation: Operation, known: Mapping[str, Any]
) -> Iterator[Finding]:
    effect = operation.effect
    if effect is None or effect.steps is not None:
        return
    pointer = join(operation.pointer, "x-effect")
    names = {*operation.names, "made"}
    texts = [(join(pointer, "id"), effect.id)]
    texts += _texts(effect.map, join(pointer, "map"))
    for part in ("headers", "body"):
        texts += _texts(effect.answer.get(part), join(pointer, "answer", part))
    for place, text in texts:
        if text is None:
            continue
        try:
            compiled = compile_expression(text, names)
        except ExpressionError as error:
            message = f"is no expression: {error}"
            yield document.locations.finding(place, message, "mend it; quote texts twice")
            continue
        yield from _unknown(document, place, compiled, known)


def _texts(value: Any, pointer: str) -> list[tuple[str, str | None]]:
    """Every text inside a template, with its pointer."""
    if isinstance(value, str):
        return [(pointer, value)]
    items: Any = ()
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return [text for key, inner in items for text in _texts(inner, join(pointer, key))]
