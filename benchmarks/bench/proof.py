"""The proof beside stock Schemathesis, on the same stub and operations; and a whole `verify`."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
    ours: dict[str, list[float]] = {"again": [], "ready": [], "whole": [], "floor": []}
    theirs: dict[str, list[float]] = {name: [] for name in PHASES}
    with running(stub_kind("rulebound, proof"), cache) as server:
        for number in range(rounds):
            say(f"proof: round {number + 1} of {rounds}")
            url = f"http://127.0.0.1:{server.port}"
            found = told_by([sys.executable, str(HERE / "replay.py"), API, url], LOAD_CORE)
            if found["broken"]:
                raise Failed(f"{found['broken']} rules of {API} are broken: no proof was measured")
            for name, each in ours.items():
                each.append(found["cases"] / found[name])
            for name, phases in PHASES.items():
                theirs[name].append(schemathesis(server, phases, cache))
    ratios = _ratios(ours["ready"], theirs["as it comes"])
    fuzzing = statistics.median(_ratios(ours["ready"], theirs["fuzzing alone"]))
    again, whole, floor = (
        statistics.median(_ratios(ours[name], theirs["as it comes"]))
        for name in ("again", "whole", "floor")
    )
    says = (
        "ready-made rule cases in a second of the proof's processor time, each answer judged, x"
        f" stock Schemathesis' ({fuzzing:.1f} x its fuzzing alone; {whole:.1f} x with the making of"
        f" the requests; {again:.1f} x where each answer is held whole to one that was judged"
        f" before; {floor:.0f} x were answers only received)"
    )
    data: dict[str, Any] = {"ours": ours, "schemathesis": theirs}
    return data, [median_bar("proof", says, ratios, 100, least=True)]


def _ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    return [a / b for a, b in zip(above, below, strict=True)]


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
    says = f"a whole verify over HTTP ({statistics.median(spent):.0f} s of processor time)"
    return {"computed": spent}, [median_bar("verify", says, took, 30, "s")]
