"""Small plots as SVG, drawn to be stretched: each bar stands beside its figures in text.

Beside its colour a part of a bar has a height, so that it is told on paper and without colours.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log10
from typing import Any

from markupsafe import Markup
from rulebound.contract_tests.reports.headline import day
from rulebound.contract_tests.reports.marks import VERDICTS, slug

_HEIGHTS = {
    **{"kept": 7, "broken": 10, "differs": 9, "not reached": 4, "not testable": 2},
    **{"informational": 5, "not cited": 10, "in another shard": 1},
}
_BUCKETS = ((0, 0), (1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, 50), (51, None))
_QUICKEST = 1e-4


@dataclass(frozen=True)
class Line:
    """A row of a plot: what it is about, its bar, and its figures in words."""

    name: str
    bar: Markup
    told: str


def _svg(shapes: Iterable[str]) -> Markup:
    inner = "".join(shapes)
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f"{inner}</svg>"
    )


def _rect(kind: str, x: float, width: float, height: float) -> str:
    top = (10 - height) / 2
    return f'<rect class="{kind}" x="{x:.2f}" y="{top:g}" width="{width:.2f}" height="{height:g}"/>'


def stacked(totals: Mapping[str, int], most: int) -> Markup:
    """Counts by verdict, one beside the other; `most` is what fills the whole width."""
    shapes, x = [], 0.0
    for verdict, height in _HEIGHTS.items():
        width = 100 * totals.get(verdict, 0) / max(most, 1)
        if width:
            shapes.append(_rect(slug(verdict), x, width, height))
        x += width
    return _svg(shapes)


def runs(data: dict[str, Any]) -> tuple[Line, ...]:
    """The verdicts of the last runs and of this one; nothing where no earlier run is known."""
    earlier = [(day(run["started"]), run["totals"]) for run in data.get("runs", ())]
    if not earlier:
        return ()
    every = [*earlier, (f"{day(data['started'])} (this run)", data["totals"])]
    most = max(sum(totals.values()) for _, totals in every)
    return tuple(Line(name, stacked(totals, most), in_words(totals)) for name, totals in every)


def in_words(totals: Mapping[str, int]) -> str:
    """`40 kept, 2 broken`."""
    return ", ".join(f"{totals[name]} {name}" for name in VERDICTS if totals.get(name))


def latencies(data: dict[str, Any]) -> tuple[Line, ...]:
    """From the quickest answer of each operation to the 95th of 100, the median marked; the scale
    is logarithmic and the same for all."""
    found = [(each["operation"], each["latency"]) for each in data["operations"]]
    timed = [(name, each) for name, each in found if each is not None]
    if not timed:
        return ()
    low = log10(max(_QUICKEST, min(each["min"] for _, each in timed)))
    high = log10(max(_QUICKEST, *(each["p95"] for _, each in timed)))

    def at(seconds: float) -> float:
        place = (log10(max(_QUICKEST, seconds)) - low) / ((high - low) or 1)
        return 1 + 96 * place

    return tuple(Line(name, _range(each, at), _figures(each)) for name, each in timed)


def _range(each: dict[str, Any], at: Any) -> Markup:
    first, middle, last = (at(each[key]) for key in ("min", "median", "p95"))
    return _svg(
        (
            _rect("rail", 0, 100, 0.6),
            _rect("span", first, max(last - first, 0.6), 4),
            _rect("median", middle, 0.9, 10),
        )
    )


def _figures(each: dict[str, Any]) -> str:
    shown = ", ".join(f"{name} {_time(each[name])}" for name in ("min", "median", "p95"))
    return f"{shown}; {each['answers']} answers"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def cases(data: dict[str, Any]) -> tuple[Line, ...]:
    """How many rules have how many cases."""
    found: Counter[tuple[int, int | None]] = Counter()
    for rule in data["rules"]:
        number = max(rule["planned"], len(rule["cases"]))
        found[next(each for each in _BUCKETS if each[1] is None or number <= each[1])] += 1
    most = max(found.values(), default=1)
    return tuple(
        Line(
            _bucket(*bucket),
            _svg([_rect("count", 0, 100 * found[bucket] / most, 7)]),
            f"{found[bucket]} rule{'s' * (found[bucket] != 1)}",
        )
        for bucket in _BUCKETS
        if found[bucket]
    )


def _bucket(low: int, high: int | None) -> str:
    if high is None:
        return f"{low} cases or more"
    if low == high:
        return ("no case", "1 case")[low] if low < 2 else f"{low} cases"
    return f"{low} to {high} cases"
