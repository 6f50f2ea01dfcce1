"""What the traces of refused requests share whose rules have the same codes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from rulebound.openapi.model import Rule
from rulebound.openapi.phases import BROKEN, KEPT, Codes, Phase
from rulebound.openapi.trace import Outcome

_MOST = 512
"""Outlines kept of each operation."""


class Outline(NamedTuple):
    """The outcomes of the phases before the one that refuses, those of that phase, and those of the
    phases after it. `broken` are its broken rules with their place in `judged`, where each stands
    as kept until it is judged by itself."""

    before: tuple[Outcome, ...]
    judged: tuple[Outcome, ...]
    after: tuple[Outcome, ...]
    broken: tuple[tuple[int, Rule], ...]


class Outlines:
    """The outlines of one operation; each is made once, as most requests fare as others did."""

    def __init__(self, phases: Sequence[Phase]) -> None:
        self._phases = tuple(phases)
        self._unreached = [
            tuple(Outcome(rule, "not reached") for rule in phase.rules) for phase in phases
        ]
        self._known: dict[tuple[Codes, ...], Outline] = {}

    def unreached(self, phase: int) -> tuple[Outcome, ...]:
        """The outcomes of a phase that was not judged."""
        return self._unreached[phase]

    def of(self, found: tuple[Codes, ...]) -> Outline:
        """The outline for the codes of the phases judged, something being broken in the last."""
        known = self._known.get(found)
        if known is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[found] = self._made(found)
        return known

    def _made(self, found: tuple[Codes, ...]) -> Outline:
        *before, last = found
        phase = self._phases[len(before)]
        plain = zip(phase.outcomes, last, strict=True)
        return Outline(
            outcomes_of(self._phases, before),
            tuple(outcomes[KEPT if code == BROKEN else code] for outcomes, code in plain),
            tuple(chain.from_iterable(self._unreached[len(found) :])),
            tuple((place, phase.rules[place]) for place, code in enumerate(last) if code == BROKEN),
        )


def outcomes_of(phases: Sequence[Phase], found: Sequence[Codes]) -> tuple[Outcome, ...]:
    """The outcomes of phases in which nothing is broken."""
    return tuple(
        outcomes[code]
        for phase, codes in zip(phases, found, strict=False)
        for outcomes, code in zip(phase.outcomes, codes, strict=True)
    )
