"""Presence of elements by kind of actor, as the table x-elements says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rulebound.openapi.conditions import ElementsClaim
from rulebound.openapi.facts import member
from rulebound.openapi.model import ElementRow, Operation, Rule
from rulebound.openapi.request import NO_BODY, Request


def present(request: Request, path: str) -> bool:
    """Whether an element is given and not null; what stands inside a list does not count."""
    if request.body is NO_BODY:
        return False
    return member(request.body, tuple(path.split("."))) is not None


def rows_of(operation: Operation, rule: Rule) -> tuple[ElementRow, ...]:
    """The rows a rule answers for; `*` stands for those no other rule claims with that cell."""
    claim = rule.condition
    if not isinstance(claim, ElementsClaim):
        return ()
    paths = set(claim.at)
    if "*" in paths:
        taken = {
            path
            for other in operation.rules
            if other.id != rule.id
            and isinstance(other.condition, ElementsClaim)
            and other.condition.cell == claim.cell
            for path in other.condition.at
        }
        paths |= {row.path for row in operation.elements} - taken
    return tuple(
        row for row in operation.elements if row.path in paths and claim.cell in row.cells.values()
    )


def offenders(
    rows: tuple[ElementRow, ...], cell: str, request: Request, actor: Mapping[str, Any] | None
) -> list[str] | None:
    """The paths that break their cell for this actor; None when no row concerns the actor."""
    kind = actor.get("kind") if actor else None
    concerned = [row.path for row in rows if row.cells.get(str(kind)) == cell]
    if not concerned:
        return None
    return [path for path in concerned if present(request, path) is (cell == "refused")]
