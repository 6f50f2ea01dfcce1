"""Bars: what a figure must be, and whether it is."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Bar:
    """A figure and its bar; `value` None was not measured, and `why` says the reason.

    With `least` the figure must be so much or more, else so much or less. `rounds` are the figures
    of the single rounds, whose median `value` is. `goal` is what is hoped for besides.
    """

    key: str
    says: str
    value: float | None
    bar: float
    unit: str = "x"
    least: bool = False
    goal: float | None = None
    rounds: tuple[float, ...] = ()
    why: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the bar is kept; None when nothing was measured."""
        if self.value is None:
            return None
        return self.value >= self.bar if self.least else self.value <= self.bar

    @property
    def verdict(self) -> str:
        """In a word."""
        return {True: "kept", False: "missed", None: "not measured"}[self.kept]

    def data(self) -> dict[str, Any]:
        """For the results file."""
        return {**asdict(self), "rounds": list(self.rounds), "verdict": self.verdict}


def ratio_bar(  # noqa: PLR0913
    key: str,
    says: str,
    above: Sequence[float] | None,
    below: Sequence[float] | None,
    bar: float,
    *,
    least: bool = False,
    goal: float | None = None,
    why: str = "",
) -> Bar:
    """The bar of a ratio, taken round by round; not measured where one of both is missing."""
    if not above or not below:
        return Bar(key, says, None, bar, least=least, goal=goal, why=why or "was not measured")
    rounds = tuple(a / b for a, b in zip(above, below, strict=True))
    return Bar(key, says, statistics.median(rounds), bar, "x", least, goal, rounds)
