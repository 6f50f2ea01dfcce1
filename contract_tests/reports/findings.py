"""The rules of a report that a reviewer must see: level, words and place, for code hosts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rulebound.contract_tests.reports.marks import short_name
from rulebound.contract_tests.reports.words import standing

MOST_WORDS = 600
# What a terminal or a log would act on; the ends of lines are not among them.
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Found:
    """A rule that is not kept. `level` is error, warning, or note for what is accepted; `file` and
    `line` say where it stands, `local` whether that is a file of the folder we are in."""

    rule: str
    level: str
    title: str
    says: str
    file: str | None = None
    line: int = 1
    local: bool = False


def findings(data: dict[str, Any]) -> Iterator[Found]:
    """The broken rules, then those that differ, then those that are accepted."""
    found = [_found(data, rule) for rule in data["rules"] if rule["verdict"] in _LEVELS]
    for level in ("error", "warning", "note"):
        yield from (each for each in found if each.level == level)


_LEVELS = {"broken": "error", "differs": "warning"}


def _found(data: dict[str, Any], rule: dict[str, Any]) -> Found:
    accepted = rule.get("accepted", {}).get("state") == "accepted"
    place = rule["place"] or {"file": None, "line": 1, "local": False}
    return Found(
        rule=rule["id"],
        level="note" if accepted else _LEVELS[rule["verdict"]],
        title=f"{rule['id']}: {rule['verdict']}",
        says=said(data, rule),
        **place,
    )


def said(data: dict[str, Any], rule: dict[str, Any]) -> str:
    """The sentence of a rule, what came of it and where it is written."""
    parts = [rule["says"], f"On {short_name(data)} it is {standing(rule)}: {cut(rule['why'])}."]
    if rule["source"]:
        parts.append(f"Statements: {', '.join(rule['source'])}.")
    return " ".join(parts)


def cut(text: str | None, most: int = MOST_WORDS) -> str:
    """A text in one line, and no longer than so many signs."""
    flat = " ".join(CONTROLS.sub("\ufffd", text or "no case says why").split()).rstrip(".")
    return flat if len(flat) <= most else flat[: most - 3].rstrip() + " .."
