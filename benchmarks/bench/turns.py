"""Servers measured in turns under one scenario: round after round, each once in a round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from benchmarks.bench.calls import Call, ask
from benchmarks.bench.load import NoAnswers, Turn, turn, write_calls
from benchmarks.bench.servers import Server
from benchmarks.bench.stub import STUB, reset


@dataclass(frozen=True)
class Scenario:
    """Requests of one sort, and the status they are answered with."""

    key: str
    title: str
    calls: Sequence[Call]
    status: int
    peers: bool = False


@dataclass(frozen=True)
class Pace:
    """How often and how long: rounds, and seconds of a turn."""

    rounds: int = 5
    seconds: float = 1


@dataclass
class Row:
    """What a server did in a scenario; without turns `note` says why. `about` is what it is: its
    version, and what it checks of a request. `resident` are the MB it held in the end."""

    status: int = 0
    about: str = ""
    turns: list[Turn] = field(default_factory=list)
    note: str = ""
    resident: float = 0.0

    def of(self, figure: str) -> list[float]:
        """One figure of every round."""
        return [float(getattr(each, figure)) for each in self.turns]

    def median(self, figure: str) -> float:
        """The median of one figure."""
        return statistics.median(self.of(figure))

    def data(self) -> dict[str, Any]:
        """For the results file."""
        figures = ("rate", "p50", "p99", "computing")
        medians = {name: self.median(name) for name in figures} if self.turns else {}
        turns = [each.data() for each in self.turns]
        about = {"status": self.status, "about": self.about, "note": self.note}
        return {**about, **medians, "resident": self.resident, "turns": turns}


Rows = dict[str, Row]


def measure(
    scenario: Scenario,
    servers: Sequence[Server],
    pace: Pace,
    cache: Path,
    say: Callable[[str], object],
) -> Rows:
    """A row for each server, by its name."""
    file = write_calls(scenario.calls, cache / f"{scenario.key}.calls")
    rows = {server.kind.name: _probed(server, scenario) for server in servers}
    able = [server for server in servers if not rows[server.kind.name].note]
    for server in able:
        # What is compiled as it runs takes longest at first.
        warm = min(server.kind.warm, 2) if server.is_warm else server.kind.warm
        server.is_warm = True
        _turn(server, file, warm, scenario, Row())
    for number in range(pace.rounds):
        say(f"{scenario.title}: round {number + 1} of {pace.rounds}")
        # Who comes first is another one each time.
        start = number % len(able) if able else 0
        for server in [*able[start:], *able[:start]]:
            _turn(server, file, pace.seconds, scenario, rows[server.kind.name])
    for server in servers:
        row = rows[server.kind.name]
        row.resident = server.resident
        if len(row.turns) < pace.rounds:
            row.turns.clear()
    return rows


def _probed(server: Server, scenario: Scenario) -> Row:
    kind = server.kind
    about = f"{kind.version}; checks {kind.checks}{'; keeps state' if kind.state else ''}"
    try:
        status = ask(server.port, scenario.calls[0]).status
    except (OSError, HTTPException) as error:
        return Row(about=about, note=f"does not answer: {error}")
    if status == scenario.status:
        return Row(status, about)
    return Row(status, about, note=f"answers {status}, not {scenario.status}")


def _turn(server: Server, file: Path, seconds: float, scenario: Scenario, row: Row) -> None:
    if server.kind.name.startswith(STUB):
        reset(server)
    try:
        found = turn(server.port, server.pid, file, seconds)
    except NoAnswers as error:
        row.note = str(error)
        return
    wanted = found.requests if scenario.status >= 400 else 0
    if found.refused != wanted or found.lost:
        odd = abs(found.refused - wanted) + found.lost
        row.note = f"{odd} of {found.requests} answers were others"
        return
    row.turns.append(found)
