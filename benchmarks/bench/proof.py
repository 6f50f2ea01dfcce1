"""The proof beside stock Schemathesis, on the same stub and operations; and a whole `verify`."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.bench.bars import Bar
from benchmarks.bench.commands import Failed, run_quietly, told_by
from benchmarks.bench.parts import Say, Told, median_bar
from benchmarks.bench.processes import LOAD_CORE, on_core
from benchmarks.bench.rates import running
from benchmarks.bench.servers import Server
from benchmarks.bench.stub import stub_kind
from benchmarks.bench.turns import Pace

HERE = Path(__file__).parent
API, UNDER = "egain-v3", "/core/casemgr/v3"
PROGRAM = Path(sys.executable).parent
PHASES = {"as it comes": "examples,coverage,fuzzing,stateful", "fuzzing alone": "fuzzing"}
MOST_ROUNDS = 3


def proving(pace: Pace, cache: Path, say: Say) -> Told:
    """Cases in a second of the tester's processor, ours and Schemathesis'."""
    rounds = min(pace.rounds, MOST_ROUNDS)
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in PHASES}
    with running(stub_kind("rulebound, proof"), cache) as server:
        for number in range(rounds):
            say(f"proof: round {number + 1} of {rounds}")
            url = f"http://127.0.0.1:{server.port}"
            found = told_by([sys.executable, str(HERE / "replay.py"), API, url], LOAD_CORE)
            ours.append(found["cases"] / found["computed"])
            for name, phases in PHASES.items():
                theirs[name].append(schemathesis(server, phases, cache))
    ratios = {
        name: [a / b for a, b in zip(ours, each, strict=True)] for name, each in theirs.items()
    }
    fuzzing = statistics.median(ratios["fuzzing alone"])
    says = (
        "rule cases in a second of the proof's processor time, x stock Schemathesis"
        f" ({fuzzing:.1f} x its fuzzing alone)"
    )
    data: dict[str, Any] = {"ours": ours, "schemathesis": theirs}
    return data, [median_bar("proof", says, ratios["as it comes"], 100, least=True)]


def schemathesis(server: Server, phases: str, cache: Path) -> float:
    """Cases in a second of processor time, its start left out, as ours is."""
    program, url = str(PROGRAM / "schemathesis"), f"http://127.0.0.1:{server.port}"
    _, _, start = run_quietly(on_core(LOAD_CORE, [program, "--version"]), cache, 60)
    report = cache / "schemathesis.json"
    command = [
        *(program, "run", f"{url}/_rulebound/documents/{API}", "--url", url + UNDER),
        *("--phases", phases, "--generation-database", "none", "--continue-on-failure"),
        *("-H", "Authorization: Bearer token-anna", "-H", "Rulebound-Scratch: yes"),
        *("--exclude-checks", "positive_data_acceptance", "--seed", "1"),
        *("--report", "json", "--report-json-path", str(report)),
    ]
    code, _, spent = run_quietly(on_core(LOAD_CORE, command), cache, 300)
    if code:
        raise Failed(f"schemathesis ended with {code}; see {cache / 'said.log'}")
    cases = json.loads(report.read_text(encoding="utf-8"))["test_cases"]["generated"]
    return float(cases / (spent - start))


def verifying(pace: Pace, cache: Path, say: Say) -> Told:
    """Seconds of a whole `verify` over HTTP, on all cores."""
    rounds = min(pace.rounds, MOST_ROUNDS)
    took: list[float] = []
    spent: list[float] = []
    for number in range(rounds):
        say(f"verify: round {number + 1} of {rounds}")
        command = [str(PROGRAM / "rulebound"), "verify", "--quiet"]
        code, seconds, computed = run_quietly(command, cache, 300)
        if code:
            raise Failed(f"verify ended with {code}; see {cache / 'said.log'}")
        took.append(seconds)
        spent.append(computed)
    bars: list[Bar] = [median_bar("verify", "a whole verify over HTTP", took, 30, "s")]
    return {"computed": spent}, bars
