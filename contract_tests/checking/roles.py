"""Which cases a rule of each kind has: a break and a boundary, seen and unseen, near and far."""

from __future__ import annotations

from collections.abc import Iterator

from rulebound.contract_tests.cases.model import ROLES, SINGULAR, WitnessFile
from rulebound.openapi.findings import Finding
from rulebound.openapi.model import Operation


def roles(operation: Operation, file: WitnessFile) -> Iterator[Finding]:
    """A finding for every rule whose witness lacks a kind of case, or has one of another kind."""
    kinds = {rule.id: rule.kind for rule in operation.rules}
    for id, witness in file.rules.items():
        if id not in kinds:
            message = f"{id} is no rule of {operation.id}"
            yield Finding(witness.file, witness.line, f"/rules/{id}", message, "mend the name")
            continue
        if witness.untestable is not None:
            continue
        wanted = ROLES[kinds[id]]
        for role in wanted:
            if not witness.in_role(SINGULAR.get(role, role)):
                message = f"the {kinds[id]} rule {id} has no `{role}`"
                yield Finding(witness.file, witness.line, f"/rules/{id}", message, "write one")
        if kinds[id] == "reject" and witness.refused is None:
            message = f"the reject rule {id} does not say how it refuses"
            instead = "write refused: {status, code}"
            yield Finding(witness.file, witness.line, f"/rules/{id}", message, instead)
