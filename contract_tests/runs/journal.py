"""The journal of a run: a line for each case that is finished, so that the run can be resumed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.judging.outcome import CaseResult, Verdict
from rulebound.contract_tests.reports.wording import Wording
from rulebound.contract_tests.running import Forgetful, Keeper
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.frame import Frame
from rulebound.contract_tests.runs.lines import append_line, read_lines
from rulebound.contract_tests.runs.past import past_of
from rulebound.contract_tests.runs.results import cases_of, read_result, result_data
from rulebound.contract_tests.targets.deployed.traces import joined, since
from rulebound.openapi.near import guess

LATEST = "last"
_LEFT = "left"
MOST_JOURNALS = 60
"""So many are left in a state folder; older ones go when a run begins."""


Traces = Callable[[], Mapping[str, Any]]
"""Tells what a run has used up and changed so far."""


def _nothing() -> Mapping[str, Any]:
    return {}


class Journal:
    """Writes down each case as it is finished, and what the run has left so far. Its file is made
    with the first line."""

    def __init__(
        self, path: Path, frame: Frame, wording: Wording, traces: Traces = _nothing
    ) -> None:
        self.path = path
        self._wording, self._earlier = wording, frame.earlier
        self._traces, self._known = traces, traces()
        if not path.exists():
            append_line(path, _head(frame))

    def known(self, case: Case) -> CaseResult | None:
        """The result of a case that the resumed run had finished."""
        return self._earlier.get(case.id)

    def keep(self, result: CaseResult) -> None:
        """Write down a case that is finished."""
        append_line(self.path, result_data(result, self._wording) | self._left())

    def leave(self) -> None:
        """Write down what the cases have left that are not finished."""
        left = self._left()
        if left:
            append_line(self.path, left)

    def _left(self) -> dict[str, Any]:
        now = self._traces()
        left = since(self._known, now) if now else {}
        self._known = now
        if "touched" in left:
            # An address may be a secret.
            left["touched"] = [name for name in left["touched"] if self._wording.text(name) == name]
        return {_LEFT: left} if left else {}


@contextmanager
def journal_of(frame: Frame, address: str, traces: Traces = _nothing) -> Iterator[Keeper]:
    """The keeper of a run whose target is at `address` and has these traces of it.

    A run that is stopped says how it can be resumed: the exception gets a note. Raises OSError.
    """
    if frame.terms.state is None:
        yield Forgetful()
        return
    folder = frame.terms.state / "runs"
    _prune(folder, frame.id)
    journal = Journal(folder / f"{frame.id}.jsonl", frame, frame.wording(address), traces)
    try:
        yield journal
    except BaseException as error:
        with suppress(OSError):
            journal.leave()
        says = f"what was finished is kept; add --resume {frame.id} to the same command to go on"
        error.add_note(says)
        raise


def _head(frame: Frame) -> dict[str, Any]:
    return {"run": frame.id, "started": frame.started.isoformat(), **_terms(frame)}


def _terms(frame: Frame) -> dict[str, Any]:
    """What must be the same for a run to be resumed, each under the words an error uses for it."""
    shard = frame.terms.shard
    return {
        "target": frame.aim.url,
        "profile": frame.aim.profile,
        "seed": frame.terms.seed,
        "shard": shard and str(shard),
        "rules": [planned.rule.id for planned in frame.plan],
        "plan": frame.digest,
    }


def resumed(frame: Frame, run: str) -> Frame:
    """The same frame, going on with an earlier run, given by its id or as `last`.

    Raises RunFault where there is none, or where it was about something else.
    """
    if frame.terms.state is None:
        raise RunFault("--resume needs a profile: runs are kept in its state folder")
    path = _find(frame.terms.state / "runs", run)
    lines, _ = read_lines(path)
    if not lines or "run" not in lines[0]:
        raise RunFault(f"run {path.stem} cannot be resumed: {path} has no first line; start anew")
    head = lines[0]
    wanted = _terms(frame)
    for term, now in wanted.items():
        if head.get(term) != now:
            raise RunFault(f"run {path.stem} cannot be resumed: {_differs(term, head, wanted)}")
    cases = cases_of(frame.part)
    earlier = dict(_finished(lines[1:], cases))
    started = datetime.fromisoformat(head["started"])
    past = past_of(frame.terms.state, head["run"])
    return replace(frame, id=head["run"], started=started, earlier=earlier, past=past)


def left_of(frame: Frame) -> Mapping[str, Any]:
    """What the finished part of a run left on its target; nothing of a new one. Raises OSError."""
    left: Mapping[str, Any] = {}
    if frame.terms.state is not None:
        for line in read_lines(frame.terms.state / "runs" / f"{frame.id}.jsonl")[0]:
            left = joined(left, line.get(_LEFT) or {})
    return left


def _finished(
    lines: list[dict[str, Any]], cases: Mapping[str, Case]
) -> Iterator[tuple[str, CaseResult]]:
    for line in lines:
        try:
            result = read_result(line, cases)
        except (KeyError, TypeError, ValueError):
            continue
        # What the target did not answer, or what had nothing sent of its own, may go better now.
        begun = any(step.was_sent for step in result.steps if step.name != "twin")
        if (begun or result.verdict is not Verdict.NOT_REACHED) and not result.has_fault:
            yield result.case.id, result


def _differs(term: str, head: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    was = head.get(term)
    if term == "rules":
        known, wanted = set(was or ()), set(now["rules"])
        parts = [f"without {', '.join(sorted(known - wanted)[:3])}"] if known - wanted else []
        parts += [f"with {', '.join(sorted(wanted - known)[:3])}"] if wanted - known else []
        how = " and ".join(parts) or "in another order"
        return f"this run chooses other rules ({how}); choose as you did then"
    if term == "plan":
        return "the documents, seeds, witnesses or rulebound itself changed since; start anew"
    before, here = ("none" if each is None else each for each in (was, now[term]))
    return f"its {term} was {before}, here it is {here}"


def _find(folder: Path, run: str) -> Path:
    known = sorted(folder.glob("*.jsonl"))
    if run == LATEST and known:
        return known[-1]
    for path in known:
        if path.stem == run:
            return path
    names = ", ".join(path.stem for path in known[-3:])
    raise RunFault(
        f"there is no run {run!r} in {folder}"
        + guess(run, [LATEST, *(path.stem for path in known)])
        + (f"; the latest are {names}" if names else "")
    )


def _prune(folder: Path, kept: str) -> None:
    others = sorted(path for path in folder.glob("*.jsonl") if path.stem != kept)
    for path in others[: 1 - MOST_JOURNALS]:
        path.unlink(missing_ok=True)
