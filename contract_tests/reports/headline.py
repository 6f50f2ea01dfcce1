"""A run in a few sentences: what is kept, what is broken, since when."""

import re
from collections.abc import Iterator
from typing import Any

from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.reports.words import counts_as_broken


def headline(data: dict[str, Any]) -> str:
    """The run in a few words: whether it is broken, or cannot judge."""
    broken = sum(map(counts_as_broken, data["rules"]))
    if broken:
        return f"{counted(broken, 'rule')} broken"
    if data["exit_code"] == 2:
        return "Cannot judge"
    if data["totals"]["broken"]:
        return "Nothing broken but what is accepted"
    return "Nothing is broken"


def sentences(data: dict[str, Any]) -> Iterator[str]:
    """What stands below: the parts of the whole, and since when."""
    totals, number = data["totals"], len(data["rules"])
    parts = [f"{totals['kept']} of {counted(number, 'rule')} kept"]
    parts += [f"{totals[name]} {name}" for name in totals if name != "kept" and totals[name]]
    yield ", ".join(parts) + "."
    accepted = sum(each["state"] == "accepted" for each in data["accepted"])
    if accepted:
        deviations = counted(accepted, "deviation")
        yield f"{deviations} {'is' if accepted == 1 else 'are'} accepted and {_does(accepted)}."
    if any(rule["fault"] for rule in data["rules"]):
        yield "Some requests got no answer that could be judged."
    elif data["exit_code"] == 2:
        yield "Not every rule could be tried; what was missing stands below."
    if since := _since(data):
        yield since


def _does(number: int) -> str:
    return "does not count" if number == 1 else "do not count"


def _since(data: dict[str, Any]) -> str | None:
    """When it became what it is, from the earlier runs; None where none is known."""
    runs = data.get("runs", ())
    if not runs:
        return None
    bad = data["totals"]["broken"] > 0
    since = data["started"]
    for run in reversed(runs):
        if (run["totals"]["broken"] > 0) is not bad:
            other = "nothing was broken" if bad else "something was broken"
            return f"Until the run of {day(run['started'])} {other}."
        since = run["started"]
    return f"{'Broken' if bad else 'Nothing broken'} in every run since {day(since)}."


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\+00:00")


def readable(text: str) -> str:
    """A text with its moments as people read them."""
    return _MOMENT.sub(r"\1 \2 UTC", text)


def day(moment: str) -> str:
    """A moment as people read it: `2026-11-22 08:49 UTC`."""
    return f"{moment[:10]} {moment[11:16]} UTC"
