"""`make bench` works: servers are started, loaded in turns, and what it finds is told."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (("--rounds", "0"), "'0' is no number of rounds; write 1 or more"),
        (("--rounds", "two"), "'two' is no number of rounds"),
        (("--seconds", "0"), "'0' is no length of a turn; write seconds"),
        (("--seconds", "nan"), "'nan' is no length of a turn"),
        (("--part", "40x"), "choose from 'task', 'accepted'"),
    ],
)
def test_what_cannot_be_measured_is_refused(option: tuple[str, str], says: str) -> None:
    """A sentence says what to write instead, and nothing is measured."""
    ended = bench(*option)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert says in ended.stderr


def test_what_the_page_has_one_type_is_understood() -> None:
    """Each `make bench` of the page hands on options that are known, with what make adds."""
    page = (HOUSE / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    shown = re.findall(r"^(make bench .*?)(?: *#.*)?$", page, re.MULTILINE)
    assert len(shown) > 2
    known = bench("--help").stdout
    for line in shown:
        command = [*shlex.split(line), "--dry-run", "--no-print-directory"]
        told = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True).stdout
        words = shlex.split(told.rpartition("-m benchmarks.bench")[2].replace("\\\n", " "))
        assert all(word in known for word in words if word.startswith("--")), words
