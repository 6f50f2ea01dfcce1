"""Meets targets in processes of their own and tells how each meeting went.

Read from stdin: JSON `{"how": "line" | "verify", "deadline": seconds, "targets": {name: url}}`.
Printed: one JSON object by name, each `{"code", "told", "grown", "seconds"}`: the exit code, what
was said, by how many MiB the process grew, and how long it took.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests import verify as verifying
from rulebound.contract_tests.apis import load_apis, shipped
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.planning import Selection
from rulebound.contract_tests.wire.line import Line
from rulebound.contract_tests.wire.message import TargetFault, WireRequest

AT_ONCE = 8


def by_line(url: str, deadline: float) -> tuple[int, str]:
    """Two exchanges, as the second one may meet what the first left behind."""
    told = []
    with Line(url, deadline=deadline) as line:
        for _ in range(2):
            try:
                told.append(f"answer {line.send(WireRequest('GET', '/')).status}")
            except TargetFault as fault:
                told.append(f"fault: {fault}")
    return 0, "\n".join(told)


def by_verify(url: str, deadline: float) -> tuple[int, str]:
    """A run of one rule's cases."""
    said = io.StringIO()
    chosen = Selection(operations=("pick",), rules=("pick.at-most-75",))
    options = verifying.VerifyOptions(target=url, selection=chosen, deadline=deadline)
    with redirect_stderr(said), redirect_stdout(said):
        code = verifying.verify(options, Console(file=said, width=200))
    return code, said.getvalue()


def _memory(what: str) -> float:
    """VmRSS or VmHWM of this process in MiB."""
    for row in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if row.startswith(what + ":"):
            return int(row.split()[1]) / 1024
    raise LookupError(what)


def _meet(how: str, url: str, deadline: float) -> dict[str, Any]:
    # The highest mark is that of the parent until it is set back.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, started = _memory("VmRSS"), time.monotonic()
    try:
        code, told = (by_line if how == "line" else by_verify)(url, deadline)
    except BaseException:
        code, told = -1, traceback.format_exc()
    seconds = time.monotonic() - started
    return {"code": code, "told": told, "grown": _memory("VmHWM") - before, "seconds": seconds}


def _start(how: str, url: str, deadline: float) -> tuple[int, int]:
    """A process that meets a target and writes what came of it; its id and where to read."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    with os.fdopen(writing, "w") as pipe:
        json.dump(_meet(how, url, deadline), pipe)
    os._exit(0)


def main() -> None:
    """Meet them all, some at once."""
    wish = json.load(sys.stdin)
    # Read once, before the processes part; what is measured is what a target adds.
    loaded = load_apis(shipped())
    verifying.load_apis = lambda places: loaded  # type: ignore[assignment]
    SchemaConformance()
    waiting, under_way = list(wish["targets"].items()), []
    results = {}
    while waiting or under_way:
        while waiting and len(under_way) < AT_ONCE:
            name, url = waiting.pop(0)
            under_way.append((name, *_start(wish["how"], url, wish["deadline"])))
        name, child, reading = under_way.pop(0)
        with os.fdopen(reading) as pipe:
            results[name] = json.loads(pipe.read() or '{"code": -9, "told": "died"}')
        os.waitpid(child, 0)
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
