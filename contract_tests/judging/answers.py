"""Reads answers: their body as a value, the vendor's error code, what was made."""

import json
from collections.abc import Mapping
from typing import Any

from rulebound.contract_tests.cases.model import WitnessFile
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import Document, Operation
from rulebound.openapi.pointers import follow, split
from rulebound.openapi.schema_codec import XmlFault, read_xml


class UnreadableBody(Exception):
    """The body is not what its media type says."""


def declared_response(responses: Mapping[str, Any], status: int) -> Mapping[str, Any] | None:
    """What is declared for a status: by its number, else by its hundred (`2XX`), else by default;
    None where nothing is."""
    names = (str(status), f"{status // 100}XX", "default")
    return next((responses[name] for name in names if name in responses), None)


def response_schema(responses: Mapping[str, Any], status: int, media: str) -> Any:
    """The declared schema of an answer; an empty one where nothing is declared."""
    declared = declared_response(responses, status) or {}
    for name, part in declared.get("content", {}).items():
        if name.partition(";")[0].strip().lower() == media:
            return part.get("schema", {})
    return {}


def value_of(answer: Answer, operation: Operation) -> Any:
    """The body as a value: JSON, or XML by the declared schema.

    Raises UnreadableBody for an empty body, another media type, or text that is not what it says.
    """
    media = answer.media_type or ""
    if not answer.body:
        raise UnreadableBody("the body is empty")
    try:
        if media.endswith("xml"):
            return read_xml(answer.body, response_schema(operation.responses, answer.status, media))
        if media.endswith("json"):
            return json.loads(answer.body, parse_constant=_refuse)
    except (ValueError, XmlFault, RecursionError) as error:
        raise UnreadableBody(f"the body is not {media}: {error}") from error
    raise UnreadableBody(f"the body is {media or 'of no media type'}, neither JSON nor XML")


def code_of(answer: Answer, document: Document, operation: Operation) -> str | None:
    """The vendor's error code in an answer; None when there is none."""
    try:
        found = follow(value_of(answer, operation), _code_path(document.error_body))
    except (UnreadableBody, LookupError):
        return None
    return None if isinstance(found, Mapping | list) or found is None else str(found)


def _code_path(template: Any) -> tuple[str, ...]:
    if isinstance(template, Mapping):
        for key, part in template.items():
            if isinstance(part, str) and "{code}" in part:
                return (key,)
            inner = _code_path(part)
            if inner:
                return (key, *inner)
    return ()


def made_by(answer: Answer, operation: Operation, file: WitnessFile) -> str | None:
    """The id of what a request made, where the witness file says it stands; None without one."""
    if "header" in file.made:
        value = answer.header(file.made["header"])
        return value.rstrip("/").rpartition("/")[2] if value else None
    if "body" not in file.made:
        return None
    try:
        found = follow(value_of(answer, operation), split(file.made["body"]))
    except (UnreadableBody, LookupError):
        return None
    return str(found)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def summary(answer: Answer, document: Document, operation: Operation) -> str:
    """An answer in one line: status, code, deciding rule, the beginning of the body."""
    parts = [str(answer.status)]
    code = code_of(answer, document, operation)
    if code is not None:
        parts.append(code)
    rule = answer.header("rulebound-rule")
    if rule is not None:
        parts.append(f"({rule})")
    text = answer.body[:300].decode("utf-8", "replace").strip()
    if text:
        parts.append(text + (" .." if len(answer.body) > 300 else ""))
    return " ".join(parts)
