"""`make bench` works: servers are started, loaded in turns, and what it finds is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent


def bench(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A run of the benchmark to its end."""
    command = [sys.executable, "-m", "benchmarks.bench", "--no-peers", "--no-plot"]
    return subprocess.run(
        [*command, *map(str, arguments)],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_two_tiny_rounds_are_measured_and_told(tmp_path: Path) -> None:
    """The stub and bare Starlette answer in turns; table, verdicts and results tell of both."""
    file = tmp_path / "results.json"
    ended = bench("--part", "accepted", "--rounds", "2", "--seconds", "0.3", "--results", file)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    results = json.loads(file.read_text(encoding="utf-8"))
    assert results["failed"] == {}
    rows = results["scenarios"]["accepted"]
    assert list(rows) == ["bare Starlette", "rulebound"]
    for name, row in rows.items():
        assert (row["status"], row["note"], len(row["turns"])) == (201, "", 2)
        assert all(turn["requests"] > 0 < turn["computing"] for turn in row["turns"])
        assert f"\n  {name} " in ended.stdout
    found = {bar["key"]: bar for bar in results["bars"]}
    assert found["accepted"]["value"] > 0 and found["accepted"]["verdict"] in ("kept", "missed")
    # A tool that was not there has no figure, and a reason.
    assert found["prism"]["value"] is None and found["prism"]["verdict"] == "not measured"
    assert "not measured            -" in ended.stdout


def test_results_that_are_none_are_refused_before_anything_is_measured(tmp_path: Path) -> None:
    """A file to compare with that holds no results is named, with what to name instead."""
    file = tmp_path / "other.json"
    file.write_text("{}", encoding="utf-8")
    ended = bench("--against", file)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"{file} holds no results") and "make bench" in ended.stderr
