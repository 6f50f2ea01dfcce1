"""What was measured, as lines of text for a terminal or a log of CI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.bench.bars import Bar
from benchmarks.bench.stub import BARE
from benchmarks.bench.turns import Row, Rows

_HEAD = "   req/s  x bare   p50 ms   p99 ms   CPU us  x bare     MB"


def scenario_lines(title: str, rows: Rows) -> Iterator[str]:
    """A scenario: a line for each server, medians of the rounds."""
    yield ""
    yield f"{title:<34}{_HEAD}"
    bare = rows.get(BARE)
    for name, row in rows.items():
        if row.turns:
            yield _figures(name, row, bare)
        else:
            yield f"  {name:<32}not measured: {row.note or 'no turn was whole'}"


def about_lines(rows: Rows) -> Iterator[str]:
    """What each server is, and what it does with a request."""
    yield ""
    for name, row in rows.items():
        if row.about:
            yield f"  {name:<32}{row.about}"


def _figures(name: str, row: Row, bare: Row | None) -> str:
    beside = {"rate": "", "computing": ""}
    if bare is not None and bare.turns:
        beside = {each: f"{ratio(row, bare, each):.2f}" for each in beside}
    return (
        f"  {name:<32}{row.median('rate'):>8.0f}{beside['rate']:>8}{row.median('p50'):>9.2f}"
        f"{row.median('p99'):>9.2f}{row.median('computing'):>9.0f}{beside['computing']:>8}"
        f"{row.resident:>7.0f}"
    )


def ratio(row: Row, bare: Row, figure: str) -> float:
    """The median of the ratios of the single rounds."""
    pairs = zip(row.of(figure), bare.of(figure), strict=True)
    ranked = sorted(a / b for a, b in pairs)
    middle = len(ranked) // 2
    return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


def bar_lines(bars: Sequence[Bar]) -> Iterator[str]:
    """Each bar, and whether it is kept."""
    yield ""
    yield "bars"
    for bar in bars:
        sign = ">=" if bar.least else "<="
        goal = "" if bar.goal is None else f", goal {bar.goal:g}"
        wanted = f"({sign} {bar.bar:g} {bar.unit}{goal})".replace(" )", ")").replace(" ,", ",")
        value = "-" if bar.value is None else f"{bar.value:.2f} {bar.unit}"
        why = f": {bar.why}" if bar.value is None else ""
        yield f"  {bar.verdict:<12} {value:>12}  {wanted:<24} {bar.says}{why}"


def summary(results: dict[str, Any], bars: Sequence[Bar]) -> Iterator[str]:
    """How many bars are kept, and under what load."""
    verdicts = [bar.verdict for bar in bars]
    counts = ", ".join(
        f"{verdicts.count(each)} {each}" for each in ("kept", "missed", "not measured")
    )
    loads = results["load_average"]
    yield ""
    yield f"bars: {counts}"
    yield (
        f"load average {loads['before']:.1f} before, {loads['after']:.1f} after; "
        f"{results['cores']} cores; load by {results['load']}; "
        f"{results['rounds']} rounds, turns of {results['seconds']:g} s"
    )
