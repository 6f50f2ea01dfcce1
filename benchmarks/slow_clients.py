"""What three hundred slow callers cost a normal one.

    python benchmarks/slow_clients.py [rounds]

One stub as users start it. In turn a normal caller sends a block of requests, each on a connection
of its own and one after the other, while nobody else is there, and while 300 callers from another
process hang: half-sent heads, half-sent bodies, and some that send a byte a second. Printed are the
milliseconds of an answer (middle, and the 99th of 100), and the ratio of the latter to the quiet
block before. Bar: the middle ratio is at most 2. Ratios in one run say more than the milliseconds;
callers that the stub has given up on come again with the next round.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# In place of the folder of this file.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from acceptance.process import Served
from hostile_stub.case import search
from hostile_stub.slow import slow_callers
from hostile_stub.stub import Stub

CALLERS = 300
BLOCK = 1000
SEARCH = search("customer=1080")
say = sys.stdout.write


def block(stub: Stub) -> tuple[float, float]:
    """Milliseconds of an answer: the middle, and the 99th of 100."""
    took = []
    for _ in range(BLOCK):
        began = time.perf_counter()
        met = stub.meet(SEARCH)
        took.append(1000 * (time.perf_counter() - began))
        assert [each.body for each in met.answers] == [stub.normal]
    cuts = statistics.quantiles(took, n=100)
    return cuts[49], cuts[98]


@contextmanager
def hanging(stub: Stub) -> Iterator[None]:
    """Three hundred slow callers, from a process of their own."""
    host, port = stub.address
    command = [sys.executable, __file__, "--hang", host, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout and process.stdout.readline() == "hanging\n"
            yield
        finally:
            process.terminate()


def hang(host: str, port: int) -> None:
    """Be the slow callers, for at most a minute."""
    callers = slow_callers((host, port), CALLERS)
    say("hanging\n")
    sys.stdout.flush()
    for _ in range(60):
        for each in callers:
            each.second()
        time.sleep(1)


def main(rounds: int) -> int:
    """Measure in turn, print, judge."""
    ratios, middles = [], []
    with Served("--quiet") as served:
        stub = Stub(served)
        block(stub)
        say(f"{CALLERS} callers, blocks of {BLOCK}; middle, p99 (ms): quiet, beside them\n")
        for _ in range(rounds):
            quiet = block(stub)
            with hanging(stub):
                beside = block(stub)
            middles.append(beside[0] / quiet[0])
            ratios.append(beside[1] / quiet[1])
            say(f"{quiet[0]:7.2f}{quiet[1]:7.2f}{beside[0]:10.2f}{beside[1]:7.2f}\n")
    ratio = statistics.median(ratios)
    say(
        f"middle x {statistics.median(middles):.2f}, p99 x {ratio:.2f}"
        f" ({min(ratios):.2f} to {max(ratios):.2f}), load {os.getloadavg()[0]:.1f}\n"
    )
    return 0 if ratio <= 2 else 1


if __name__ == "__main__":
    if "--hang" in sys.argv:
        hang(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
