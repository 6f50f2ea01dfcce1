"""What a run prints for a person to act on: never more than a screen, never a wall for one cause.

Rules are brought together by what is wrong with them; what finds no room is counted, and the report
has it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.reports.missing import reasons
from rulebound.contract_tests.reports.words import changes, counts_as_broken, remarks, standing
from rulebound.contract_tests.terminal.causes import Cause, causes
from rulebound.contract_tests.terminal.shortening import LONGEST_CURL, few, shortened

MOST_LINES, MOST_OPERATIONS = 40, 7
MOST_IN_FULL, LEAST_IN_FULL = 3, 1
MOST_NAMED, MOST_DIFFERING, MOST_CHANGES = 6, 2, 2
MOST_REASONS, MANY_REASONS = 4, 10
FEW = 2
_WARNINGS = ("warning: ", "unanswered: ", "unknown: ")


def summary(data: dict[str, Any], besides: int, where: str) -> list[str]:
    """The lines on what came of a run, with those of other kinds (`besides`) no more than
    MOST_LINES; `where` says where the rest is."""
    broken = causes(rule for rule in data["rules"] if counts_as_broken(rule))
    differs = causes(_of(data, "differs"))
    rest = [
        *few([_brief(each) for each in differs], MOST_DIFFERING, "cause", where),
        *_accepted(data),
        *few(list(_unreached(data)), MOST_REASONS if broken else MANY_REASONS, "reason", where),
        *_noted(data),
    ]
    room = MOST_LINES - besides - len(rest)
    return [*_broken(broken, room, where), *rest]


def news(data: dict[str, Any], where: str) -> list[str]:
    """What flipped since earlier runs, and which accepted deviations are over; warnings all."""
    lines = list(changes(data))
    warnings = [each for each in lines if each.startswith(_WARNINGS)]
    others = [each for each in lines if each not in warnings]
    return [*few(others, MOST_CHANGES, "change", where), *warnings[:MOST_CHANGES]]


def _of(data: dict[str, Any], verdict: str) -> Iterator[Mapping[str, Any]]:
    return (rule for rule in data["rules"] if rule["verdict"] == verdict)


def _broken(found: list[Cause], room: int, where: str) -> Iterator[str]:
    """As many causes in full as leave a line for each other, and as many lines as there is room."""
    full = [list(_in_full(cause, where)) for cause in found[:MOST_IN_FULL]]
    while len(full) > LEAST_IN_FULL and sum(map(len, full)) + len(found) - len(full) > room:
        full.pop()
    for lines in full:
        yield from lines
    left = found[len(full) :]
    space = max(room - sum(map(len, full)), 1)
    fitting = len(left) if len(left) <= space else space - 1
    yield from map(_brief, left[:fitting])
    if left[fitting:]:
        rules = sum(len(cause.rules) for cause in left[fitting:])
        yield f"and {rules} more broken, by {len(left) - fitting} other causes; {where}"


def _in_full(cause: Cause, where: str) -> Iterator[str]:
    rule, example = cause.first, cause.example
    yield f"{standing(dict(rule))} {rule['id']} ({', '.join(rule['source'])}): {rule['says']}"
    if len(cause.rules) > 1:
        yield f"  and for the same cause {_named(cause.rules[1:])}"
    if example is None:
        yield f"  {shortened(cause.says)}"
    else:
        yield f"  {shortened(example.says)}"
        if example.curl:
            yield f"    {_runnable(example.curl, where)}"
        yield f"    expected {shortened(example.expected)}"
        yield f"    got      {shortened(example.got)}"
    remarked = "; ".join(remarks(dict(rule)))
    if remarked:
        yield f"  {shortened(remarked)}"


def _brief(cause: Cause) -> str:
    rule = cause.first
    more = f" (and {_named(cause.rules[1:])})" if cause.rules[1:] else ""
    return f"{standing(dict(rule))} {rule['id']}: {shortened(cause.says)}{more}"


def _named(rules: Iterable[Mapping[str, Any]]) -> str:
    """The first rules by name, and how many more there are."""
    names = [str(rule["id"]) for rule in rules]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _accepted(data: dict[str, Any]) -> Iterator[str]:
    known = [rule for rule in _of(data, "broken") if not counts_as_broken(dict(rule))]
    if len(known) == 1:
        yield f"{standing(dict(known[0]))}: {known[0]['id']}"
    elif known:
        yield f"broken and accepted, {len(known)} rules: {_named(known)}"


def _unreached(data: dict[str, Any]) -> Iterator[str]:
    for reason, rules in reasons(data):
        named = f" ({', '.join(rules)})" if len(rules) <= FEW else ""
        yield f"not reached, {counted(len(rules), 'rule')}: {shortened(reason)}{named}"


def _noted(data: dict[str, Any]) -> Iterator[str]:
    """Rules that are kept, with something that was tolerated."""
    found = [rule for rule in _of(data, "kept") if rule["notes"]]
    if len(found) == 1:
        yield f"kept {found[0]['id']}, noted: {shortened('; '.join(found[0]['notes']))}"
    elif found:
        yield f"kept, with a note, {len(found)} rules: {_named(found)}"


def _runnable(curl: str, where: str) -> str:
    """A curl line to paste; one that is cut says where it is whole."""
    if len(curl) <= LONGEST_CURL:
        return curl
    return f"{curl[: LONGEST_CURL - 100]} ..  # cut; {where}"
