"""What loading costs as documents grow: read, lint, compile, as `check` and `serve` do.

    python benchmarks/loading.py [--standard] [operations ..]

Each size (100, 250, 500 and 1,000 operations, about 10 KB each) in a process of its own: seconds of
CPU by step, and the most memory the process held. `--standard` also runs openapi-spec-validator,
which `check` does and `serve` does not. The exponent says how the seconds grow with the size of the
document, as the slope of a line through their logarithms: 1 is linear. Bars for 1,000 operations,
without the validator: 10 s, 500 MB; exponent at most 1.15.
"""

from __future__ import annotations

import asyncio
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from large_document import write
from rulebound.fixtures.lookups import LOOKUPS
from rulebound.fixtures.seed_of_document import load_seed_of
from rulebound.mock_server.api import compile_api
from rulebound.mock_server.dispatcher import Dispatcher
from rulebound.mock_server.driver.application import application
from rulebound.openapi.lint import Surroundings, lint, structure
from rulebound.openapi.loader import load

SIZES = (100, 250, 500, 1000)
STEPS = ("import", "load", "lint", "compile")
MOST_SECONDS, MOST_MEGABYTES, MOST_EXPONENT = 10.0, 500.0, 1.15


def measured(folder: Path, *, standard: bool) -> dict[str, float]:
    """Step -> seconds of CPU, and `memory` -> MB, of this process from its beginning."""
    found: dict[str, float] = {}
    done = 0.0

    def finished(step: str) -> None:
        nonlocal done
        found[step], done = time.process_time() - done, time.process_time()

    finished("import")
    document = load(folder)
    seed = load_seed_of(document)
    finished("load")
    settings = seed.settings.defaults.keys()
    around = Surroundings(tables=seed.shapes, settings=settings, lookups=LOOKUPS.keys())
    if not standard:
        structure.OpenAPIV31SpecValidator = _Unasked
    findings = lint(document, around)
    assert not findings, findings[:3]
    finished("lint")
    api = compile_api(document, seed)
    asyncio.run(Dispatcher([(api, application(api))]).start())
    finished("compile")
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


class _Unasked:
    """In place of openapi-spec-validator."""

    def __init__(self, document: Any) -> None:
        pass

    def iter_errors(self) -> tuple[()]:
        """Nothing."""
        return ()


def exponent(sizes: list[float], costs: list[float]) -> float:
    """The slope of a line through the logarithms, by least squares."""
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
    return across / sum((a - x) ** 2 for a in xs)


def main(sizes: tuple[int, ...], *, standard: bool) -> bool:
    """Measure each size and print; gives whether the bars are kept."""
    say = sys.stdout.write
    say(
        "operations       MB "
        + "".join(f"{step:>10}" for step in STEPS)
        + "   seconds  memory MB\n"
    )
    bytes_, seconds, memory = [], [], 0.0
    for operations in sizes:
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home, "things")
            size = write(folder, operations)
            command = [sys.executable, __file__, "--here", str(folder), str(standard)]
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = json.loads(told)
        costs = [found[step] for step in STEPS]
        bytes_.append(float(size))
        seconds.append(sum(costs[1:]))
        memory = found["memory"]
        row = "".join(f"{cost:10.2f}" for cost in costs)
        say(f"{operations:10} {size / 1e6:8.1f} {row}{sum(costs):10.2f}{memory:11.0f}\n")
    if len(sizes) < 2:
        return True
    grows = exponent(bytes_, seconds)
    say(f"seconds but for import grow with the size to the power of {grows:.2f}\n")
    if standard:
        return True
    kept = seconds[-1] <= MOST_SECONDS and memory <= MOST_MEGABYTES and grows <= MOST_EXPONENT
    bars = f"{MOST_SECONDS:.0f} s, {MOST_MEGABYTES:.0f} MB, {MOST_EXPONENT}"
    say(f"bars ({bars}): {'kept' if kept else 'missed'}\n")
    return kept


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        sys.stdout.write(json.dumps(measured(Path(sys.argv[2]), standard=sys.argv[3] == "True")))
    else:
        given = tuple(int(each) for each in sys.argv[1:] if each != "--standard")
        sys.exit(0 if main(given or SIZES, standard="--standard" in sys.argv) else 1)
