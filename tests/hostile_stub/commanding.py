"""Runs commands of `rulebound`, each in a process forked for it, and tells how each went.

Read from stdin: JSON `{name: [arguments]}`. Printed: one JSON object by name, each `{"code",
"told", "grown", "computed"}`: the exit code (-1: it did not end, or not by itself), what was said,
by how many MiB the process grew, and the seconds it computed. Forked, a command need not load
Python anew.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import sys
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from rulebound.cli import main

PATIENCE = 20.0
AT_ONCE = 2


def run(arguments: list[str]) -> tuple[int, str]:
    """One command to its end."""
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(said):
        try:
            main(arguments, prog_name="rulebound", standalone_mode=True)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            code = -1
            said.write(traceback.format_exc())
    return code, said.getvalue()


def memory(what: str) -> float:
    """VmRSS or VmHWM of this process in MiB."""
    for row in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if row.startswith(what + ":"):
            return int(row.split()[1]) / 1024
    raise LookupError(what)


def watched(arguments: list[str]) -> dict[str, Any]:
    """One command, measured; in the process that was forked for it."""
    # The highest mark is that of the parent until it is set back.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    before = memory("VmRSS")
    code, told = run(arguments)
    used = resource.getrusage(resource.RUSAGE_SELF)
    computed = used.ru_utime + used.ru_stime
    return {"code": code, "told": told, "grown": memory("VmHWM") - before, "computed": computed}


def start(arguments: list[str]) -> tuple[int, int, float]:
    """A process that runs a command and writes what came of it: its id, where to read, since."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading, time.monotonic()
    with os.fdopen(writing, "w") as pipe:
        json.dump(watched(arguments), pipe)
        pipe.flush()
        os._exit(0)


def finish(child: int, reading: int, began: float) -> dict[str, Any]:
    """What came of it; killed when it does not end."""
    ended = {"code": -1, "told": "it did not end", "grown": 0.0, "computed": PATIENCE}
    previous = signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, max(0.01, began + PATIENCE - time.monotonic()))
    try:
        with os.fdopen(reading) as pipe:
            text = pipe.read()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        os.waitpid(child, 0)
    return json.loads(text) if text else ended


def answer() -> None:
    """Run all that is asked for, a few at once."""
    asked: dict[str, list[str]] = json.load(sys.stdin)
    # What each of them loads is loaded once, here.
    good = str(Path(__file__).resolve().parent.parent / "toy" / "notes")
    for warm in (["check", good], ["serve", "--folder", "/dev"], ["profile", "check", "/dev/null"]):
        run(warm)
    found, running = {}, []
    for name, arguments in asked.items():
        running.append((name, start(arguments)))
        if len(running) == AT_ONCE:
            first, which = running.pop(0)
            found[first] = finish(*which)
    for name, which in running:
        found[name] = finish(*which)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    answer()
