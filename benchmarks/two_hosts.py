"""Two stubs in two network namespaces, as on two hosts, on one PostgreSQL: is there one truth?

    sudo python benchmarks/two_hosts.py [--turns 100] [--operations 5000] [--workers 1]

Needs root, iproute2 and PostgreSQL; without them it ends with exit code 2 and says what is missing.
First each side writes and the other one reads what was written, in turns; then four clients on
each side pick the same activities, and the histories are held to a sequential order. Exit code 1
when anything is read that was not written, is lost, or fails.

A bridge (10.231.7.1, with PostgreSQL) joins both namespaces; each stub listens on the loopback of
its own. All of it is gone at the end.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from stores_proof.cluster import Cluster
from stores_proof.one_truth import Sides, disagreements
from stores_proof.picking import CLIENTS, pick_in_worlds
from stores_proof.stub_process import Served
from stores_proof.wire import Clients, Line

NET = "10.231.7"
SIDES = ("west", "east")
_NEWNET = 0x40000000
say = sys.stdout.write


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@contextmanager
def hosts() -> Iterator[dict[str, str]]:
    """Two namespaces and a bridge between them; the name of each side's."""
    mark = f"rb{os.getpid()}"
    names = {side: f"{mark}-{side}" for side in SIDES}
    bridge = f"{mark}b"[:15]
    with ExitStack() as undo:
        _ip("link", "add", bridge, "type", "bridge")
        undo.callback(_ip, "link", "del", bridge)
        _ip("addr", "add", f"{NET}.1/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        for number, name in enumerate(names.values(), 2):
            end = f"{mark}{number}"[:15]
            _ip("netns", "add", name)
            undo.callback(_ip, "netns", "del", name)
            _ip("link", "add", end, "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", end, "master", bridge, "up")
            _ip("-n", name, "addr", "add", f"{NET}.{number}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", name, "link", "set", device, "up")
        yield names


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """What is connected meanwhile is connected within a namespace, and stays there."""
    system = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/self/ns/net").open() as here, Path(f"/run/netns/{namespace}").open() as there:
        if system.setns(there.fileno(), _NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
        try:
            yield
        finally:
            system.setns(here.fileno(), _NEWNET)


@contextmanager
def lines_to(stubs: dict[str, Served], count: int) -> Iterator[list[Line]]:
    """So many connections to each stub, from its own namespace, the sides in turns."""
    lines: list[Line] = []
    try:
        for _ in range(count):
            for name, stub in stubs.items():
                with inside(name):
                    lines.append(stub.line())
        yield lines
    finally:
        for line in lines:
            line.close()


def compare(names: dict[str, str], arguments: argparse.Namespace) -> int:
    """Serve on both sides, ask both; how many things are not as they must be."""
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster(f"{NET}.1", f"{NET}.0/24"))
        options = ["--store", cluster.database(), "--workers", str(arguments.workers)]
        stubs = {}
        for name in names.values():
            stubs[name] = Served(options, before=["ip", "netns", "exec", name])
            stack.callback(stubs[name].stop)
        began = time.perf_counter()
        with lines_to(stubs, 1) as lines:
            sides = Sides(*lines)
            found = disagreements(sides, arguments.turns)
        took = time.perf_counter() - began
        say(f"one writes, the other reads: {sides.asked} requests in {took:.0f} s\n")
        clients = Clients(stack.enter_context(lines_to(stubs, CLIENTS // 2)))
        groups = list(pick_in_worlds(clients, arguments.operations, seed=1))
        doubled = sum(group.assigned_twice() for group in groups)
        unexplained = [group.explained().stuck for group in groups if not group.explained()]
        done = sum(len(group.history) for group in groups)
        say(f"both pick: {done} operations, {doubled} double assignments, ")
        say(f"{len(unexplained)} of {len(groups)} histories without an order\n")
        say(f"read otherwise than written: {len(found)}\n")
        for each in [*found[:10], *unexplained[:3]]:
            say(f"  {each}\n")
    return len(found) + doubled + len(unexplained)


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--operations", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    if os.geteuid() or not shutil.which("ip"):
        sys.stderr.write("two namespaces need root and iproute2; nothing was tried\n")
        return 2
    try:
        with hosts() as names:
            return 1 if compare(names, arguments) else 0
    except FileNotFoundError as missing:
        sys.stderr.write(f"{missing}; nothing was tried\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
