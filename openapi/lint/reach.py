"""Reach: rules that can never be broken, never be concerned, or never decide."""

from __future__ import annotations

from collections.abc import Iterator

from rulebound.openapi.conditions import ElementsClaim, Ensure, Requirement
from rulebound.openapi.elements import rows_of
from rulebound.openapi.expressions import Compiled, write
from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document, Operation, Rule
from rulebound.openapi.pointers import join


def findings(document: Document, _: Surroundings) -> Iterator[Finding]:
    """Conditions that depend on nothing, that stand twice, and tables without rows."""
    for operation in document.operations:
        yield from _constant(document, operation)
        yield from _repeated(document, operation)
        yield from _rows(document, operation)


def _conditions(rule: Rule) -> Iterator[tuple[str, Compiled]]:
    condition = rule.condition
    if isinstance(condition, Requirement) and rule.kind == "reject":
        if condition.when is not None:
            yield "when", condition.when
        yield "require", condition.require
    if isinstance(condition, Ensure):
        yield "ensure", condition.ensure


def _constant(document: Document, operation: Operation) -> Iterator[Finding]:
    for rule in operation.rules:
        for key, compiled in _conditions(rule):
            if not compiled.names:
                message = f"{key} of rule {rule.id} does not depend on anything"
                instead = "name the request, actor, facts or what was made"
                yield document.locations.finding(join(rule.pointer, key), message, instead)


def _repeated(document: Document, operation: Operation) -> Iterator[Finding]:
    """Rules whose condition an earlier rule has: that one decides whenever they are broken."""
    seen: dict[tuple[str, str], str] = {}
    for rule in operation.of_kind("reject"):
        condition = rule.condition
        if not isinstance(condition, Requirement):
            continue
        when = write(condition.when.tree) if condition.when else ""
        require = write(condition.require.tree)
        other = seen.get((when, require)) or seen.get(("", require))
        if other is not None:
            message = f"rule {rule.id} never decides: {other} has the same condition"
            yield document.locations.finding(rule.pointer, message, "drop one, or tell them apart")
        seen.setdefault((when, require), rule.id)


def _rows(document: Document, operation: Operation) -> Iterator[Finding]:
    known = {row.path for row in operation.elements}
    answered: set[tuple[str, str]] = set()
    for rule in operation.rules:
        claim = rule.condition
        if not isinstance(claim, ElementsClaim):
            continue
        pointer = join(rule.pointer, "elements")
        rows = {row.path for row in rows_of(operation, rule)}
        answered |= {(path, claim.cell) for path in rows}
        for path in claim.at:
            if path != "*" and path not in known:
                message = f"x-elements has no row {path}"
                yield document.locations.finding(pointer, message, "mend the path")
            elif path != "*" and path not in rows:
                message = f"row {path} has no cell {claim.cell}"
                yield document.locations.finding(pointer, message, "mend the cell")
        if not rows:
            message = f"rule {rule.id} answers for no row"
            yield document.locations.finding(pointer, message, "drop the rule")
    for index, row in enumerate(operation.elements):
        for cell in sorted({"required", "refused"} & set(row.cells.values())):
            if (row.path, cell) not in answered:
                pointer = join(operation.pointer, "x-elements", index)
                message = f"no rule answers for {row.path} being {cell}"
                instead = f"write a rule with elements: {{at: {row.path}, cell: {cell}}}"
                yield document.locations.finding(pointer, message, instead)
