"""Does any order of the operations, one after another, explain what the clients saw?

The search of Wing and Gong, with the memory of Lowe: an operation may come next in the order when
no other one that is still to come had ended before it began, and when the model answers it as it
was answered. A set of operations done and the state reached is tried once only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

Model = Callable[[Hashable, Any], tuple[Hashable, Hashable]]
"""(state, asked) -> (told, state after)."""
NEVER = 1 << 62
"""When an operation ended that was never answered: it may have been carried out, or not."""


@dataclass(frozen=True)
class Done:
    """One operation of a client: what was asked and told, when it began and ended (any clock that
    all clients share). Without an answer `told` is None and `ended` is NEVER."""

    client: int
    asked: Any
    told: Hashable
    began: int
    ended: int


@dataclass(frozen=True)
class Explained:
    """An order that explains a history, or the operations at which the best try came to a halt."""

    order: tuple[Done, ...]
    stuck: tuple[Done, ...] = ()

    def __bool__(self) -> bool:
        return not self.stuck


def explain(history: Sequence[Done], state: Hashable, model: Model) -> Explained:
    """Look for an order of `history` that begins in `state` and follows `model`."""
    calls = sorted(history, key=lambda done: done.began)
    needed = sum(1 << place for place, done in enumerate(calls) if done.ended != NEVER)
    tried: set[tuple[int, Hashable]] = {(0, state)}
    # The path down to where we are: mask of what is done, state, and what may be tried there next.
    path = [(0, state, _next(calls, 0))]
    taken: list[int] = []
    best: tuple[list[int], int] = ([], 0)
    while path:
        mask, now, choices = path[-1]
        if mask & needed == needed:
            return Explained(tuple(calls[place] for place in taken))
        if len(taken) > len(best[0]):
            best = (list(taken), mask)
        if not choices:
            path.pop()
            if taken:
                taken.pop()
            continue
        place = choices.pop()
        told, after = model(now, calls[place].asked)
        key = (mask | 1 << place, after)
        if calls[place].told in (None, told) and key not in tried:
            tried.add(key)
            taken.append(place)
            path.append((key[0], after, _next(calls, key[0])))
    halted = tuple(calls[place] for place in _next(calls, best[1]))
    return Explained(tuple(calls[place] for place in best[0]), halted)


def _next(calls: Sequence[Done], mask: int) -> list[int]:
    """The places of what may come next: begun before any other that is left has ended."""
    found: list[int] = []
    first_end = NEVER + 1
    for place, done in enumerate(calls):
        if mask >> place & 1:
            continue
        if done.began > first_end:
            break
        found.append(place)
        first_end = min(first_end, done.ended)
    # Tried from the end of the list: that which ended first is the likeliest.
    return sorted(
        (place for place in found if calls[place].began < first_end),
        key=lambda place: -calls[place].ended,
    )
