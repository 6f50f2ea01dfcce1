"""What is kept to explain a request, as long as there is room for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rulebound.mock_server.answers import Answer
from rulebound.openapi.conditions import Requirement

_A_VALUE = 50
_LOOKED_AT = 16


@dataclass(frozen=True, slots=True)
class Change:
    """What a request did to a record: how it stood before and stands after; None where it was not
    there."""

    table: str
    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Depth:
    """What it takes to explain a request: all that was sent, the state it was judged in, what was
    looked up, and what came of it.

    `address` and `query` are those of the entry, but whole. `replaced` holds, by the id of a rule,
    what the world judged it by in place of its own condition.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes
    root: str
    answer: Answer
    path: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    address: str = ""
    query: str = ""
    replaced: Mapping[str, Requirement] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        texts = (self.body, self.answer.body, self.address, self.query)
        parts = (self.headers, self.answer.headers, self.path, self.facts)
        changed = sum(roughly(each.before) + roughly(each.after) for each in self.changes)
        return sum(map(len, texts)) + sum(map(roughly, parts)) + changed


def roughly(value: Any, deep: int = 3) -> int:
    """Bytes that a value takes, about; of a list its ends stand for all, to be quick."""
    if isinstance(value, (str, bytes)):
        return _A_VALUE + len(value)
    if not value or not deep or not isinstance(value, (Mapping, list, tuple)):
        return _A_VALUE
    if isinstance(value, Mapping):
        return _A_VALUE * (1 + len(value)) + sum(roughly(each, deep - 1) for each in value.values())
    if len(value) > _LOOKED_AT:
        ends = (*value[: _LOOKED_AT // 2], *value[-_LOOKED_AT // 2 :])
        return len(value) * sum(roughly(each, deep - 1) for each in ends) // _LOOKED_AT
    return _A_VALUE + sum(roughly(each, deep - 1) for each in value)
