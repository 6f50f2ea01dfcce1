"""Where the stub's check of its answers is stricter or laxer than Connexion's, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jsonschema import Draft202012Validator
from oracle.calling import Told
from oracle.features import leaves
from oracle.sides import REFUSED, TAKEN
from rulebound.openapi.model import Operation

Concerns = Callable[[Told, Operation], bool]


@dataclass(frozen=True)
class AnswerDifference:
    """A kind of answer on which the two differ: what Connexion says of it. `example` makes one of
    the answer to the first valid request to `operation`."""

    name: str
    plain: str
    because: str
    concerns: Concerns
    operation: str
    example: Callable[[Told], Told]


def _declared(told: Told, operation: Operation) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = operation.responses.get(str(told.status))
    return found


def _undeclared(told: Told, operation: Operation) -> bool:
    return _declared(told, operation) is None


def _other_media(told: Told, operation: Operation) -> bool:
    content = (_declared(told, operation) or {}).get("content", {})
    return bool(told.body) and told.headers.get("content-type") not in content


def _no_body(told: Told, operation: Operation) -> bool:
    content = (_declared(told, operation) or {}).get("content", {})
    return not told.body and "application/xml" in content


def _odd_header(told: Told, operation: Operation) -> bool:
    declared = (_declared(told, operation) or {}).get("headers", {})
    return any(
        name.lower() in told.headers
        and not Draft202012Validator(raw.get("schema", True)).is_valid(told.headers[name.lower()])
        for name, raw in declared.items()
    )


def _whole_float(told: Told, operation: Operation) -> bool:
    return any(isinstance(each, float) and each.is_integer() for each in leaves(told.body))


def _line_end(told: Told, operation: Operation) -> bool:
    return any(isinstance(each, str) and each.endswith("\n") for each in leaves(told.body))


def without_points(told: Told) -> Told:
    """Whole numbers without a point, as Connexion wants them."""

    def number(text: str) -> float | int:
        value = float(text)
        return int(value) if value.is_integer() else value

    value = json.loads(told.body, parse_float=number) if told.body else None
    return replace(told, body=json.dumps(value).encode()) if told.body else told


def _says(old: bytes, new: bytes) -> Callable[[Told], Told]:
    def made(told: Told) -> Told:
        assert old in told.body, told.body
        return replace(told, body=told.body.replace(old, new, 1))

    return made


def _refused(told: Told, media: str) -> Told:
    body = b'{"code":"400-100","developerMessage":"No."}'
    return replace(told, status=400, body=body, headers={"content-type": media})


_TASK, _SEARCH = "createTaskActivity", "searchActivities"
ANSWER_DIFFERENCES = (
    AnswerDifference(
        "a status that is not declared",
        TAKEN,
        "Connexion checks such an answer against nothing.",
        _undeclared,
        _TASK,
        lambda told: replace(told, status=202),
    ),
    AnswerDifference(
        "a media type of another status",
        TAKEN,
        "Connexion asks for the media types of the whole operation, of errors not even that.",
        _other_media,
        _TASK,
        lambda told: _refused(told, "text/plain"),
    ),
    AnswerDifference(
        "no body where one is declared",
        TAKEN,
        "Without a Content-Type Connexion takes the first declared, XML, and does not read it.",
        _no_body,
        _SEARCH,
        lambda told: replace(told, body=b"", headers={"x-egain-session": "1"}),
    ),
    AnswerDifference(
        "a header that does not fit its schema",
        TAKEN,
        "Connexion asks only whether a header is there.",
        _odd_header,
        _TASK,
        lambda told: replace(told, headers={"location": "elsewhere"}),
    ),
    AnswerDifference(
        "a line's end behind a pattern's $",
        TAKEN,
        "Python finds $ before a last line end as well; the patterns of JSON Schema do not.",
        _line_end,
        _SEARCH,
        lambda told: replace(told, body=told.body.replace(b'"id":"4', b'"id":"4\\n","x":"', 1)),
    ),
    AnswerDifference(
        "a whole number with a point",
        REFUSED,
        "1.0 is an integer since JSON Schema's draft 6; Connexion stays with draft 4.",
        _whole_float,
        _SEARCH,
        _says(b'"pagenum":1', b'"pagenum":1.0'),
    ),
)
"""Every one of them must occur, as its example shows; whatever else differs is a defect."""


def explained(told: Told, operation: Operation, plain: str) -> bool:
    """Whether a listed difference says why Connexion says `plain`, and the stub does not."""
    return any(
        each.plain == plain and each.concerns(told, operation) for each in ANSWER_DIFFERENCES
    )
