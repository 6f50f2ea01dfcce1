"""The ready-made cases of some operations, conducted on a running stub: what they cost.

    python replay.py API URL

Prints JSON: cases, the seconds of processor time that the proof itself spent on them (not the
stub, which is a process of its own, and not the reading of documents and witnesses before), and
how many of them were broken.
"""

from __future__ import annotations

import json
import sys
import time

from rulebound.contract_tests.judging.bench import Bench
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.planning import Selection
from rulebound.contract_tests.running import run_plan
from rulebound.contract_tests.verify import VerifyOptions, opened_target, prepared


def main(api: str, url: str) -> None:
    """Conduct them, and print."""
    options = VerifyOptions(target=url, stub=True, selection=Selection(apis=(api,)))
    apis, chosen = prepared(options.places, options.selection)
    cases = sum(len(each.cases) for each in chosen if each.subject is not None)
    with opened_target(options, apis) as target:
        bench = Bench(apis, target, SchemaConformance(), options.seed)
        began, clock = time.process_time(), time.perf_counter()
        verdicts = run_plan(bench, chosen, 2)
        computed, took = time.process_time() - began, time.perf_counter() - clock
    broken = sum(each.verdict.name == "BROKEN" for each in verdicts)
    told = {"cases": cases, "computed": computed, "seconds": took, "broken": broken}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
