"""What is kept to explain a request, as long as there is room for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rulebound.mock_server.answers import Answer
from rulebound.openapi.conditions import Requirement

_A_VALUE = 50
_A_FEW = 4
_LOOKED_AT = 2 * _A_FEW
_SMALL = frozenset((int, float, bool, type(None)))


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
        parts = (self.path, self.facts)
        headers = headers_size(self.headers) + headers_size(self.answer.headers)
        changed = sum(roughly(each.before) + roughly(each.after) for each in self.changes)
        return headers + sum(map(len, texts)) + sum(map(roughly, parts)) + changed


def headers_size(headers: Sequence[tuple[str, str]]) -> int:
    """Bytes that headers take, about."""
    return sum([_A_VALUE + len(name) + len(value) for name, value in headers])


def roughly(value: Any, deep: int = 3) -> int:
    """Bytes that a value takes, about; of a list its ends stand for all, to be quick."""
    kind = type(value)
    if kind is str or kind is bytes:
        return _A_VALUE + len(value)
    if kind in _SMALL or not deep or not value:
        return _A_VALUE
    deep -= 1
    if kind is list or kind is tuple:
        few = value if len(value) <= _LOOKED_AT else (*value[:_A_FEW], *value[-_A_FEW:])
        return _A_VALUE + len(value) * sum([roughly(each, deep) for each in few]) // len(few)
    if kind is dict or isinstance(value, Mapping):
        return _A_VALUE * (1 + len(value)) + sum([roughly(each, deep) for each in value.values()])
    return _A_VALUE
