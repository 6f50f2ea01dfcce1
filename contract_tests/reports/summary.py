"""summary.md: a run on one page of a code host, in forty lines at most."""

from collections.abc import Iterator
from typing import Any

from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.reports.findings import cut
from rulebound.contract_tests.reports.headline import day, headline, sentences
from rulebound.contract_tests.reports.marks import MARKS, VERDICTS, place_name
from rulebound.contract_tests.reports.missing import reasons
from rulebound.contract_tests.reports.words import counts_as_broken

MOST_RULES = 12
MOST_OPERATIONS = 7
MOST_NAMED = 6
MOST_REASONS = 2
_SPECIAL = {sign: f"&#{ord(sign)};" for sign in "&<>|`*_[]~@#\\!$"}


def summary(data: dict[str, Any]) -> str:
    """The run in Markdown: totals, the broken rules, what changed, what was not reached."""
    return "\n".join(_lines(data)) + "\n"


def _lines(data: dict[str, Any]) -> Iterator[str]:
    mark = MARKS[("kept", "broken", "not reached")[data["exit_code"]]]
    yield f"## {mark} {headline(data)}: {safe(place_name(data), 200)}"
    yield ""
    yield f"{' '.join(sentences(data))} Run of {day(data['started'])}, {data['seconds']:.0f} s."
    yield ""
    yield from _table(data)
    broken = [rule for rule in data["rules"] if counts_as_broken(rule)]
    if broken:
        yield ""
        yield from _broken(broken)
    told = list(_told(data))
    if told:
        yield ""
        yield from told


def _table(data: dict[str, Any]) -> Iterator[str]:
    shown = [name for name in VERDICTS if data["totals"][name] or name == "kept"]
    yield f"| operation | {' | '.join(shown)} |"
    yield f"| --- |{' ---: |' * len(shown)}"
    operations = sorted(data["operations"], key=lambda each: -_gravity(each["totals"]))
    for each in operations[:MOST_OPERATIONS]:
        yield _row(each["operation"], each["totals"], shown)
    rest = len(operations) - MOST_OPERATIONS
    if len(operations) > 1:
        name = "all" if rest <= 0 else f"all, {counted(rest, 'more operation')} included"
        yield _row(name, data["totals"], shown)


def _gravity(totals: dict[str, int]) -> int:
    return 1_000_000 * totals["broken"] + 1_000 * totals["differs"] + totals["not reached"]


def _row(name: str, totals: dict[str, int], shown: list[str]) -> str:
    return f"| {safe(name)} | {' | '.join(str(totals[verdict]) for verdict in shown)} |"


def _broken(rules: list[dict[str, Any]]) -> Iterator[str]:
    yield "| broken rule | what it says | what came | since |"
    yield "| --- | --- | --- | --- |"
    for rule in rules[:MOST_RULES]:
        since = rule.get("history", {}).get("since")
        cells = (rule["id"], rule["says"], rule["why"], day(since) if since else "this run")
        yield f"| {' | '.join(safe(cell) for cell in cells)} |"
    if len(rules) > MOST_RULES:
        yield f"| and {len(rules) - MOST_RULES} more | | | |"


def _told(data: dict[str, Any]) -> Iterator[str]:
    """A line for each kind of change, of what was not reached, of what is accepted."""
    rules = {rule["id"]: rule for rule in data["rules"]}
    for verdict in (*VERDICTS[1:], "kept"):
        now = [id for id in data["flipped"] if rules[id]["verdict"] == verdict]
        if now:
            yield f"- Since the last run **{verdict}**: {_named(now)}"
    for reason, ids in reasons(data)[:MOST_REASONS]:
        yield f"- Not reached, {counted(len(ids), 'rule')}: {safe(reason)}"
    for state, words in (("accepted", "Accepted"), ("expired", "Accepted no longer")):
        ids = [each["rule"] for each in data["accepted"] if each["state"] == state]
        if ids:
            yield f"- {words}: {_named(ids)}"


def _named(ids: list[str]) -> str:
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return ", ".join(safe(id) for id in ids[:MOST_NAMED]) + more


def safe(text: str | None, most: int = 110) -> str:
    """A text as Markdown that means nothing but itself."""
    plain = "".join(_SPECIAL.get(sign, sign) for sign in cut(text, most))
    # What would become a link by itself.
    return plain.replace("://", "&#58;//").replace("www.", "www&#46;")
