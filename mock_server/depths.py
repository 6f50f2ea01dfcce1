"""What is kept to explain a request, as long as there is room for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from rulebound.mock_server.answers import Answer
from rulebound.openapi.conditions import Requirement

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_A_VALUE = 50
_A_FACT = 10 * _A_VALUE
_A_FEW = 4
_LOOKED_AT = 2 * _A_FEW
_SMALL = frozenset((int, float, bool, type(None)))


class Change(NamedTuple):
    """What a request did to a record: how it stood before and stands after; None where it was not
    there."""

    table: str
    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class Depth(NamedTuple):
    """What it takes to explain a request: all that was sent, the state it was judged in, what was
    looked up, and what came of it.

    `address` and `query` are those of the entry, but whole. `replaced` holds, by the id of a rule,
    what the world judged it by in place of its own condition.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes
    root: str
    answer: Answer
    path: Mapping[str, Any] = _NOTHING
    settings: Mapping[str, Any] = _NOTHING
    facts: Mapping[str, Any] = _NOTHING
    changes: tuple[Change, ...] = ()
    address: str = ""
    query: str = ""
    replaced: Mapping[str, Requirement] = _NOTHING

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return self.sized(headers_size(self.headers))

    def sized(self, headers: int) -> int:
        """Its `size`, when the headers that it holds take so many bytes."""
        answer, facts = self.answer, self.facts
        texts = len(self.body) + len(answer.body) + len(self.address) + len(self.query)
        size = texts + headers + len(facts) * _A_FACT
        if answer.headers:
            size += headers_size(answer.headers)
        if self.changes:
            size += _changed(self.changes)
        if self.path:
            size += roughly(self.path)
        for value in facts.values():
            # Short ones name what stands in the world anyway, or a part of the body.
            if value and type(value) is list and len(value) > _A_FEW:
                size += roughly(value)
        return size


def _changed(changes: Sequence[Change]) -> int:
    """Bytes that changes take, about; of many the ends stand for all."""
    count = len(changes)
    few = changes if count <= _LOOKED_AT else (*changes[:_A_FEW], *changes[-_A_FEW:])
    size = len(few) * _A_FACT
    for _, _, before, _ in few:
        # What came after stands in the world; should it go, it is what was before the next change.
        if before is not None:
            size += _written(before)
    return size if few is changes else size * count // len(few)


def _written(record: Mapping[str, Any]) -> int:
    try:
        return _A_VALUE * len(record) + len(orjson.dumps(record))
    except TypeError:  # whole numbers beyond 64 bits
        return roughly(record)


def headers_size(headers: Sequence[tuple[str, str]]) -> int:
    """Bytes that headers take, about."""
    return _A_VALUE * len(headers) + sum(map(len, chain.from_iterable(headers)))


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
