"""Writes the mark of a run into what is made, where a person can read it and no case minds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.contract_tests.cases.model import Case, Expect, Look, Sending, Unset
from rulebound.contract_tests.cases.texts import texts_in
from rulebound.openapi.pointers import follow, split


@dataclass(frozen=True)
class Mark:
    """`text` is put behind a text of the body; `spared` are texts that a case looks at. `over`:
    also behind what the body's own patch says, which no case looks at."""

    text: str
    spared: frozenset[str] = frozenset()
    over: bool = False

    def on(self, value: Any, places: Iterable[str], own: Any) -> Any:
        """The body with the mark in the first of these places (pointers) that holds a text which
        nothing looks at and the case's `own` patch does not touch; else the body as it is."""
        for pointer in places:
            path = split(pointer)
            try:
                found = follow(value, path)
            except LookupError:
                continue
            if _touches(own, path) and not self.over:
                continue
            if isinstance(found, str) and found and found not in self.spared:
                return _put(value, path, f"{found} {self.text}")
        return value


def _touches(patch: Any, path: tuple[str, ...]) -> bool:
    """Whether a merge patch says something at a place, or in place of what is above it."""
    for key in path:
        if not isinstance(patch, Mapping):
            return not isinstance(patch, Unset)
        if key not in patch:
            return False
        patch = patch[key]
    return True


def mark_for(case: Case, text: str) -> Mark:
    """The mark for a case: what the case itself writes or expects stays as it is."""
    minded = (
        case.sending.body,
        *_expected(case.sending),
        *(part for given in case.given for part in _expected(given)),
        *(part for item in case.then for part in looked_at(item)),
    )
    return Mark(text, frozenset(each for part in minded for each in texts_in(part)))


def looked_at(item: Sending | Look) -> Iterator[Any]:
    """What a step after the main request looks for, and what it expects to find."""
    if isinstance(item, Look):
        yield from (dict(item.where), dict(item.fields or {}))
    else:
        yield from (dict(item.query), item.body, *_expected(item))


def _expected(sending: Sending) -> Iterator[Any]:
    expect: Expect = sending.expect
    yield from (expect.body, dict(expect.headers))


def _put(value: Any, path: tuple[str, ...], new: str) -> Any:
    if not path:
        return new
    if isinstance(value, list):
        index = int(path[0])
        return [_put(item, path[1:], new) if i == index else item for i, item in enumerate(value)]
    return {**value, path[0]: _put(value[path[0]], path[1:], new)}
