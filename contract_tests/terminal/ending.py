"""The last line of a run: its exit code, and why it is that."""

from typing import Any

from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.reports.words import counts_as_broken


def ending(data: dict[str, Any]) -> str:
    """The exit code of a report, explained."""
    return f"exit {data['exit_code']}: {_why(data)}"


def _why(data: dict[str, Any]) -> str:
    if data["exit_code"] == 2:
        return f"cannot judge: {_hindrance(data)}"
    totals, broken = data["totals"], sum(map(counts_as_broken, data["rules"]))
    accepted = totals["broken"] - broken
    parts = [f"{broken} broken" if broken else "nothing broken"]
    parts += [f"{accepted} broken and accepted"] if accepted else []
    parts += [f"{totals[each]} {each}" for each in ("differs", "not reached") if totals[each]]
    return ", ".join(parts)


def _hindrance(data: dict[str, Any]) -> str:
    faults = sum(bool(rule["fault"]) for rule in data["rules"])
    if faults:
        return f"{counted(faults, 'rule')} got no answer that could be judged"
    if not any(data["totals"][each] for each in ("kept", "broken", "differs")):
        return "no rule was judged"
    return f"{counted(data['totals']['not reached'], 'rule')} not reached on a stub"
