"""Four workers on SQLite beside one: requests in a second, nine of ten of which only read.

    python benchmarks/store_workers.py [--requests 2000] [--rounds 5] [--store sqlite|postgresql]
        [--writes 1]

Both stubs run at the same time, each on a store of its own, and are asked in turns, so that other
work on the machine meets both. Of ten requests so many create a task, the others are searches that
find one activity. Printed are the medians of requests in a second and of the processor time of all
processes of a stub for a request, and the median of the ratios within a round. Exit code 1 when
any request fails.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from stores_proof.killing import A_TASK, TASK
from stores_proof.picking import CLIENTS, Group, new_world
from stores_proof.picks import Read
from stores_proof.stores import Setup, served, store_of
from stores_proof.stub_process import Served
from stores_proof.wire import Clients, Script, request

SIDES = (1, 4)


@dataclass
class Side:
    """A stub with so many workers, and what was measured of it."""

    stub: Served
    clients: Clients
    answers: Counter[int] = field(default_factory=Counter)
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def measure(self, requests: int, writes: int) -> None:
        """Ask so often, in a fresh world."""
        world = new_world(self.clients.lines[0])
        each = requests // CLIENTS
        before, began = self._computing(), time.perf_counter()
        self.clients.run([self._mix(world, client, each, writes) for client in range(CLIENTS)])
        self.rates.append(each * CLIENTS / (time.perf_counter() - began))
        self.costs.append((self._computing() - before) / (each * CLIENTS))

    def _mix(self, world: str, client: int, requests: int, writes: int) -> Script:
        who = {"Authorization": "Bearer token-anna", "Accept": "application/json"}
        headers = {**who, "Accept-Language": "en-US", "Rulebound-World": world}
        create = request("POST", TASK, headers, A_TASK)
        group = Group(world, tuple(range(80)), race=False)
        for number in range(requests):
            place = (number * CLIENTS + client) % 80
            search = group.request_of(Read(place, by_search=True))
            told = yield create if (number + client) % 10 < writes else search
            self.answers[told.status] += 1
            if not told.status:
                return

    def _computing(self) -> float:
        """The seconds that all processes of the stub have spent on processors."""
        ticks = 0
        for pid in self.stub.processes():
            fields = (
                Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            )
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--writes", type=int, default=1, help="of ten requests")
    arguments = parser.parse_args()
    sides: dict[int, Side] = {}
    with ExitStack() as stack:
        for workers in SIDES:
            store = stack.enter_context(store_of(Setup(arguments.store, workers)))
            stub = stack.enter_context(served(store))
            clients = stack.enter_context(stub.clients(CLIENTS, workers))
            sides[workers] = Side(stub, clients)
        for _ in range(arguments.rounds + 1):  # the first one warms up
            for side in sides.values():
                side.measure(arguments.requests, arguments.writes)
    return report(sides, arguments.store)


def report(sides: dict[int, Side], store: str) -> int:
    """Print the medians; 1 when a request failed."""
    failed = 0
    for workers, side in sides.items():
        failed += sum(many for status, many in side.answers.items() if status not in (200, 201))
        sys.stdout.write(
            f"{Setup(store, workers)}: {statistics.median(side.rates[1:]):.0f} requests/s"
            f" ({min(side.rates[1:]):.0f} to {max(side.rates[1:]):.0f}),"
            f" {1e3 * statistics.median(side.costs[1:]):.2f} ms of processor each,"
            f" answers {dict(side.answers)}\n"
        )
    one, four = (sides[workers].rates[1:] for workers in SIDES)
    ratio = statistics.median(many / few for few, many in zip(one, four, strict=True))
    sys.stdout.write(
        f"four workers are {ratio:.2f} times as fast as one, on {os.cpu_count()} processors that"
        f" the clients share; {failed} errors\n"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
