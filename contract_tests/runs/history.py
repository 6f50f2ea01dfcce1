"""What a deployment kept in earlier runs: one line a run, and what that says about a rule now."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from rulebound.contract_tests.runs.lines import append_line, read_lines, replace_file

MOST_RUNS = 400
FILE = "history.jsonl"


@dataclass(frozen=True)
class PastRun:
    """A run as it is remembered: when it started, how it ended, the verdict of each of its rules.

    `plan` is the digest of its plan, `tool` the version of Rulebound.
    """

    run: str
    time: str
    tool: str
    plan: str
    exit_code: int
    verdicts: Mapping[str, str]


@dataclass(frozen=True)
class RulePast:
    """What came before the verdict of a rule. All times are those of runs, as they started.

    `was` is its verdict in the last run that had it, at the time `seen`; both None for a rule that
    was in none. `since` is when its verdict became what it is, `confirmed` when it was last kept.
    """

    was: str | None
    seen: str | None
    since: str
    confirmed: str | None


def past_run(data: Mapping[str, Any], run: str) -> PastRun:
    """What is to be remembered of a run, from its report."""
    return PastRun(
        run=run,
        time=data["started"],
        tool=data["tool"]["version"],
        plan=data["plan"],
        exit_code=data["exit_code"],
        verdicts={rule["id"]: rule["verdict"] for rule in data["rules"]},
    )


def remember(state: Path, run: PastRun) -> None:
    """Add a run to the history of a deployment, of which the last MOST_RUNS are kept; a run that is
    there already, because it was resumed, is replaced, in its place. Raises OSError."""
    path = state / FILE
    known, _ = read_history(state)
    others = [each for each in known if each.run != run.run]
    is_latest = not others or run.time >= others[-1].time
    if is_latest and len(others) == len(known) < MOST_RUNS:
        append_line(path, asdict(run))
        return
    kept = sorted([*others, run], key=_begun)[-MOST_RUNS:]
    replace_file(path, b"".join(orjson.dumps(asdict(each)) + b"\n" for each in kept))


def read_history(state: Path) -> tuple[tuple[PastRun, ...], int]:
    """The runs of a deployment in the order they began, whenever each was finished, and how many
    lines could not be read.

    Raises OSError.
    """
    lines, damaged = read_lines(state / FILE)
    runs: list[PastRun] = []
    for line in lines:
        try:
            run = PastRun(**line)
        except TypeError:
            damaged += 1
            continue
        whole = isinstance(run.verdicts, dict) and isinstance(run.time, str)
        runs += [run] if whole else []
        damaged += not whole
    return tuple(sorted(runs, key=_begun)), damaged


def _begun(run: PastRun) -> str:
    return run.time


def rule_past(rule: str, verdict: str, time: str, runs: Iterable[PastRun]) -> RulePast:
    """What earlier runs say about a rule whose verdict is known for the run that started at `time`;
    `runs` are in their order. That a rule was not reached in between, as in an outage, does not
    make its verdict a new one."""
    known = [(run.time, run.verdicts[rule]) for run in runs if rule in run.verdicts]
    since = time
    for then, was in reversed(known):
        if was == verdict:
            since = then
        elif was != "not reached":
            break
    confirmed = [then for then, was in (*known, (time, verdict)) if was == "kept"]
    seen, before = known[-1] if known else (None, None)
    return RulePast(before, seen, since, confirmed[-1] if confirmed else None)
