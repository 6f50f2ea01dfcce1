"""The parts that are no rates: picks, the rule layer, worlds, the start, the proof, loading."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from rulebound.fixtures.seeds import load_seed

from benchmarks.bench.bars import Bar
from benchmarks.bench.calls import PICK, WRITER, Call, ask_on
from benchmarks.bench.commands import told_by
from benchmarks.bench.processes import computed
from benchmarks.bench.rates import SMALL, running
from benchmarks.bench.servers import Server
from benchmarks.bench.stub import reset, stub_kind
from benchmarks.bench.turns import Pace
from benchmarks.bench.worlds import WAITS_SINCE, full_folder, waiting

HERE = Path(__file__).parent
Say = Callable[[str], object]
Told = tuple[dict[str, Any], list[Bar]]
MANY, PICKS = 75, 80


def median_bar(  # noqa: PLR0913
    key: str, says: str, found: Sequence[float], bar: float, unit: str = "x", *, least: bool = False
) -> Bar:
    """The bar of a figure that was taken several times."""
    return Bar(key, says, statistics.median(found), bar, unit, least, None, tuple(found))


def picking(pace: Pace, cache: Path, say: Say) -> Told:
    """What a pick of 75 activities costs the server, beside picks of one."""
    folder = full_folder("egain-v3", SMALL, cache)
    ids = waiting(SMALL)
    ones: list[float] = []
    many: list[float] = []
    with running(stub_kind("rulebound, pick", [folder]), cache) as server:
        for number in range(pace.rounds):
            say(f"pick: round {number + 1} of {pace.rounds}")
            for found, size in ((ones, 1), (many, MANY)):
                chosen = [ids[at * MANY : at * MANY + size] for at in range(PICKS)]
                found.append(_picked(server, chosen))
    ratios = [a / b for a, b in zip(many, ones, strict=True)]
    says = f"pick of {MANY} activities: processor time, x a pick of one"
    figures = {"one": statistics.median(ones), "many": statistics.median(many)}
    return {"microseconds": figures}, [median_bar("pick", says, ratios, 12)]


def _picked(server: Server, chosen: Sequence[Sequence[str]]) -> float:
    """Microseconds of the server for each of these picks, in a world that is as it began."""
    reset(server)
    wire = HTTPConnection("127.0.0.1", server.port, timeout=60)
    before = computed(server.pid)
    for ids in chosen:
        body = {"activity": [{"id": each, "lastModified": WAITS_SINCE} for each in ids]}
        answer = ask_on(wire, Call("PATCH", PICK, WRITER, json.dumps(body).encode()))
        assert answer.status == 204, (answer.status, answer.body)
    spent = computed(server.pid) - before
    wire.close()
    return spent / len(chosen) * 1e6


def rule_layer(pace: Pace, cache: Path, say: Say) -> Told:
    """What facts and rules cost of one accepted request."""
    say("rule layer")
    found = told_by([sys.executable, str(HERE / "rule_layer.py"), str(3 * pace.rounds)])
    says = (
        f"facts and {found['rules']} rules of one accepted request, in process, x bare Starlette"
        f" ({found['without_schema']:.2f} without the schema's check)"
    )
    return found, [median_bar("rule-layer", says, found["ratios"], 0.8)]


def worlds(pace: Pace, cache: Path, say: Say) -> Told:
    """What it takes to fork and to reset a world of 10,000 activities that was changed."""
    say("worlds: fork and reset")
    seed = load_seed(full_folder("egain-v3", SMALL, cache) / "egain")
    world = seed.world()
    ids = waiting(SMALL)
    forks: list[float] = []
    resets: list[float] = []
    for number in range(20 * pace.rounds):
        began = time.perf_counter()
        fork = world.fork()
        forks.append((time.perf_counter() - began) * 1000)
        with fork.transaction() as transaction:
            for id in ids[number : number + 50]:
                transaction.update("activity", id, {"subject": "Changed"})
        began = time.perf_counter()
        fork.reset()
        resets.append((time.perf_counter() - began) * 1000)
    about = f"of a world of {SMALL:,} activities"
    return {}, [
        median_bar("fork", f"fork {about}", forks, 1, "ms"),
        median_bar("reset", f"reset {about}, 50 of them changed", resets, 1, "ms"),
    ]


def starting(pace: Pace, cache: Path, say: Say) -> Told:
    """From starting the stub to its first answer, and its memory then."""
    import start  # noqa: PLC0415

    found = []
    for number in range(pace.rounds + 1):
        say(f"start: {number} of {pace.rounds}")
        measured = {name: start.measure(command) for name, command in start.SERVERS.items()}
        found.append(measured["rulebound serve"])
    taken = found[1:]
    memory = [each.resident for each in taken]
    asked = statistics.median(each.with_control for each in taken)
    says = f"memory after the first answer ({asked:.0f} MB once the control plane was asked)"
    return {"with_control": asked}, [
        median_bar("start", "start to first answer", [each.seconds for each in taken], 1, "s"),
        median_bar("memory", says, memory, 80, "MB"),
    ]


def loading(pace: Pace, cache: Path, say: Say) -> Told:
    """What loading costs as documents grow."""
    import large_document  # noqa: PLC0415
    import loading as sizes  # noqa: PLC0415

    bytes_, seconds, memory = [], [], 0.0
    for operations in sizes.SIZES:
        say(f"loading: a document of {operations:,} operations")
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home, "things")
            bytes_.append(float(large_document.write(folder, operations)))
            found = told_by([sys.executable, sizes.__file__, "--here", str(folder), "False"])
        seconds.append(sum(found[step] for step in sizes.STEPS[1:]))
        memory = found["memory"]
    grows = sizes.exponent(bytes_, seconds)
    about = f"a document of {sizes.SIZES[-1]:,} operations, {bytes_[-1] / 1e6:.0f} MB"
    return {"bytes": bytes_, "seconds": seconds}, [
        Bar("loading", f"loading {about}: processor time", seconds[-1], 10, "s"),
        Bar("loading-memory", f"loading {about}: memory", memory, 500, "MB"),
        Bar("loading-growth", "loading grows with the size to the power of", grows, 1.15, ""),
    ]
