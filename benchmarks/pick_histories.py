"""So many concurrent picks on one store: none given twice, every history explained by an order.

    python benchmarks/pick_histories.py [--operations 20000] [--store memory|sqlite|postgresql]
        [--workers 1] [--seed 1] [--seconds 14400]

Eight clients, each operation a pick of one to three activities, a search or a read; every group
of activities has a history of at most 100 operations, which is checked as soon as it is done. What
is found is printed at once, and how far it is every 10,000 operations. Ends early after so many
seconds and says so. Exit codes: 0 nothing found, 1 something found, 2 ended early.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from stores_proof.picking import CLIENTS, pick_in_worlds
from stores_proof.stores import Setup, served, store_of


def say(text: str) -> None:
    """A line, seen at once also in a file."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def measure(arguments: argparse.Namespace, setup: Setup) -> int:
    """Pick and check; the exit code."""
    done = reported = found = groups = 0
    told: Counter[str] = Counter()
    began = time.monotonic()
    with (
        store_of(setup) as store,
        served(store) as stub,
        stub.clients(CLIENTS, setup.workers) as clients,
    ):
        for group in pick_in_worlds(clients, arguments.operations, arguments.seed):
            groups += 1
            done += len(group.history)
            told.update(
                "read" if isinstance(each.told, tuple) else str(each.told) for each in group.history
            )
            explained = group.explained()
            if group.assigned_twice() or not explained:
                found += 1
                say(f"FOUND after {done}: twice {group.assigned_twice()}, stuck {explained.stuck}")
                say(f"  {group.world} {group.places}: {group.history}")
            took = time.monotonic() - began
            if done - reported >= 10000 or done >= arguments.operations:
                reported = done
                say(f"{setup}: {done} operations, {groups} histories, {found} found, {took:.0f} s")
            if took > arguments.seconds:
                say(f"ended early, after {took:.0f} s")
                break
    say(f"answers: {dict(told.most_common())}")
    return 1 if found else 0 if done >= arguments.operations else 2


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=20000)
    parser.add_argument("--store", choices=["memory", "sqlite", "postgresql"], default="memory")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=14400)
    arguments = parser.parse_args()
    return measure(arguments, Setup(arguments.store, arguments.workers))


if __name__ == "__main__":
    sys.exit(main())
