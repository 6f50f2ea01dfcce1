"""Refusals and failures in the vendor's own form: its error object, a media type, a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rulebound.mock_server.answers import JSON, Answer, write_body
from rulebound.mock_server.exchange import Exchange
from rulebound.openapi.conditions import ProtocolCheck
from rulebound.openapi.messages import message
from rulebound.openapi.model import Document, ErrorAnswer, Operation
from rulebound.openapi.negotiation import (
    best_language,
    best_media_type,
    offered_languages,
    offered_media_types,
)

FAILURES: Mapping[str, tuple[int, str]] = {
    "not-found": (404, "There is nothing at this address."),
    "method": (405, "This address does not know the method of the request."),
    "unexpected": (500, "The request could not be processed."),
    "credentials": (401, "The request carries no valid credential."),
    "malformed": (400, "The request cannot be taken as it stands: {fault}."),
    "late": (408, "The request did not arrive in time: {fault}."),
    "elsewhere": (421, "The request is for another server: {fault}."),
    "busy": (503, "The request cannot be taken now: {fault}."),
}
"""Status and words of what no rule refuses, where a document says nothing else."""
_MOST_WRITTEN = 2000
_LONGEST = 300
"""Characters of what a request accepts, when the answer is remembered by it."""
_LANGUAGES = ("en", "fr")
# Checks whose refusal says that a request cannot be taken as it stands, the nearest first.
_ALIKE = ("body-well-formed", "query-known", "content-type")


class Refusals:
    """The error answers of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._shapes = {each.id: _error_shapes(each) for each in document.operations}
        self._offered = {each.id: offered_languages(each) for each in document.operations}
        # Bodies of messages that say nothing of the request, and their media types: by operation,
        # rule or failure, its code (no rule decides on a fault), and what the request accepts.
        self._written: dict[
            tuple[str | None, str, str, str | None, str | None], tuple[str, bytes]
        ] = {}
        self._first = document.operations[0]
        self._default = self._shapes[self._first.id]
        tags = [tag for each in document.operations for tag in offered_languages(each)]
        # What belongs to no operation is told in any language that one of them offers.
        self._languages = tuple(dict.fromkeys(tags)) or _LANGUAGES

    def rule(
        self,
        exchange: Exchange,
        operation: Operation,
        error: ErrorAnswer,
        details: Mapping[str, Any],
        rule: str,
    ) -> Answer:
        """The answer of a broken rule."""
        media, content = self._told(exchange, operation, error, details, rule)
        return Answer(error.status, (), content, media, rule)

    def failure(
        self,
        exchange: Exchange,
        name: str,
        operation: Operation | None = None,
        details: Mapping[str, Any] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        """An answer of no rule: not-found, method, unexpected, credentials or malformed."""
        error = self._document.failures.get(name) or self._fallback(name, operation)
        media, content = self._told(exchange, operation, error, details or {}, f"({name})")
        return Answer(error.status, headers, content, media)

    def unread(self, name: str, fault: str, accepted: str | None = None) -> Answer:
        """The answer to what was not read as a request: malformed, late, elsewhere or busy;
        `accepted` is its Accept header, where that much was read."""
        error = self._document.failures.get(name) or self._fallback(name, self._first)
        media = best_media_type(accepted, self._default) or next(iter(self._default))
        body = self.body(error.code, message(error, None, {"fault": fault}))
        return Answer(error.status, (), write_body(body, media, self._default[media]), media)

    def body(self, code: str, text: str) -> Any:
        """The vendor's error object."""
        return _filled(self._document.error_body, {"{code}": code, "{message}": text})

    def _told(
        self,
        exchange: Exchange,
        operation: Operation | None,
        error: ErrorAnswer,
        details: Mapping[str, Any],
        why: str,
    ) -> tuple[str, bytes]:
        """The media type and the body; without details the same for all that accept the same."""
        id = operation.id if operation else None
        accepted, languages = exchange.header("accept"), exchange.header("accept-language")
        key = (id, why, error.code, accepted, languages)
        if not details and (known := self._written.get(key)) is not None:
            return known
        shapes = self._shapes.get(id or "", self._default)
        media = best_media_type(accepted, shapes) or next(iter(shapes))
        language = best_language(languages, self._offered.get(id or "", self._languages))
        text = message(error, language, details)
        told = media, write_body(self.body(error.code, text), media, shapes[media])
        if not details and len(accepted or "") + len(languages or "") <= _LONGEST:
            if len(self._written) >= _MOST_WRITTEN:
                self._written.clear()
            self._written[key] = told
        return told

    def _fallback(self, name: str, operation: Operation | None) -> ErrorAnswer:
        status, text = FAILURES[name]
        code = str(status)
        if name == "malformed" and operation is not None:
            code = _code_alike(operation) or code
        return ErrorAnswer(status, code, {"en": text}, {}, "assumed", "assumed")


def _code_alike(operation: Operation) -> str | None:
    codes = {
        rule.condition.name: rule.error.code
        for rule in operation.rules
        if isinstance(rule.condition, ProtocolCheck) and rule.error is not None
    }
    return next((codes[name] for name in _ALIKE if name in codes), None)


def _error_shapes(operation: Operation) -> dict[str, Any]:
    """Media type -> schema of the error bodies, in the order in which answers are offered."""
    found: dict[str, Any] = {}
    for status, response in operation.responses.items():
        if not status.startswith("2"):
            for media, content in response.get("content", {}).items():
                found.setdefault(media, content.get("schema", True))
    order = [media for media in offered_media_types(operation) if media in found]
    return {media: found[media] for media in (*order, *found)} or {JSON: True}


def _filled(template: Any, values: Mapping[str, str]) -> Any:
    if isinstance(template, Mapping):
        return {name: _filled(each, values) for name, each in template.items()}
    if isinstance(template, list):
        return [_filled(each, values) for each in template]
    if not isinstance(template, str):
        return template
    if template in values:
        return values[template]
    for placeholder, value in values.items():
        template = template.replace(placeholder, value)
    return template
