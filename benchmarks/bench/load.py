"""A turn of load on a server: so many connections for so long, and what it cost."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.bench.calls import Call
from benchmarks.bench.processes import LOAD_CORE, computed, on_core

HERE = Path(__file__).parent
WRK = shutil.which("wrk")
NAME = "wrk, with a script for several requests" if WRK else "our own generator (wrk is missing)"
CONNECTIONS = 16


@dataclass(frozen=True)
class Turn:
    """What a turn came to: answers in a second, milliseconds that half and 99 % of them took at
    most, microseconds of processor time of the server for each, how many answers said 4xx or 5xx
    and how many requests got none."""

    requests: int
    rate: float
    p50: float
    p99: float
    computing: float
    refused: int
    lost: int

    def data(self) -> dict[str, float]:
        """For the results file."""
        return asdict(self)


class NoAnswers(Exception):
    """A server answered nothing in a turn."""


def write_calls(calls: Sequence[Call], path: Path) -> Path:
    """The file that tells the load what to send."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(each.written for each in calls), encoding="utf-8")
    return path


def turn(port: int, pid: int, calls: Path, seconds: float, connections: int = CONNECTIONS) -> Turn:
    """Load a server that listens on a port of this machine.

    In: the process whose time is counted, with those below it. Raises NoAnswers.
    """
    before = computed(pid)
    ended = subprocess.run(
        on_core(LOAD_CORE, _command(port, calls, seconds, connections)),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 90,
        env={**os.environ, "BENCH_CALLS": str(calls)},
    )
    spent = computed(pid) - before
    told = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    found = json.loads(told[-1]) if told else {"requests": 0}
    if not found["requests"]:
        raise NoAnswers(f"no answer in {seconds} s: {ended.stderr.strip()[-300:]}")
    count = found["requests"]
    return Turn(
        count,
        count / found["microseconds"] * 1e6,
        found["p50"] / 1000,
        found["p99"] / 1000,
        spent / count * 1e6,
        found["refused"],
        found["lost"],
    )


def _command(port: int, calls: Path, seconds: float, connections: int) -> list[str]:
    if WRK is None:
        script = str(HERE / "generator.py")
        return [sys.executable, script, str(port), str(connections), str(seconds), str(calls)]
    # Whole seconds are all that wrk knows.
    long = f"{math.ceil(seconds)}s"
    url = f"http://127.0.0.1:{port}"
    script = str(HERE / "calls.lua")
    return [WRK, "-t1", f"-c{connections}", f"-d{long}", "--timeout", "10s", "-s", script, url]
