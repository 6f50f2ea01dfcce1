"""How surely the properties find faults: every fault over many seeds, all properties switched on.

Run `python benchmarks/property_faults.py [--seeds 20] [--examples 25] [--jobs 2] [fault ..]` from
the checkout. It prints, for each fault, over how many seeds it was found and by which relations;
for the healthy stub, how many failures were reported (there should be none).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from properties.faults import FAULTS, healthy
from properties.faulty_stub import FaultyStub
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.properties import Failure, Layer, run
from rulebound.contract_tests.targets.process import StubProcess
from rulebound.contract_tests.targets.stub import Stub

KNOWN = {fault.__name__: fault for fault in (healthy, *FAULTS)}
Outcome = tuple[str, int, list[str], float]


@cache
def surroundings() -> tuple[Apis, SchemaConformance]:
    """What every run of one process shares."""
    return load_apis(shipped()), SchemaConformance()


def tried(name: str, seeds: range, examples: int) -> list[Outcome]:
    """One fault with some seeds: the relations that failed first, and the seconds it took."""
    outcomes = []
    with StubProcess() as process:
        for seed in seeds:
            started = time.monotonic()
            with FaultyStub(process.url, KNOWN[name]) as faulty:
                target = Stub(faulty.url)
                failures = found(target, name, seed, examples)
                target.close()
            relations = [each.relation for each in failures]
            outcomes.append((name, seed, relations, time.monotonic() - started))
    return outcomes


def found(target: Stub, name: str, seed: int, examples: int) -> list[Failure]:
    """The failures of a run: all of them on a healthy stub, the first one on a faulty one.

    A fault is looked for first with the properties made for it, which saves time and changes
    nothing: with one seed a property draws the same whatever stands before it.
    """
    apis, conformance = surroundings()
    if name == healthy.__name__:
        return run(
            target, apis, seed=seed, examples=examples, deadline=300, conformance=conformance
        )
    for made in (*FAULTS[KNOWN[name]], ""):
        layer, *operations = made.split() or [""]
        failures = run(
            target,
            apis,
            operations,
            seed=seed,
            examples=examples,
            deadline=300,
            shrinking=0,
            most=1,
            conformance=conformance,
            only=partial(_is_called, name=layer),
        )
        if failures:
            return failures
    return []


def _is_called(layer: Layer, name: str) -> bool:
    return name in ("", layer.name)


def told(name: str, outcomes: Iterable[Outcome]) -> str:
    """A line on a fault."""
    outcomes = list(outcomes)
    found = sum(bool(relations) for _, _, relations, _ in outcomes)
    by = Counter(relation for _, _, relations, _ in outcomes for relation in relations)
    missed = [seed for _, seed, relations, _ in outcomes if not relations]
    seconds = sum(each[3] for each in outcomes) / len(outcomes)
    words = ", ".join(f"{relation} {count}" for relation, count in by.most_common())
    line = f"{name:20} {found:3} of {len(outcomes)} seeds, {seconds:5.1f} s each  {words}"
    return f"{line}  missed with {missed}" if missed and name != healthy.__name__ else line


def main() -> int:
    """Try everything; 0 when every fault was found with every seed, and the healthy one never."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", nargs="*", default=list(KNOWN))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--examples", type=int, default=25)
    parser.add_argument("--jobs", type=int, default=2)
    wished = parser.parse_args()
    examples = wished.examples
    outcomes: dict[str, list[Outcome]] = {name: [] for name in wished.faults}
    right = True
    with ProcessPoolExecutor(wished.jobs) as processes:
        work = {
            processes.submit(tried, name, range(wished.seeds)[first :: wished.jobs], examples): name
            for name in wished.faults
            for first in range(min(wished.jobs, wished.seeds))
        }
        for done in as_completed(work):
            name = work[done]
            outcomes[name] += done.result()
            if len(outcomes[name]) == wished.seeds:
                found = {bool(relations) for _, _, relations, _ in outcomes[name]}
                right = right and found == {name != healthy.__name__}
                sys.stdout.write(told(name, outcomes[name]) + "\n")
                sys.stdout.flush()
    return 0 if right else 1


if __name__ == "__main__":
    raise SystemExit(main())
