"""From starting the stub to its first answer, and the memory it then takes.

    python benchmarks/start.py [runs]

Each is measured beside a bare Starlette application with one address, served by the same uvicorn
and started the same way, so that what Python and the server cost shows. Bars: 1.0 s and 80 MB.
Linux only: memory is read from /proc. In MB of 1024 x 1024 bytes: resident, and of that what is
not shared with other processes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

BARE = """
import socket, sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

async def answer(request):
    return JSONResponse({"code": "401-101"}, 401)

class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(f"listening on http://127.0.0.1:{sockets[0].getsockname()[1]}", flush=True)

app = Starlette(routes=[Route("/core/casemgr/v3/activity/pick", answer, methods=["PATCH"])])
Server(uvicorn.Config(app, log_level="error")).run([socket.create_server(("127.0.0.1", 0))])
"""
SERVERS: dict[str, Sequence[str]] = {
    "bare Starlette": (sys.executable, "-c", BARE),
    "rulebound serve": (
        str(Path(sys.executable).with_name("rulebound")),
        *("serve", "--port", "0", "--quiet"),
    ),
}
READY = "listening on http://127.0.0.1:"


@dataclass(frozen=True)
class Measured:
    """Seconds to the first answer, those of them spent computing, and MB after it and after the
    first answer of the control plane."""

    seconds: float
    computing: float
    resident: float
    own: float
    with_control: float


def measure(command: Sequence[str]) -> Measured:
    """Start a server, ask it once, look at it, and end it."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            port = int(line.removeprefix(READY))
            status = ask(port, "PATCH", "/core/casemgr/v3/activity/pick")
            seconds = time.perf_counter() - began
            assert status == 401, status
            computing = processor_time(process.pid)
            resident, own = memory(process.pid)
            ask(port, "GET", "/_rulebound/health")
            return Measured(seconds, computing, resident, own, memory(process.pid)[0])
        finally:
            process.terminate()


def ask(port: int, method: str, path: str) -> int:
    """The status of one answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def processor_time(pid: int) -> float:
    """The seconds a process has spent on a processor, which other work does not lengthen much."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> tuple[float, float]:
    """Resident MB of a process, and those that are its own."""
    kilobytes: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]:
        name, _, rest = line.partition(":")
        kilobytes[name] = int(rest.split()[0])
    own = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return kilobytes["Rss"] / 1024, own / 1024


def main(runs: int) -> None:
    """Measure each server in turn, so often, and print the medians."""
    found: dict[str, list[Measured]] = {name: [] for name in SERVERS}
    for _ in range(runs + 1):
        for name, command in SERVERS.items():
            found[name].append(measure(command))
    say = sys.stdout.write
    say(f"medians of {runs} runs, after one to warm up; start: fastest and slowest in brackets\n")
    starts = {}
    for name, all_of_it in found.items():
        runs_of_it = all_of_it[1:]
        seconds = sorted(each.seconds for each in runs_of_it)
        starts[name] = statistics.median(seconds)
        computing = statistics.median(each.computing for each in runs_of_it)
        resident = statistics.median(each.resident for each in runs_of_it)
        own = statistics.median(each.own for each in runs_of_it)
        control = statistics.median(each.with_control for each in runs_of_it)
        say(
            f"{name:<16} first answer {starts[name]:.2f} s ({seconds[0]:.2f} to {seconds[-1]:.2f}),"
            f" {computing:.2f} s of it computing,"
            f" resident {resident:.0f} MB, its own {own:.0f} MB,"
            f" after a control request {control:.0f} MB\n"
        )
    ratio = starts["rulebound serve"] / starts["bare Starlette"]
    say(f"start ratio {ratio:.1f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
