"""The answer of a fault, in the form in which the vendor refuses and fails."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from rulebound.mock_server.answers import Answer
from rulebound.mock_server.api import Api
from rulebound.mock_server.exchange import Exchange
from rulebound.mock_server.faults.fault import Fault
from rulebound.openapi.messages import details_of
from rulebound.openapi.model import Document, ErrorAnswer, Operation

TOO_MANY = 429
_PHRASES = {each.value: each.phrase for each in HTTPStatus}
_TOO_MANY_TEXT = {
    "en": "There were too many requests.",
    "fr": "Il y a eu trop de requêtes.",
}


def answer_of(
    fault: Fault, exchange: Exchange, api: Api, operation: Operation, settings: Mapping[str, Any]
) -> Answer:
    """What a call of `operation` is answered when it meets `fault`.

    A 429 is the one a rule of the document gives, where there is such a rule, and a 500 the
    vendor's failure; others have the vendor's error object and the words HTTP has for them. No
    rule decided, so none is named.
    """
    if fault.number == HTTPStatus.INTERNAL_SERVER_ERROR:
        answer = api.refusals.failure(exchange, "unexpected", operation)
    else:
        error = _error(fault.number, api.document, operation)
        details = details_of(error, {}, {"settings": settings})
        answer = api.refusals.rule(exchange, operation, error, details, "")
    headers = answer.headers
    if fault.seconds is not None:
        headers = (*headers, ("Retry-After", str(fault.seconds)))
    return answer._replace(headers=headers, rule=None)


def _error(status: int, document: Document, operation: Operation) -> ErrorAnswer:
    if status == TOO_MANY:
        for each in (operation, *document.operations):
            for rule in each.rules:
                if rule.error is not None and rule.error.status == status:
                    return rule.error
    plain = {"en": _PHRASES.get(status, f"The status is {status}.")}
    text = _TOO_MANY_TEXT if status == TOO_MANY else plain
    return ErrorAnswer(status, str(status), text, {}, "assumed", "assumed")
