"""Effects written in the document itself, by expressions: create, read, update, delete, search."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.mock_server.effects.steps import Run
from rulebound.openapi.expressions import ExpressionError, compile_expression
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.model import Operation
from rulebound.openapi.names import Names, request_names
from rulebound.openapi.request import NO_BODY
from starlette.exceptions import HTTPException

Value = Callable[[Names], Any]

_BLANKS = {str: "", bool: False, int: 0, float: 0.0}
_STATUSES = {"create": 201, "read": 200, "update": 200, "delete": 204, "search": 200}


@dataclass(frozen=True, slots=True)
class PlainEffect:
    """One of the five plain deeds. A world that switches one of the operation's effect rules off
    gets the answer without the deed: what is read is blank then, what is sought is not found."""

    do: str
    table: str
    rules: frozenset[str]
    id: Value
    fields: Mapping[str, Value]
    status: int
    headers: Mapping[str, Value]
    body: Value

    def carry_out(self, run: Run, off: frozenset[str]) -> None:
        """Do it and lay out the answer.

        Raises HTTPException 404 when the record to read or change is not there.
        """
        known = request_names(run.operation, run.request, run.actor, run.settings, run.now)
        names = Names(known, run.facts)
        run.made |= self._done(run, names, still=bool(self.rules & off))
        names["made"] = run.made
        run.answer.status = self.status
        run.answer.headers |= {name: str(value(names)) for name, value in self.headers.items()}
        run.answer.body = NO_BODY if self.status == 204 else self.body(names)

    def _done(self, run: Run, names: Names, *, still: bool) -> Mapping[str, Any]:
        transaction = run.transaction
        sent = {field: value(names) for field, value in self.fields.items()}
        if self.do == "search":
            found = [each for each in transaction.scan(self.table) if _fits(each, sent)]
            found = [] if still else found
            return {"records": found, "count": len(found)}
        if self.do == "create":
            record = {"id": transaction.new_id(self.table), **sent}
            return record if still else transaction.insert(self.table, record)
        id = self.id(names)
        existing = transaction.get(self.table, id)
        if existing is None:
            raise HTTPException(404)
        if self.do == "read" and still:
            return {field: _blank(value) for field, value in existing.items()}
        if self.do == "update" and not still:
            return transaction.update(self.table, id, sent)
        if self.do == "delete" and not still:
            transaction.delete(self.table, id)
        return existing


def _fits(record: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether the record has each wanted value; a value of null wants nothing."""
    return all(value is None or record[field] == value for field, value in wanted.items())


def _blank(value: Any) -> Any:
    """A value of the same kind that says nothing."""
    if isinstance(value, Mapping):
        return {}
    return [] if isinstance(value, (list, tuple)) else _BLANKS.get(type(value))


def plain_effect(operation: Operation) -> PlainEffect:
    """The plain effect of an operation, its expressions compiled.

    Raises DocumentError, with a finding for each expression that cannot be compiled.
    """
    spec = operation.effect
    if spec is None or spec.do is None or spec.table is None:
        raise ValueError(f"operation {operation.id} has no plain effect")
    reader = _Reader(operation, {*operation.names, "made"}, [])
    answer = spec.answer
    effect = PlainEffect(
        do=spec.do,
        table=spec.table,
        rules=frozenset(rule.id for rule in operation.of_kind("effect")),
        id=reader.value(spec.id if spec.id is not None else "path.id"),
        fields={name: reader.value(raw) for name, raw in spec.map.items()},
        status=answer.get("status", _STATUSES[spec.do]),
        headers={name: reader.value(raw) for name, raw in answer.get("headers", {}).items()},
        body=reader.value(answer.get("body", "made")),
    )
    if reader.findings:
        raise DocumentError(reader.findings)
    return effect


@dataclass(frozen=True, slots=True)
class _Reader:
    operation: Operation
    names: Collection[str]
    findings: list[Finding]

    def value(self, raw: Any) -> Value:
        """A text is an expression; maps and lists hold values; anything else is itself."""
        if isinstance(raw, str):
            return self._expression(raw)
        if isinstance(raw, Mapping):
            members = {name: self.value(each) for name, each in raw.items()}
            return lambda names: {name: each(names) for name, each in members.items()}
        if isinstance(raw, list):
            items = [self.value(each) for each in raw]
            return lambda names: [each(names) for each in items]
        return lambda names: raw

    def _expression(self, text: str) -> Value:
        try:
            return compile_expression(text, self.names)
        except ExpressionError as error:
            pointer = f"{self.operation.pointer}/x-effect"
            message = f"{text!r} is no expression: {error}"
            self.findings.append(Finding("openapi.yaml", 0, pointer, message, "mend it"))
            return lambda names: None
