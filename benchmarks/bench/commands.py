"""Commands run to their end, and what they cost."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.bench.processes import SERVER_CORE, on_core


class Failed(Exception):
    """A command did not do what it is to; the text says what it printed."""


def told_by(command: Sequence[str], core: int = SERVER_CORE) -> Any:
    """The JSON of the last line that a command prints, kept to a core. Raises Failed."""
    ended = subprocess.run(
        on_core(core, command), capture_output=True, text=True, check=False, timeout=600
    )
    if ended.returncode:
        name = Path(command[1]).name
        raise Failed(f"{name} ended with {ended.returncode}: {ended.stderr.strip()[-300:]}")
    return json.loads(ended.stdout.splitlines()[-1])


def run_quietly(command: Sequence[str], cache: Path, within: float) -> tuple[int, float, float]:
    """The exit code of a command, the seconds it took, and those of processor time.

    What it prints goes into `said.log` in the cache.
    """
    cache.mkdir(parents=True, exist_ok=True)
    before = os.times()
    with (cache / "said.log").open("wb") as said:
        ended = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=within,
            cwd=cache,
            env={**os.environ, "NO_COLOR": "1"},
        )
    after = os.times()
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    return ended.returncode, after.elapsed - before.elapsed, spent
