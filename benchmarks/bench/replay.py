"""The ready-made cases of some operations, conducted on a running stub: what they cost.

    python replay.py API URL

Prints JSON: cases, the requests they took, and the seconds of processor time that the proof itself
spent on them: not the stub, which is a process of its own, and not the reading of documents and
witnesses before. Three times: as `verify` conducts them (`whole`: each request is made, each answer
is judged), when the requests are made (`ready`: sent, and each answer is judged anew), and when the
cases are known to be right (`again`: all of their requests are sent, and each answer is held, byte
for byte but for its date and the like, to the one that was judged; another one is judged anew).
`broken` cases would say that what was measured is no proof. `floor` is what as many requests take
that are sent ready from memory, their answers received and thrown away.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from rulebound.contract_tests.apis import load_apis, shipped
from rulebound.contract_tests.judging.bench import Bench
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.judging.memory import Memory
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.planning import Selection, plan
from rulebound.contract_tests.running import run_plan
from rulebound.contract_tests.targets.stub import Stub

JOBS = 2


def main(api: str, url: str) -> None:
    """Conduct them, and print."""
    apis = load_apis(shipped())
    chosen = plan(apis, Selection(apis=(api,)))
    cases = sum(len(each.cases) for each in chosen if each.subject is not None)
    told: dict[str, Any] = {"cases": cases, "broken": 0}
    memory = Memory()
    with closing(Stub(url)) as stub:
        for name in ("whole", "ready", "again"):
            bench = Bench(apis, stub, SchemaConformance(), memory=memory)
            began = time.process_time()
            verdicts = run_plan(bench, chosen, JOBS)
            told[name] = time.process_time() - began
            told["broken"] += sum(each.verdict is Verdict.BROKEN for each in verdicts)
            if name == "whole":
                # Requests are kept; that an answer was right before is not.
                memory.steps.clear()
                memory.cases.clear()
    told["floor"] = floor(url, cases)
    sys.stdout.write(json.dumps(told) + "\n")


def floor(url: str, times: int) -> float:
    """Seconds of processor time for so many requests of which nothing is made or judged."""
    where = urlsplit(url)
    request = f"GET /core/casemgr/v3/none HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode()
    with socket.create_connection((where.hostname or "", where.port or 80), timeout=30) as wire:
        began = time.process_time()
        for _ in range(times):
            wire.sendall(request)
            assert wire.recv(65536)
        return time.process_time() - began


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
