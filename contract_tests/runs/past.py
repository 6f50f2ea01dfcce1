"""What a deployment is known for before a run of it is reported: its history, what is accepted."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.runs.accepted import Accepted, read_accepted
from rulebound.contract_tests.runs.history import PastRun, read_history, rule_past

MOST_TOLD = 30
"""So many of the latest runs are told in a report."""


@dataclass(frozen=True)
class Past:
    """The runs before this one and the accepted rules. `warnings` tell what could not be read."""

    runs: tuple[PastRun, ...]
    accepted: Mapping[str, Accepted]
    today: date
    warnings: tuple[str, ...] = ()

    def of(self, rule: str, verdict: Verdict, started: str) -> dict[str, Any]:
        """What a rule's entry in the report says of it: `history`, and `accepted` where it is."""
        # A run that is resumed may have begun before others that are over.
        before = (run for run in self.runs if run.time <= started)
        found: dict[str, Any] = {"history": asdict(rule_past(rule, verdict.value, started, before))}
        if rule in self.accepted:
            state = self.accepted[rule].state(verdict.value, self.today)
            found["accepted"] = self._shown(rule, state)
        return found

    def latest(self, rules: Collection[str], started: str) -> list[dict[str, Any]]:
        """The last runs before one that began at `started`, the oldest first: how many of `rules`
        had which verdict. Runs that had none of them are left out."""
        told = []
        for run in self.runs:
            found = [verdict for rule, verdict in run.verdicts.items() if rule in rules]
            if found and run.time <= started:
                totals = {verdict.value: found.count(verdict.value) for verdict in Verdict}
                told.append({"run": run.run, "started": run.time, "totals": totals})
        return told[-MOST_TOLD:]

    def unknown(self, known: Collection[str]) -> Iterator[dict[str, Any]]:
        """The accepted rules that no document has, as the report lists them."""
        for rule in self.accepted:
            if rule not in known:
                yield {"rule": rule, **self._shown(rule, "unknown")}

    def _shown(self, rule: str, state: str) -> dict[str, Any]:
        accepted = self.accepted[rule]
        return {"state": state, "reason": accepted.reason, "until": accepted.until.isoformat()}


def past_of(state: Path, run: str) -> Past:
    """What the state folder of a deployment says, but for the run `run` itself.

    Raises RunFault for an accepted.yaml that cannot be read, and OSError.
    """
    runs, damaged = read_history(state)
    warnings = []
    if damaged:
        lines = "line was" if damaged == 1 else "lines were"
        warnings.append(f"{damaged} damaged {lines} skipped in {state / 'history.jsonl'}")
    others = tuple(each for each in runs if each.run != run)
    return Past(others, read_accepted(state), datetime.now(UTC).date(), tuple(warnings))
