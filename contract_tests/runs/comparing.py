"""`rulebound diff`: which rules another run found otherwise, by name, and nothing else."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rulebound.contract_tests.runs.accepted import read_accepted
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.history import PastRun, read_history
from rulebound.contract_tests.runs.journal import LATEST
from rulebound.contract_tests.runs.written import read_report
from rulebound.openapi.near import guess

KINDS = {
    "broken now": "broken now",
    "differs now": "answered otherwise than expected now",
    "mended": "mended",
    "newly unreachable": "not reached any more",
    "newly reached": "newly reached",
    "added": "added",
    "removed": "removed",
}
"""The kinds of changes in the order they are told, with the words for people."""

_BAD, _JUDGED = ("broken", "differs"), ("kept", "broken", "differs")


@dataclass(frozen=True)
class Snapshot:
    """What a run found. `says` and `accepted` are known for runs with a report only."""

    name: str
    verdicts: Mapping[str, str]
    says: Mapping[str, str]
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """A rule that two runs found differently; `was` is None for an added one, `now` for a removed
    one. `worse`: something was lost that is not accepted."""

    rule: str
    kind: str
    was: str | None
    now: str | None
    worse: bool
    says: str | None


def snapshot(name: str, state: Path | None) -> Snapshot:
    """The run called `name`: a report or its folder, or with the state folder of a deployment a run
    of its history, by its id, as `last`, or as `last~1` for the one before of the same plan.

    Raises RunFault.
    """
    if Path(name).exists():
        rules = read_report(Path(name))["rules"]
        return Snapshot(
            name,
            {rule["id"]: rule["verdict"] for rule in rules},
            {rule["id"]: rule["says"] for rule in rules},
            frozenset(
                rule["id"] for rule in rules if rule.get("accepted", {}).get("state") == "accepted"
            ),
        )
    if state is None:
        raise RunFault(f"there is no report {name}; for a run of a deployment give --profile too")
    today = datetime.now(UTC).date()
    accepted = (each.rule for each in read_accepted(state).values() if today <= each.until)
    return Snapshot(name, _remembered(name, state).verdicts, {}, frozenset(accepted))


def _remembered(name: str, state: Path) -> PastRun:
    runs, _ = read_history(state)
    if word := re.fullmatch(rf"{LATEST}(?:~([0-9]{{1,6}}))?", name):
        back, alike = int(word[1] or 0), [each for each in runs if _is_like(each, runs[-1])]
        if back < len(alike):
            return alike[-1 - back]
        if alike:
            raise RunFault(
                f"there is no {name}: of the runs in {state} {len(alike)} "
                f"{'is' if len(alike) == 1 else 'are'} of the plan of the last one; "
                f"give a run by its id, or a report{_latest(runs)}"
            )
    for run in runs:
        if run.run == name:
            return run
    near = guess(name, [LATEST, *(run.run for run in runs)])
    raise RunFault(
        f"there is neither a report {name} nor such a run in {state}{near}{_latest(runs)}"
    )


def _is_like(run: PastRun, other: PastRun) -> bool:
    """Whether two runs tried the same: the plan, and of it the same shard."""
    return run.plan == other.plan and run.verdicts.keys() == other.verdicts.keys()


def _latest(runs: tuple[PastRun, ...]) -> str:
    known = ", ".join(run.run for run in runs[-3:])
    return f"; the latest runs are {known}" if known else ""


def changes(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """The rules that changed, the gravest kind first. Raises RunFault for runs without a rule in
    common."""
    if not before.verdicts.keys() & after.verdicts.keys():
        raise RunFault(f"{before.name} and {after.name} have no rule in common")
    found = []
    for rule in (
        *after.verdicts,
        *(each for each in before.verdicts if each not in after.verdicts),
    ):
        was, now = before.verdicts.get(rule), after.verdicts.get(rule)
        kind = None if was == now else _kind(was, now)
        if kind is not None:
            worse = kind in ("broken now", "differs now") and rule not in after.accepted
            worse = worse or (kind == "newly unreachable" and was == "kept")
            says = after.says.get(rule, before.says.get(rule))
            found.append(Change(rule, kind, was, now, worse, says))
    return tuple(sorted(found, key=lambda change: list(KINDS).index(change.kind)))


def _kind(was: str | None, now: str | None) -> str | None:
    if was is None or now is None:
        return "added" if was is None else "removed"
    if now == "broken":
        return "broken now"
    if now == "differs":
        return "mended" if was == "broken" else "differs now"
    if now == "kept":
        return "mended" if was in _BAD else "newly reached"
    return "newly unreachable" if was in _JUDGED else None


def compare(before: Snapshot, after: Snapshot, form: str) -> tuple[str, int]:
    """What changed, as `text`, `json` or `markdown`, and the exit code: 1 when a rule became worse.

    Raises RunFault.
    """
    found = changes(before, after)
    lines = {"json": _json, "markdown": _markdown, "text": _text}[form](before, after, found)
    return "\n".join(lines), int(any(change.worse for change in found))


def _json(before: Snapshot, after: Snapshot, found: Iterable[Change]) -> Iterator[str]:
    data: dict[str, Any] = {"before": before.name, "after": after.name}
    data["changes"] = [asdict(change) for change in found]
    yield json.dumps(data, indent=2, ensure_ascii=False)


def _text(before: Snapshot, after: Snapshot, found: tuple[Change, ...]) -> Iterator[str]:
    for kind, words in KINDS.items():
        group = [change for change in found if change.kind == kind]
        if group:
            yield f"{words}: {len(group)}"
        for change in group:
            yield f"  {change.rule}{_step(change)}{f': {change.says}' if change.says else ''}"
    if not found:
        yield "no rule changed"


def _markdown(before: Snapshot, after: Snapshot, found: tuple[Change, ...]) -> Iterator[str]:
    yield f"### From `{before.name}` to `{after.name}`"
    for kind, words in KINDS.items():
        group = [change for change in found if change.kind == kind]
        if group:
            yield f"\n**{words}: {len(group)}**\n"
        for change in group:
            yield f"- `{change.rule}`{_step(change)}{f': {change.says}' if change.says else ''}"
    if not found:
        yield "\nNo rule changed."


def _step(change: Change) -> str:
    if change.was is None or change.now is None:
        return f" ({change.now or change.was})"
    return f" ({change.was}, now {change.now})"
