"""How often the smallest change proposed for a refused request comes true.

    python benchmarks/smallest_change.py [--every] [rule ..]

For every rule that can refuse, the first break of its witnesses (with --every each of them) is
brought about on a running stub, a change is asked for, carried out and sent. Prints each proposal,
marks those that miss, and ends with the shares. A rule counts as one that a change of the request
can do when the valid request beside the break has the same caller and stands in the same world.
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "mock_server"))

from refused_by_rule import Advised, advised
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import Running


def main(rules: tuple[str, ...], *, every: bool) -> None:
    """Measure, and print."""
    running = Running(build(Settings()))
    found = []
    try:
        for each in advised(running, rules=rules, every=every):
            found.append(each)
            sys.stdout.write(_line(each) + "\n")
            sys.stdout.flush()
    finally:
        running.stop()
    _summary(found)


def _line(each: Advised) -> str:
    mark = "     " if each.right else "MISS "
    edits = f"{len(each.change.edits)} edits" if each.change.edits else ""
    return (
        f"{mark}{each.case:<42} {each.change.kind:<8} {each.status:<4}{each.seconds:5.2f} s "
        f"{edits:<8} {each.change.says[:150]}"
    )


def _summary(found: list[Advised]) -> None:
    say = sys.stdout.write
    say("\n")
    for name, of in (
        ("a change of the request can do it", [each for each in found if each.by_request]),
        ("another actor or world is needed", [each for each in found if not each.by_request]),
    ):
        right = sum(each.right for each in of)
        kinds = Counter(each.change.kind for each in of)
        share = f"{right / len(of):.1%}" if of else "none"
        say(f"{name}: {right} of {len(of)} ({share}), proposed: {dict(kinds)}\n")
    sizes = Counter(len(each.change.edits) for each in found if each.change.kind == "request")
    say(f"edits per change of a request: {dict(sorted(sizes.items()))}\n")
    seconds = sorted(each.seconds for each in found)
    if seconds:
        say(f"seconds: median {statistics.median(seconds):.2f}, longest {seconds[-1]:.2f}\n")
    if wrong := [each.case for each in found if not each.refused]:
        say(f"not refused by their rule: {', '.join(wrong)}\n")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(tuple(each for each in given if each != "--every"), every="--every" in given)
