"""Which cases a rule of each kind has: a break and a boundary, seen and unseen, near and far."""

from __future__ import annotations

from collections.abc import Iterator

from rulebound.contract_tests.cases.model import ROLES, SINGULAR, RuleWitness, WitnessFile
from rulebound.openapi.findings import Finding
from rulebound.openapi.model import Operation, Rule


def roles(operation: Operation, file: WitnessFile) -> Iterator[Finding]:
    """A finding for every rule whose witness lacks a kind of case, or has one of another kind."""
    known = {rule.id: rule for rule in operation.rules}
    kinds = {id: rule.kind for id, rule in known.items()}
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
        yield from _refusals(known[id], witness)


def _refusals(rule: Rule, witness: RuleWitness) -> Iterator[Finding]:
    """A finding where document and witness say different answers of one refusal."""
    if rule.error is None:
        return
    cases = [(case.sending.refused, case.line, case.pointer) for case in witness.in_role("break")]
    for wanted, line, pointer in ((witness.refused, witness.line, f"/rules/{rule.id}"), *cases):
        if wanted is None:
            continue
        said = [
            ("status", rule.error.status, wanted.status),
            ("code", rule.error.code, wanted.code),
        ]
        for what, theirs, ours in said:
            if ours is not None and ours != theirs:
                message = f"the {what} of {rule.id} is {theirs}; the witness wants {ours}"
                instead = "read the page again and mend the one that is wrong"
                yield Finding(witness.file, line, f"{pointer}/refused/{what}", message, instead)
