"""How surely the faults of an independent deployment are found: by the rule cases, by properties.

Run `python benchmarks/tenant_faults.py [--layer rules|properties] [--seed 1] [--examples 25]
[--jobs 2] [--healthy N] [fault ..]` from the checkout. For every fault of the tenant it prints what
found it: with the rule cases one of the fault's own rules that is broken or differs, with the
properties, which know of no fault, the first relation that does not hold. At the end stand the
shares; a fault that breaks no behaviour is left out of the properties' share. `--healthy N` runs
the properties with N seeds on the tenant without a fault, where nothing may be found.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.judging.bench import Bench
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.planning import Selection, plan
from rulebound.contract_tests.properties import run
from rulebound.contract_tests.running import run_plan
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.fixtures.profiles import load_profile
from tenant.faults import Fault, collected
from tenant.process import running

DEADLINE = 400.0
LAYERS = ("rules", "properties")
_WRONG = (Verdict.BROKEN, Verdict.DIFFERS)


@dataclass(frozen=True)
class Wish:
    """One try: a fault by name (empty for none), a layer, and how the layer is run."""

    fault: str
    layer: str
    seed: int
    examples: int


@dataclass(frozen=True)
class Outcome:
    """What came of a try: what found it, empty for nothing, and the seconds it took."""

    wish: Wish
    found: tuple[str, ...]
    seconds: float


@cache
def surroundings() -> tuple[Apis, SchemaConformance]:
    """What every try of one process shares."""
    return load_apis(shipped()), SchemaConformance()


@contextmanager
def deployed(*faults: str) -> Iterator[Deployment]:
    """A tenant with these faults as a deployment that its profile binds."""
    with running(*faults) as there, tempfile.TemporaryDirectory() as folder:
        os.environ.update(there.variables)
        profile = load_profile(there.profile(Path(folder)))
        with closing(Deployment(profile, surroundings()[0])) as target:
            yield target


def by_rules(wish: Wish, target: Deployment) -> tuple[str, ...]:
    """The rules of a fault that its own cases find broken."""
    apis, conformance = surroundings()
    bench = Bench(apis, target, conformance, wish.seed)
    chosen = plan(apis, Selection(rules=_rules(wish.fault)))
    verdicts = run_plan(bench, chosen, jobs=1)
    return tuple(each.id for each in verdicts if each.verdict in _WRONG)


def by_properties(wish: Wish, target: Deployment) -> tuple[str, ...]:
    """The relation that a run of the properties of the fault's operation finds violated first."""
    apis, conformance = surroundings()
    fault = collected().get(wish.fault)
    failures = run(
        target,
        apis,
        [fault.operation] if fault else [],
        seed=wish.seed,
        examples=wish.examples,
        deadline=DEADLINE,
        shrinking=0,
        most=1 if fault else None,
        conformance=conformance,
    )
    if fault is None:
        return tuple(map(str, failures))
    return tuple(each.relation for each in failures)


def tried(wish: Wish) -> Outcome:
    """One fault tried by one layer."""
    found: Callable[[Wish, Deployment], tuple[str, ...]]
    found = by_rules if wish.layer == "rules" else by_properties
    with deployed(*([wish.fault] if wish.fault else [])) as target:
        started = time.monotonic()
        return Outcome(wish, found(wish, target), time.monotonic() - started)


def told(outcome: Outcome) -> str:
    """A line on a try."""
    wish = outcome.wish
    name = wish.fault or f"healthy, seed {wish.seed}"
    said = ", ".join(outcome.found) or ("nothing, as it should be" if not wish.fault else "MISSED")
    return f"{wish.layer:10} {name:34} {outcome.seconds:6.1f} s  {said}"


def summary(outcomes: list[Outcome], layer: str) -> str:
    """A line on a layer: how many it found of how many, and what it missed."""
    own = [each for each in outcomes if each.wish.layer == layer and each.wish.fault]
    if layer == "properties":
        own = [each for each in own if collected()[each.wish.fault].behaviour]
    found = sum(bool(each.found) for each in own)
    missed = ", ".join(sorted(each.wish.fault for each in own if not each.found)) or "none"
    share = 100 * found / len(own) if own else 100
    return f"{layer}: {found} of {len(own)} faults found ({share:.1f} %); missed: {missed}"


def _rules(fault: str) -> tuple[str, ...]:
    known: Fault = collected()[fault]
    return known.rules


def wishes(options: argparse.Namespace) -> list[Wish]:
    """Everything that is to be tried."""
    layers = [options.layer] if options.layer else list(LAYERS)
    names = options.faults or ([] if options.healthy else sorted(collected()))
    found = [
        Wish(name, layer, options.seed, options.examples) for name in names for layer in layers
    ]
    healthy = range(options.seed, options.seed + options.healthy)
    return found + [Wish("", "properties", seed, options.examples) for seed in healthy]


def main() -> int:
    """Try everything; 0 when the bars are held and nothing was found where no fault is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", nargs="*")
    parser.add_argument("--layer", choices=LAYERS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=25)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--healthy", type=int, default=0)
    options = parser.parse_args()
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(options.jobs) as processes:
        for done in as_completed([processes.submit(tried, wish) for wish in wishes(options)]):
            outcomes.append(done.result())
            sys.stdout.write(told(outcomes[-1]) + "\n")
            sys.stdout.flush()
    for layer in LAYERS:
        sys.stdout.write(summary(outcomes, layer) + "\n")
    return 1 if any(bool(each.found) is not bool(each.wish.fault) for each in outcomes) else 0


if __name__ == "__main__":
    raise SystemExit(main())
