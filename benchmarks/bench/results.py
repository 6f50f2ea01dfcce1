"""The results of a run as JSON, and a comparison with those of an earlier one."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.bench import load, peers
from benchmarks.bench.bars import Bar
from benchmarks.bench.processes import CORES, load_average

FORM = 1
WORSE = 1.15
"""A ratio so many times what it was is told as a regression."""
_PACKAGES = ("uvicorn", "uvloop", "httptools", "starlette", "connexion", "schemathesis")


def surroundings() -> dict[str, Any]:
    """What a run was measured with and on."""
    return {
        "cores": len(CORES),
        "python": platform.python_version(),
        "node": _said("node", "--version"),
        "java": _said("java", "-version"),
        "load": load.NAME,
        "connections": load.CONNECTIONS,
        "packages": {name: version(name) for name in _PACKAGES},
        "peers": dict(peers.versions()),
    }


def _said(program: str, option: str) -> str:
    found = shutil.which(program)
    if found is None:
        return "not installed"
    ended = subprocess.run([found, option], capture_output=True, text=True, check=False, timeout=60)
    lines = (ended.stdout + ended.stderr).strip().splitlines()
    return lines[0] if lines else "unknown"


def new_results(rounds: int, seconds: float) -> dict[str, Any]:
    """Results to be filled."""
    return {
        "form": FORM,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "rounds": rounds,
        "seconds": seconds,
        "load_average": {"before": load_average()},
        **surroundings(),
        "scenarios": {},
        "figures": {},
        "bars": [],
        "failed": {},
    }


def write(results: Mapping[str, Any], path: Path) -> None:
    """Write a file of results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


class NoResults(Exception):
    """A file is no file of results; the text says why."""


def read(path: Path) -> dict[str, Any]:
    """A file of results. Raises NoResults."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoResults(f"{path} cannot be read as results: {error}") from None
    if not isinstance(found, dict) or found.get("form") != FORM:
        raise NoResults(f"{path} holds no results of form {FORM}; name a file `make bench` wrote")
    return found


def compared(bars: Sequence[Bar], before: Mapping[str, Any]) -> Iterator[str]:
    """A line for each figure that both runs have, told apart where it got worse."""
    known = {each["key"]: each["value"] for each in before["bars"]}
    for bar in bars:
        value = known.get(bar.key)
        if not value or bar.value is None:
            continue
        change = bar.value / value
        worse = 1 / change if bar.least else change
        mark = "  WORSE" if worse > WORSE else ""
        yield f"{bar.key:<16}{value:>10.2f} -> {bar.value:.2f} {bar.unit} ({change:.2f} x){mark}"
