"""Known deviations of a deployment: rules that are broken there, accepted for a reason and a time.

`accepted.yaml` in the state folder of a profile:

    pick.at-most-75:
      reason: the vendor mends it in 24.2
      until: 2026-03-01
      since: 2026-01-10
"""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.lines import replace_file
from rulebound.openapi.findings import DocumentError
from rulebound.openapi.yaml_reader import YamlFile, read_file

FILE = "accepted.yaml"
_HEAD = "# Deviations of this deployment that are known; written by `rulebound accept`.\n"
_KEYS = ("reason", "until", "since")


@dataclass(frozen=True)
class Accepted:
    """A rule that may be broken through the day `until`, why, and the day that was decided."""

    rule: str
    reason: str
    until: date
    since: date

    def state(self, verdict: str, today: date) -> str:
        """What it means for a rule with this verdict: accepted, expired, vanished (the rule is
        kept, so that this can be removed) or not seen (the rule was not judged)."""
        if verdict == "kept":
            return "vanished"
        if verdict not in ("broken", "differs"):
            return "not seen"
        return "accepted" if today <= self.until else "expired"


def read_accepted(state: Path) -> dict[str, Accepted]:
    """The accepted rules of a deployment by id, none where there is no file. Raises RunFault."""
    path = state / FILE
    if not path.exists():
        return {}
    try:
        file = read_file(path, str(path))
    except DocumentError as error:
        raise RunFault(str(error)) from None
    if file.value is None:
        return {}
    if not isinstance(file.value, dict):
        raise RunFault(f"{path}: is no map of rules; write it by `rulebound accept`")
    return {rule: _read(rule, raw, file) for rule, raw in file.value.items()}


def _read(rule: str, raw: Any, file: YamlFile) -> Accepted:
    where = f"{file.name}:{file.lines.get(f'/{rule}', 1)}: {rule}"
    if not isinstance(raw, dict) or sorted(raw) != sorted(_KEYS):
        raise RunFault(f"{where} needs {', '.join(_KEYS)} and nothing else")
    if not isinstance(raw["reason"], str) or not raw["reason"].strip():
        raise RunFault(f"{where} has no reason; write why it is accepted")
    return Accepted(
        rule,
        raw["reason"],
        read_date(raw["until"], f"{where}: until"),
        read_date(raw["since"], f"{where}: since"),
    )


def read_date(text: Any, what: str) -> date:
    """A day as YYYY-MM-DD. Raises RunFault, which begins with `what`."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise RunFault(f"{what} is {text!r}, which is no day; write YYYY-MM-DD") from None


def write_accepted(state: Path, accepted: Iterable[Accepted]) -> Path:
    """Write the file anew, sorted by rule and at one go, and give its path. Raises OSError."""
    data = {
        each.rule: {
            "reason": each.reason,
            "until": each.until.isoformat(),
            "since": each.since.isoformat(),
        }
        for each in sorted(accepted, key=lambda each: each.rule)
    }
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100) if data else ""
    state.mkdir(parents=True, exist_ok=True)
    path = state / FILE
    replace_file(path, (_HEAD + text).encode())
    return path


def deviation(rule: str, reason: str, until: str, today: date) -> Accepted:
    """A deviation that is accepted today. Raises RunFault without a reason or for a day that is
    over."""
    day = read_date(until, "--until")
    if day < today:
        raise RunFault(f"--until {until} is over; write a day to come")
    if not reason.strip():
        raise RunFault("--reason is empty; write why the deviation is accepted")
    return Accepted(rule, " ".join(reason.split()), day, today)


def accept(state: Path, deviations: Iterable[Accepted], known: Collection[str]) -> Path:
    """Accept deviations from rules of `known`; the path of the file. Raises RunFault for a rule
    that does not exist."""
    found = read_accepted(state)
    for each in deviations:
        _must_be(each.rule, known, "there is no rule")
        found[each.rule] = each
    return write_accepted(state, found.values())


def remove(state: Path, rules: Iterable[str]) -> Path:
    """Accept rules no longer. Raises RunFault for one that was not accepted."""
    found = read_accepted(state)
    for rule in rules:
        _must_be(rule, found, "there is no accepted rule")
        del found[rule]
    return write_accepted(state, found.values())


def _must_be(rule: str, known: Collection[str] | Mapping[str, Any], what: str) -> None:
    if rule in known:
        return
    near = difflib.get_close_matches(rule, list(known), n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise RunFault(f"{what} {rule!r}{hint}")
