"""Answers: statuses are declared, languages complete, placeholders known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulebound.openapi.conditions import (
    Condition,
    ElementsClaim,
    ProtocolCheck,
    SchemaClaim,
)
from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document, ErrorAnswer, Operation, Rule
from rulebound.openapi.pointers import join

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SCHEMA = ("at", "name", "names", "path", "value", "limit", "keyword")
_ELEMENTS = ("path", "name", "paths")
_CHECKS = {
    "query-known": ("name", "names"),
    "query-once": ("name", "names"),
    "query-not-empty": ("name", "names"),
    "header-given": ("name", "header"),
    "accept-given": ("name", "header"),
    "content-type-given": ("name", "header"),
    "language": ("name", "header", "value", "offered"),
    "accept": ("name", "header", "value", "offered"),
    "content-type": ("name", "value", "reason"),
    "body-well-formed": ("fault",),
}


def findings(document: Document, _: Surroundings) -> Iterator[Finding]:
    """Errors that the operation's responses do not declare, and messages that cannot be filled."""
    languages = _languages(document)
    for operation in document.operations:
        for rule in operation.rules:
            if rule.error is not None:
                yield from _declared(document, operation, rule, rule.error)
                yield from _message(document, rule, rule.error, languages)
                yield from _tolerance(document, rule, rule.error)


def _languages(document: Document) -> set[str]:
    """The languages that some message of the document is written in."""
    return {
        language
        for operation in document.operations
        for rule in operation.rules
        if rule.error is not None
        for language in rule.error.message
    }


def _declared(
    document: Document, operation: Operation, rule: Rule, error: ErrorAnswer
) -> Iterator[Finding]:
    status = str(error.status)
    if not {status, f"{status[0]}XX", "default"} & operation.responses.keys():
        message = f"rule {rule.id} answers {status}, which {operation.id} does not declare"
        instead = f"declare '{status}' among its responses"
        yield document.locations.finding(join(rule.pointer, "error", "status"), message, instead)


def _tolerance(document: Document, rule: Rule, error: ErrorAnswer) -> Iterator[Finding]:
    """A 2xx where a documented or derived rule refuses is always broken: tolerating it is vain."""
    accepts = [each.status for each in error.tolerates if 200 <= each.status < 300]
    if accepts and error.status_basis in ("documented", "derived"):
        message = (
            f"rule {rule.id} is {error.status_basis}, so tolerating {accepts[0]} has no effect"
        )
        instead = "call its status assumed (or vendor), or drop the tolerance"
        yield document.locations.finding(join(rule.pointer, "error"), message, instead)


def _message(
    document: Document, rule: Rule, error: ErrorAnswer, languages: set[str]
) -> Iterator[Finding]:
    pointer = join(rule.pointer, "error", "message")
    for language in sorted(languages - error.message.keys()):
        message = f"the message of {rule.id} is not written in {language}"
        yield document.locations.finding(pointer, message, f"write {language}: ..")
    known = {*placeholders(rule.condition), *error.values}
    used: set[str] = set()
    for text in error.message.values():
        used.update(_PLACEHOLDER.findall(text))
    for name in sorted(used - known):
        instead = f"known are {', '.join(sorted(known)) or 'none'}; or give it under values"
        yield document.locations.finding(pointer, f"placeholder {{{name}}} is unknown", instead)
    for name in sorted(error.values.keys() - used):
        place = join(rule.pointer, "error", "values", name)
        message = f"value {name} stands in no message"
        yield document.locations.finding(place, message, f"write {{{name}}} in the message")


def placeholders(condition: Condition | None) -> tuple[str, ...]:
    """The placeholders that the outcome of a condition fills by itself."""
    match condition:
        case SchemaClaim():
            return _SCHEMA
        case ElementsClaim():
            return _ELEMENTS
        case ProtocolCheck(name):
            return _CHECKS.get(name, ())
        case _:
            return ()
