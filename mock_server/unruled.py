"""What a document's schemas refuse and no rule of it speaks of.

A document with a rule for everything never gets here; one written without rules is held to its
schemas all the same.
"""

from __future__ import annotations

from rulebound.openapi.conditions import ProtocolCheck, SchemaClaim
from rulebound.openapi.judge import Judge
from rulebound.openapi.model import Operation
from rulebound.openapi.request import NO_BODY, Request
from rulebound.openapi.trace import Trace


class Unruled:
    """The checks of one operation that its rules leave out."""

    def __init__(self, operation: Operation, judge: Judge) -> None:
        conditions = [rule.condition for rule in operation.rules]
        checks = {each.name for each in conditions if isinstance(each, ProtocolCheck)}
        self._judge = judge
        self._schemas = not any(isinstance(each, SchemaClaim) for each in conditions)
        self._reading = not checks & {"content-type", "body-well-formed"}
        needed = operation.body is not None and operation.body.required
        self._giving = needed and "body-given" not in checks

    def fault(self, request: Request, trace: Trace) -> str | None:
        """Why a request that no rule refuses cannot be taken, in words; None when it can."""
        if self._reading and request.body_fault is not None:
            return request.body_fault
        if self._giving and request.body is NO_BODY:
            return "it has no body"
        breaks = trace.unclaimed
        if self._schemas:
            breaks = tuple(self._judge.schema_breaks(request).get(None, ()))
        if not breaks:
            return None
        return f"{breaks[0].at or 'the body'} does not fit its schema ({breaks[0].keyword})"
