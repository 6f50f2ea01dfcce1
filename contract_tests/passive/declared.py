"""Holds a recorded answer against what its operation declares, each fault named by its rule.

The rule is the one that cites the statement which the faulty part of the schema carries as its
source, the nearest part that has one; without one the fault is `answer-as-declared`'s.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs
from rulebound.contract_tests.judging.answers import (
    UnreadableBody,
    declared_response,
    response_schema,
    value_of,
)
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.passive.finding import DECLARED, Finding, general
from rulebound.contract_tests.passive.matching import Exchange
from rulebound.contract_tests.passive.standing import ANSWER, ANSWER_HEADERS, SCHEMALESS
from rulebound.contract_tests.wire.depth import TooDeep, check_depth
from rulebound.openapi.model import Operation
from rulebound.openapi.pointers import join
from rulebound.openapi.request_schema import validator
from schemathesis import checks

MOST_DEPTH = 64
_EXPECTED = "an answer as the document declares"
_BODY = "response_schema_conformance"
_HEADERS = ("response_headers_conformance", "content_type_conformance")
_READ = ("json", "xml")
# The status of a failure is judged with the rules that may have refused.
_FAILURE = "not_a_server_error"
Fault = tuple[str, tuple[Any, ...]]
"""What is wrong, and the parts of the document to ask for a source, the nearest first."""


class _Without(SchemaConformance):
    """The conformance check without some of its parts."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self._excluded += [checks.CHECKS.get_one(name) for name in names]


class Declared:
    """Says where recorded answers are not as declared."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], SchemaConformance] = {}

    def findings(self, exchange: Exchange) -> Iterator[Finding]:
        """What the answer shows about the rules that speak of answers."""
        operation = exchange.operation
        faults = list(self._faults(exchange))
        for says, parts in {fault[0]: fault for fault in faults}.values():
            rule = _rule(operation, parts) or general(operation, DECLARED)
            yield Finding(rule, Verdict.BROKEN, says, _EXPECTED, exchange)
        if not faults and why_unshown(exchange) is None:
            id = general(operation, DECLARED)
            yield Finding(id, Verdict.KEPT, "the answers are as declared", _EXPECTED, exchange)

    def _faults(self, exchange: Exchange) -> Iterator[Fault]:
        operation, answer = exchange.operation, exchange.answer
        if declared_response(operation.responses, answer.status) is None:
            # Refusals with a strange status are judged with the rules that may have refused.
            if answer.status < 400:
                fine = [part for status, part in operation.responses.items() if status[0] == "2"]
                yield f"the status {answer.status} is not declared", tuple(fine)
            return
        try:
            check_depth(answer.body, answer.media_type, MOST_DEPTH)
        except TooDeep as fault:
            yield str(fault), ()
            return
        declared = self._conformance(exchange).faults(exchange.built, answer)
        yield from ((says, ()) for says in declared)
        if exchange.recorded.answer_told:
            yield from _in_body(exchange)

    def _conformance(self, exchange: Exchange) -> SchemaConformance:
        recorded = exchange.recorded
        out = (_FAILURE, _BODY, *(() if recorded.answer_headers else _HEADERS))
        if out not in self._known:
            self._known[out] = _Without(*out)
        return self._known[out]


def why_unshown(exchange: Exchange) -> str | None:
    """Why an answer without a fault does not show that it is as declared; None where it does: its
    headers and its body were recorded, and the body was held against a schema, or there is none
    where none is declared."""
    recorded, answer = exchange.recorded, exchange.answer
    if not recorded.answer_headers:
        return ANSWER_HEADERS
    if not recorded.answer_told:
        return ANSWER
    response = declared_response(exchange.operation.responses, answer.status)
    if response is None:
        return SCHEMALESS
    if not answer.body and not response.get("content"):
        return None
    return None if answer.body and _schema(exchange) else SCHEMALESS


def _schema(exchange: Exchange) -> Any:
    """The schema that is declared for the body of an answer; an empty one where none is, or where
    the body is neither JSON nor XML."""
    answer = exchange.answer
    media = answer.media_type or ""
    if not media.endswith(_READ):
        return {}
    return response_schema(exchange.operation.responses, answer.status, media)


def _in_body(exchange: Exchange) -> Iterator[Fault]:
    """Where the body breaks its schema. No value of it is repeated: it may be anything."""
    operation, answer = exchange.operation, exchange.answer
    media = answer.media_type or ""
    response = declared_response(operation.responses, answer.status) or {}
    if not answer.body or not media.endswith(_READ) or media not in _kinds(response):
        return
    schema = _schema(exchange)
    try:
        value = value_of(answer, operation)
    except UnreadableBody:
        yield f"the body is not {media}", ()
        return
    try:
        errors = list(_validator(_Whole(schema)).iter_errors(value))
    except ValueError:
        # Half of a surrogate pair, say.
        yield "the body holds what no other reader would take", ()
        return
    around = _around(response, media) if exchange.is_accepted else ()
    yield from ((_words(error), (*_parts(schema, error), *around)) for error in errors)


def _around(response: Mapping[str, Any], media: str) -> tuple[Any, ...]:
    content = response.get("content", {})
    return tuple(part for name, part in content.items() if name.lower() == media)


def _kinds(response: Mapping[str, Any]) -> set[str]:
    return {name.partition(";")[0].strip().lower() for name in response.get("content", {})}


class _Whole:
    """A schema as a key: equal only to itself, and kept alive by it."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whole) and self.schema is other.schema


@lru_cache(maxsize=256)
def _validator(whole: _Whole) -> jsonschema_rs.Draft202012Validator:
    return validator(whole.schema)


def _words(error: Any) -> str:
    place = join("", *error.instance_path) or "the body"
    kind = error.kind
    if type(kind).__name__ == "Required":
        return f"{place} has no {kind.property}"
    if type(kind).__name__ in ("AdditionalProperties", "UnevaluatedProperties"):
        return f"{place} has an element that is not declared"
    return f"{place} breaks {error.schema_path[-1] if error.schema_path else 'its schema'}"


def _parts(schema: Any, error: Any) -> tuple[Any, ...]:
    """The parts of the schema that the error lies in, the innermost first."""
    parts = [schema]
    for step in error.schema_path:
        inner = parts[-1]
        keys = inner if isinstance(inner, Mapping) else _indexes(inner)
        if step not in keys:
            break
        parts.append(inner[step])
    missing = getattr(error.kind, "property", None)
    if missing is not None:
        holder = parts[-2] if len(parts) > 1 else schema
        properties = holder.get("properties", {}) if isinstance(holder, Mapping) else {}
        parts.append(properties.get(missing, {}))
    return tuple(reversed(parts))


def _indexes(value: Any) -> range:
    return range(len(value) if isinstance(value, list) else 0)


def _rule(operation: Operation, parts: tuple[Any, ...]) -> str | None:
    """The effect rule that cites the source of the nearest part that has one."""
    for part in parts:
        cited = part.get("x-source") if isinstance(part, Mapping) else None
        if not isinstance(cited, list):
            continue
        rules = operation.of_kind("effect")
        citing = [rule for rule in rules if set(rule.source) & set(cited)]
        if citing:
            return max(citing, key=lambda rule: len(set(rule.source) & set(cited))).id
    return None
