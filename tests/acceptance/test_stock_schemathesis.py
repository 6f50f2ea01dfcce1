"""Stock Schemathesis, as its users run it, finds nothing wrong with the running stub."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from acceptance import asked
from acceptance.process import COMMANDS
from acceptance.wire import Caller

EGAIN = {"Authorization": "Bearer token-anna"}
CONSOLE = {"X-egain-session": asked.SESSION}
# A run that logs out, or calls more often than a key may, would soon test refusals alone.
SCRATCH = {"Rulebound-Scratch": "yes"}
# Document, the path its operations stand under, and the headers of all requests.
RUNS: dict[str, tuple[str, str, Mapping[str, str]]] = {
    "egain": ("egain-v3", asked.V3, EGAIN),
    "ece in xml": ("ece-v12", "", CONSOLE | SCRATCH),
    "ece in json": ("ece-v12", "/system", CONSOLE | SCRATCH | {"Accept": "application/json"}),
    "leadsquared": ("leadsquared-v2", "", asked.KEYS | SCRATCH),
    "leadsquared to its limit": ("leadsquared-v2", "", asked.KEYS),
}


def schemathesis(stub: Caller, folder: Path, document: str, base: str, headers: Any) -> Any:
    """The report of `schemathesis run` over a document that the stub itself serves."""
    world = stub.new_world(clock={"running": True}).world
    report = folder / "report.json"
    arguments = ["--url", stub.url + base, "--report", "json", "--report-json-path", str(report)]
    for name, value in {**headers, "Rulebound-World": world}.items():
        arguments += ["-H", f"{name}: {value}"]
    ended = subprocess.run(
        [
            COMMANDS / "schemathesis",
            "run",
            f"{stub.url}/_rulebound/documents/{document}",
            *("--checks", "all", "--exclude-checks", "positive_data_acceptance"),
            *("--continue-on-failure", "--max-examples", "15", "--seed", "1"),
            *("--generation-database", "none"),
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=400,
    )
    assert ended.returncode == 0, ended.stdout[-6000:]
    return json.loads(report.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", RUNS)
def test_stock_schemathesis_finds_no_failure(stub: Caller, tmp_path: Path, name: str) -> None:
    """All its checks but positive_data_acceptance hold, and every operation accepted something."""
    found = schemathesis(stub, tmp_path, *RUNS[name])
    assert (found["failures"], found["errors"]) == ([], [])
    assert found["operations"]["tested"] == found["operations"]["total"] > 0
    assert found["test_cases"]["generated"] > 100
    accepted = {
        operation: sum(phase["accepted"] for phase in phases.values())
        for operation, phases in found["valid_rates"].items()
    }
    assert len(accepted) == found["operations"]["total"]
    assert all(accepted.values()), accepted
