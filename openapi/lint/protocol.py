"""Protocol: what only checks can judge has its check."""

from __future__ import annotations

from collections.abc import Iterator

from rulebound.openapi.conditions import ProtocolCheck
from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document, Operation
from rulebound.openapi.pointers import join
from rulebound.openapi.query_values import PROTOCOL_HEADERS

_GIVEN = {"accept": "accept-given", "content-type": "content-type-given"}
_FITS = {"accept": "accept", "content-type": "content-type", "accept-language": "language"}


def findings(document: Document, _: Surroundings) -> Iterator[Finding]:
    """Requirements of an operation that no check judges, and checks with nothing to judge."""
    for operation in document.operations:
        for pointer, what, check in _wanted(operation):
            if check not in _checks(operation):
                message = f"no rule answers for {what}"
                yield document.locations.finding(pointer, message, f"write a rule with {check}")
        yield from _idle(document, operation)


def _checks(operation: Operation) -> set[str]:
    """The checks of the operation; those about a header also as `name header`."""
    found: set[str] = set()
    for rule in operation.rules:
        condition = rule.condition
        if isinstance(condition, ProtocolCheck):
            header = str(condition.arguments.get("header", "")).lower()
            found |= {condition.name, f"{condition.name} {header}".strip()}
    return found


def _wanted(operation: Operation) -> Iterator[tuple[str, str, str]]:
    """(pointer, what wants it, check) for everything that needs a check."""
    if operation.security and {} not in operation.security:
        yield operation.pointer, "a request without credentials", "credentials"
    if operation.body is not None:
        body = join(operation.pointer, "requestBody")
        if operation.body.required:
            yield join(body, "required"), "a missing body", "body-given"
        yield body, "a body that cannot be read", "body-well-formed"
        yield body, "a body of another media type", "content-type"
    for parameter in operation.where("header"):
        name = parameter.name.lower()
        if name not in PROTOCOL_HEADERS or name == "authorization":
            continue
        if parameter.required:
            check = _GIVEN.get(name, f"header-given {name}")
            yield join(parameter.pointer, "required"), f"a missing {parameter.name}", check
        if isinstance(parameter.schema, dict) and "enum" in parameter.schema:
            check = "language accept-language" if name == "accept-language" else _FITS[name]
            pointer = join(parameter.pointer, "schema", "enum")
            yield pointer, f"a {parameter.name} that is not listed", check


def _idle(document: Document, operation: Operation) -> Iterator[Finding]:
    declared = {p.name.lower(): p for p in operation.where("header")}
    for rule in operation.rules:
        condition = rule.condition
        if not isinstance(condition, ProtocolCheck):
            continue
        pointer = join(rule.pointer, "check")
        header = str(condition.arguments.get("header", ""))
        parameter = declared.get(header.lower())
        schema = parameter.schema if parameter else None
        if header and parameter is None and header.lower() not in PROTOCOL_HEADERS:
            message = f"header {header} is not declared"
            yield document.locations.finding(pointer, message, "declare it as a parameter")
        if condition.name == "language" and not (isinstance(schema, dict) and schema.get("enum")):
            message = f"header {header} lists no languages"
            yield document.locations.finding(pointer, message, "give its parameter an enum")
        if operation.body is None and condition.name.startswith(("body-", "content-type")):
            message = f"check {condition.name} has nothing to judge: the operation has no body"
            yield document.locations.finding(pointer, message, "drop the rule, or declare a body")
