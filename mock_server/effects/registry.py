"""Which effect carries out which operation; at start every effect rule must have its step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from rulebound.mock_server.effects import (
    create_appointment,
    create_email,
    create_task,
    login,
    logout,
    pick,
    search,
)
from rulebound.mock_server.effects.plain import plain_effect
from rulebound.mock_server.effects.steps import Effect, Run
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.model import Document, Operation


class CarriedOut(Protocol):
    """Anything that can carry out an accepted request."""

    def carry_out(self, run: Run, off: frozenset[str]) -> None:
        """Change the world and lay out the answer; rules in `off` are not carried out."""


EFFECTS: Mapping[str, Effect] = {
    "appointment": create_appointment.EFFECT,
    "create-email": create_email.EFFECT,
    "create-task": create_task.EFFECT,
    "login": login.EFFECT,
    "logout": logout.EFFECT,
    "pick": pick.EFFECT,
    "search": search.EFFECT,
}
"""Name in x-effect.steps -> effect."""


class Nothing:
    """The effect of an operation that has none: 204, and nothing changes."""

    def carry_out(self, run: Run, off: frozenset[str]) -> None:
        """Answer as the first success the document declares."""
        fine = [int(code) for code in run.operation.responses if code.startswith("2")]
        run.answer.status = fine[0] if fine else 204


def effect_of(document: Document, operation: Operation) -> CarriedOut:
    """The effect of an operation.

    Raises DocumentError for an effect nobody registered, an effect rule without a step, a step
    whose rule the operation does not have, and a rule with two steps.
    """
    spec = operation.effect
    if spec is None:
        return Nothing()
    if spec.steps is None:
        return plain_effect(operation)
    effect = EFFECTS.get(spec.steps)
    place = f"{operation.pointer}/x-effect"
    if effect is None:
        known = ", ".join(sorted(EFFECTS))
        message = f"no effect is registered under {spec.steps!r}"
        raise DocumentError([document.locations.finding(place, message, f"known are {known}")])
    findings = _unbound(document, operation, effect)
    if findings:
        raise DocumentError(findings)
    return effect


def _unbound(document: Document, operation: Operation, effect: Effect) -> list[Finding]:
    rules = {rule.id: rule.pointer for rule in operation.of_kind("effect")}
    bound = [step.rule for step in effect.steps]
    find = document.locations.finding
    found = [
        find(pointer, f"effect rule {id} has no step", "bind a step to it, or drop the rule")
        for id, pointer in rules.items()
        if id not in bound
    ]
    place = f"{operation.pointer}/x-effect"
    for id in dict.fromkeys(bound):
        if id not in rules:
            found.append(find(place, f"a step is bound to {id}, no effect rule", "mend its rule"))
        elif bound.count(id) > 1:
            found.append(find(place, f"{id} has {bound.count(id)} steps", "keep one"))
    return found
