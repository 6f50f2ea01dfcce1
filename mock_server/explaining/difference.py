"""What makes one request another, step by step, and which of the steps are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rulebound.mock_server.explaining.draft import ABOUT_THE_BODY, Draft, Step
from rulebound.mock_server.explaining.places import GONE, Place
from rulebound.openapi.model import Operation
from rulebound.openapi.request import NO_BODY


def difference(draft: Draft, other: Draft) -> list[Step]:
    """The steps from a request to another one; the caller and what clients add stay."""
    found = [
        Step(place, other.at(place))
        for place in _named(draft, other)
        if draft.at(place) != other.at(place)
    ]
    old = GONE if draft.value is NO_BODY else draft.value
    new = GONE if other.value is NO_BODY else other.value
    found += _between(old, new, ("body",))
    if draft.raw and old is GONE and new is GONE and not other.body:
        found.append(Step(("body",), GONE))
    # What is taken out of a list goes last, from its end, so that places stay what they are.
    return [*(s for s in found if s.value is not GONE),
            *reversed([s for s in found if s.value is GONE])]  # fmt: skip


def _named(draft: Draft, other: Draft) -> Iterator[Place]:
    operation = draft.operation
    own = operation.credential_names
    for name in dict.fromkeys(name for name, _ in (*draft.query, *other.query)):
        if name not in own:
            yield ("query", name)
    for name in _headers(operation):
        yield ("headers", name)
    for name in draft.parameters:
        yield ("path", name)


def _headers(operation: Operation) -> tuple[str, ...]:
    declared = {each.name.lower() for each in operation.where("header")}
    about = ABOUT_THE_BODY if operation.body is not None else ()
    names = (*sorted(declared), "accept", *about)
    return tuple(name for name in dict.fromkeys(names) if name not in operation.credential_headers)


def _between(old: Any, new: Any, at: Place) -> Iterator[Step]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys((*old, *new)):
            yield from _between(old.get(name, GONE), new.get(name, GONE), (*at, name))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            one = old[index] if index < len(old) else GONE
            other = new[index] if index < len(new) else GONE
            yield from _between(one, other, (*at, index))
    elif old != new or type(old) is not type(new):
        yield Step(at, new)


def changes_between(old: Any, new: Any, at: Place) -> int:
    """How many places differ between two values; one for a whole that comes or goes."""
    if isinstance(old, list) and isinstance(new, list) and new == old[: len(new)]:
        return 1
    return max(1, sum(1 for _ in _between(old, new, at)))


def needed(steps: Sequence[Step], does: Callable[[Sequence[Step]], bool]) -> list[Step]:
    """Steps of which none can be left out, of those that do together (delta debugging)."""
    kept, parts = list(steps), 2
    while len(kept) > 1:
        size = -(-len(kept) // parts)
        for start in range(0, len(kept), size):
            fewer = kept[:start] + kept[start + size :]
            if fewer and does(fewer):
                kept, parts = fewer, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(len(kept), parts * 2)
    return kept
