"""The names a condition sees: the request's parts, actor, settings, now, and facts on demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rulebound.openapi.model import Operation
from rulebound.openapi.query_values import query_map
from rulebound.openapi.request import NO_BODY, Request


class Names(dict[str, Any]):
    """Names of a condition; a fact is fetched when a condition first names it."""

    __slots__ = ("_facts",)

    def __init__(self, known: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        super().__init__(known)
        self._facts = facts

    def __missing__(self, name: str) -> Any:
        value = self[name] = self._facts[name]
        return value


def request_names(
    operation: Operation,
    request: Request,
    actor: Mapping[str, Any] | None,
    settings: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """Everything but the facts. A request without a readable body has the body null."""
    return {
        "query": query_map(operation, request),
        "headers": request.header_map,
        "body": None if request.body is NO_BODY else request.body,
        "path": request.path_parameters,
        "actor": actor,
        "settings": settings,
        "now": now,
    }
