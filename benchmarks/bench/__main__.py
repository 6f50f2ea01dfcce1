"""`make bench`: measures, prints a table, writes results and a plot; ends 0 once it has measured.

    python -m benchmarks.bench [--part NAME ..] [--rounds N] [--seconds S] [--no-peers]
                               [--against FILE] [--results FILE] [--no-plot] [--page FILE]

Parts are `task` (or of it only accepted, rule, schema, 401, 404 or 405), search, pick, rules,
worlds, start, proof, verify and loading; all of them when none is named.

Missed bars are told, and are no failure: a machine that others use misses them too. What could not
be measured is told with its reason, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# The scripts beside this folder import each other by their short names.
sys.path.append(str(Path(__file__).resolve().parent.parent))

from benchmarks.bench import parts, proof, rates
from benchmarks.bench.bars import Bar
from benchmarks.bench.environment import NoEnvironment, plotter
from benchmarks.bench.page import show
from benchmarks.bench.processes import load_average
from benchmarks.bench.results import NoResults, compared, new_results, read, write
from benchmarks.bench.table import about_lines, bar_lines, scenario_lines, summary
from benchmarks.bench.turns import Pace
from benchmarks.bench.worlds import ROOT

CACHE = ROOT / ".cache" / "bench"
PARTS: dict[str, Callable[[Pace, Path, rates.Say], parts.Told]] = {
    "pick": parts.picking,
    "rules": parts.rule_layer,
    "worlds": parts.worlds,
    "start": parts.starting,
    "proof": proof.proving,
    "verify": proof.verifying,
    "loading": parts.loading,
}
TITLES = {each.key: each.title for each in (*rates.SCENARIOS, rates.SEARCH)}
RATES = ("task", *TITLES)
_LONGEST_TURN = 60
_told: list[str] = []


def main(given: Sequence[str]) -> int:
    """Measure what is asked for; the exit code."""
    asked = _arguments(given)
    try:
        before = read(asked.against) if asked.against else None
    except NoResults as error:
        sys.stderr.write(f"{error}\n")
        return 2
    began = time.monotonic()
    results = new_results(asked.rounds, asked.seconds)
    bars: list[Bar] = []
    for name in asked.part or ("task", "search", *PARTS):
        try:
            bars += _measured(name, asked, results)
        except Exception as error:
            # Whatever it was, the other parts are measured.
            why = f"{type(error).__name__}: {error}"
            results["failed"][name] = why
            out(f"\n{name} could not be measured: {why}\n")
    results["load_average"]["after"] = load_average()
    results["took"] = time.monotonic() - began
    results["bars"] = [bar.data() for bar in bars]
    _tell(results, bars, before)
    write(results, asked.results)
    picture = None if asked.no_plot else _plot(asked.results)
    if asked.page is not None:
        show(asked.page, "".join(_told), picture)
    return 1 if results["failed"] else 0


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    reading = argparse.ArgumentParser("make bench", description="Measure, and tell the bars.")
    reading.add_argument("--part", action="append", choices=(*RATES, *PARTS), metavar="NAME")
    reading.add_argument("--rounds", type=_rounds, default=5, help="turns of each (default 5)")
    reading.add_argument("--seconds", type=_seconds, default=1, help="of a turn (default 1)")
    reading.add_argument("--no-peers", action="store_true", help="only bare Starlette beside us")
    reading.add_argument("--against", type=Path, help="results of an earlier run to compare with")
    reading.add_argument("--no-plot", action="store_true", help="draw no picture")
    reading.add_argument("--page", type=Path, help="a page to show table and picture on")
    reading.add_argument("--results", type=Path, default=CACHE / "results.json")
    return reading.parse_args(given)


def _rounds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rounds; write 1 or more")
    return int(text)


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= _LONGEST_TURN:
        told = f"{text!r} is no length of a turn; write seconds, up to {_LONGEST_TURN}"
        raise argparse.ArgumentTypeError(told)
    return found


def _measured(name: str, asked: argparse.Namespace, results: dict[str, Any]) -> list[Bar]:
    pace = Pace(asked.rounds, asked.seconds)
    if name in PARTS:
        results["figures"][name], bars = PARTS[name](pace, CACHE, _say)
        return bars
    if name == "search":
        found = rates.searching(pace, CACHE, _say)
    else:
        chosen = [each for each in rates.SCENARIOS if name in ("task", each.key)]
        found = rates.create_task(chosen, pace, CACHE, _say, others=not asked.no_peers)
    for key, rows in found.items():
        results["scenarios"][key] = {name: row.data() for name, row in rows.items()}
        out("\n".join(scenario_lines(TITLES[key], rows)) + "\n")
        if key == "accepted":
            out("\n".join(about_lines(rows)) + "\n")
    return rates.bars(found)


def out(text: str) -> None:
    """Print, and keep it for a page."""
    sys.stdout.write(text)
    sys.stdout.flush()
    _told.append(text)


def _say(text: str) -> None:
    """How far it is, where somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def _tell(results: dict[str, Any], bars: Sequence[Bar], before: dict[str, Any] | None) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    out("\n".join((*bar_lines(bars), *summary(results, bars))) + "\n")
    if before is not None:
        out("\n".join(("", f"beside the run of {before['when']}", *compared(bars, before))) + "\n")


def _plot(file: Path) -> Path | None:
    picture = file.with_suffix(".svg")
    try:
        subprocess.run([*plotter(ROOT), str(file), str(picture)], check=True, timeout=120)
    except (NoEnvironment, subprocess.SubprocessError) as error:
        sys.stdout.write(f"results in {file}; no plot: {error}\n")
        return None
    sys.stdout.write(f"results in {file}, plot in {picture}\n")
    return picture


def _ended(number: int, frame: object) -> None:
    # As Ctrl-C does, so that what was started is ended.
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; nothing was written\n")
        sys.exit(130)
