"""The codes of an operation's protocol checks, remembered by what they read of a request."""

from __future__ import annotations

from collections.abc import Mapping

from rulebound.openapi.checks import CHECKS, NOT_CONCERNED
from rulebound.openapi.conditions import ProtocolCheck
from rulebound.openapi.judgement import Case
from rulebound.openapi.model import Operation
from rulebound.openapi.phases import ASIDE, BROKEN, KEPT

_MOST = 512
_LONGEST = 300
"""Characters of the headers read; what is longer is judged anew each time."""
_READ = ("accept", "content-type", "content-encoding")


class CheckCodes:
    """The checks of one operation. They are pure, and read no value of a query parameter but
    whether there is one, so that requests which are alike in the rest share their codes."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._checks = [
            (rule.id, rule.condition)
            for rule in operation.of_kind("reject")
            if isinstance(rule.condition, ProtocolCheck)
        ]
        named = [str(each.arguments.get("header", "")).lower() for _, each in self._checks]
        self._headers = tuple(dict.fromkeys((*_READ, *filter(None, named))))
        self._known: dict[object, Mapping[str, int]] = {}

    def of(self, case: Case) -> Mapping[str, int]:
        """Rule id -> code."""
        request, headers = case.request, case.request.header_map
        read = [headers.get(name) for name in self._headers]
        names = tuple([name for name, value in request.query if value])
        if (
            request.body_fault is not None
            or len(names) < len(request.query)
            or sum(map(len, filter(None, read))) > _LONGEST
        ):
            return self._codes(case)
        key = (names, *read, request.has_body, case.actor is None)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[key] = self._codes(case)
        return known

    def _codes(self, case: Case) -> dict[str, int]:
        return {id: self._code(case, check) for id, check in self._checks}

    def _code(self, case: Case, check: ProtocolCheck) -> int:
        run = CHECKS[check.name].run
        answer = run(case.request, self._operation, case.actor, check.arguments)
        if answer is None:
            return KEPT
        return ASIDE if answer is NOT_CONCERNED else BROKEN
