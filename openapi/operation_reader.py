"""Operations as written, read into the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rulebound.openapi.fact_reader import effect, elements, facts
from rulebound.openapi.model import REQUEST_NAMES, Body, FactSpec, Operation, Parameter, Rule
from rulebound.openapi.pointers import join
from rulebound.openapi.rule_reader import RuleReader

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def operations(root: Mapping[str, Any], reader: RuleReader) -> tuple[Operation, ...]:
    """Every operation of the bundle, in document order; defects go to `reader.findings`."""
    read: list[Operation] = []
    seen: dict[str, str] = {}
    for path, item in root["paths"].items():
        if path.startswith("x-"):
            continue
        for method in METHODS:
            if method not in item:
                continue
            operation = _operation(root, path, method, reader)
            for name in (operation.id, *(rule.id for rule in operation.rules)):
                if name in seen:
                    message = f"{name} is taken by {seen[name]}"
                    reader.found(operation.pointer, message, "give each its own name")
                seen[name] = f"{method.upper()} {path}"
            read.append(operation)
    return tuple(read)


def _operation(root: Mapping[str, Any], path: str, method: str, reader: RuleReader) -> Operation:
    item = root["paths"][path]
    raw = item[method]
    pointer = join("/paths", path, method)
    places, found = reader.locations, reader.findings
    known = facts(raw.get("x-facts", {}), join(pointer, "x-facts"), places, found)
    security = tuple(raw.get("security", root.get("security", ())))
    headers = _credential_names(root, security, "header")
    return Operation(
        id=raw["operationId"],
        path=path,
        method=method,
        parameters=tuple(_parameters(item, raw, path, method)),
        body=_body(raw.get("requestBody")),
        responses=raw["responses"],
        security=security,
        credential_names=frozenset(_credential_names(root, security, "query")),
        credential_headers=frozenset(name.lower() for name in headers),
        facts=known,
        elements=elements(raw.get("x-elements", ()), join(pointer, "x-elements"), places, found),
        effect=effect(raw.get("x-effect")),
        rules=_rules(raw, pointer, known, reader),
        phases=reader.phases,
        pointer=pointer,
        raw=raw,
    )


def _rules(
    raw: Mapping[str, Any], pointer: str, known: tuple[FactSpec, ...], reader: RuleReader
) -> tuple[Rule, ...]:
    """The rules by phase and, within a phase, as written; those without a phase last."""
    names = REQUEST_NAMES | {fact.name for fact in known}
    rules = [
        reader.rule(id, rule, join(pointer, "x-rules", id), names)
        for id, rule in raw.get("x-rules", {}).items()
    ]
    order = {phase: index for index, phase in enumerate(reader.phases)}
    return tuple(sorted(rules, key=lambda rule: order.get(rule.phase or "", len(order))))


def _parameters(
    item: Mapping[str, Any], raw: Mapping[str, Any], path: str, method: str
) -> Iterator[Parameter]:
    """Those of the path that the operation does not declare anew, then its own."""
    own = raw.get("parameters", [])
    taken = {(p["name"], p["in"]) for p in own}
    shared = item.get("parameters", [])
    for base, declared in ((join("/paths", path), shared), (join("/paths", path, method), own)):
        for index, parameter in enumerate(declared):
            if declared is shared and (parameter["name"], parameter["in"]) in taken:
                continue
            yield Parameter(
                name=parameter["name"],
                where=parameter["in"],
                required=parameter.get("required", False),
                schema=parameter["schema"],
                pointer=join(base, "parameters", index),
                raw=parameter,
            )


def _body(raw: Mapping[str, Any] | None) -> Body | None:
    if raw is None:
        return None
    media = {name: content.get("schema", True) for name, content in raw["content"].items()}
    return Body(raw.get("required", False), media)


def _credential_names(
    root: Mapping[str, Any], security: tuple[Mapping[str, Any], ...], where: str
) -> Iterator[str]:
    schemes = root.get("components", {}).get("securitySchemes", {})
    for alternative in security:
        for name in alternative:
            scheme = schemes.get(name, {})
            if scheme.get("type") == "apiKey" and scheme.get("in") == where:
                yield str(scheme.get("name"))
