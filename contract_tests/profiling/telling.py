"""A checked profile in words: a line per name, the ones that most rules need first."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator

from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.profiling.missing import Gap
from rulebound.contract_tests.profiling.report import ACCEPTED, GIVEN, GOT, ProfileReport
from rulebound.contract_tests.terminal.loudness import Loudness

MOST_GAPS, MOST_RULES, MOST_DETAILS = 10, 3, 4
"""How many names, rules of a name, and fields of a name are told before the rest is counted."""

_KINDS = {"effect": "operation", "clock": "time", "now": "the exact time", "api": "API"}
_BEYOND = {
    "table": "is looked into{details}, and reads: does not say how",
    "setting": "must be {details}",
    "now": "is not known",
    "clock": "must pass, {details} s, and no patience: allows it",
    "effect": "would {details}, which allow: does not have",
}


def told(report: ProfileReport, loudness: Loudness = Loudness.NORMAL) -> Iterator[str]:
    """The lines of a report, as loud as is wanted."""
    if loudness is not Loudness.QUIET:
        yield from _found(report, whole=loudness is Loudness.VERBOSE)
    yield "all fine" if report.is_fine else "not all is there; a run covers what it can"


def _found(report: ProfileReport, *, whole: bool) -> Iterator[str]:
    most = sys.maxsize if whole else MOST_GAPS
    counts = ", ".join(
        f"{had} of {all} {_KINDS.get(kind, kind)}s" for kind, (had, all) in report.bound.items()
    )
    yield f"profile {report.profile} ({report.file})"
    yield f"bound: {counts}"
    yield f"reached: {report.reached} of {report.rules} rules"
    for api, count in report.untried.items():
        yield f"not tried: {api} has no address ({counted(count, 'rule')})"
    yield from _section("unknown", (str(each) for each in _unknown(report)), most)
    yield from _section("missing", (_missing(report, gap) for gap in report.missing), most)
    yield from _section("not here", map(_beyond, report.beyond), most)
    yield from _section(
        "not set in the environment",
        (f"{name} ({_few(users, MOST_RULES)})" for name, users in report.unset.items()),
        most,
    )
    failed = [each for each in report.probed if each.fault is not None]
    yield from _section(
        "credentials that failed",
        (f"{each.world} {each.actor}: {each.fault}" for each in failed),
        most,
    )
    if report.probed:
        yield f"credentials: {', '.join(_tried(report))}"


def _section(title: str, lines: Iterable[str], most: int) -> Iterator[str]:
    every = list(lines)
    if every:
        yield f"{title}:"
    yield from (f"  {line}" for line in every[:most])
    if len(every) > most:
        yield f"  and {len(every) - most} more; --verbose lists them all"


def _tried(report: ProfileReport) -> Iterator[str]:
    counts = Counter("failed" if each.fault else each.how for each in report.probed)
    words = {
        ACCEPTED: "accepted",
        GOT: "got, which nothing that only reads takes",
        GIVEN: "as given, which nothing that only reads takes",
        "failed": "failed",
    }
    for how, said in words.items():
        if counts[how]:
            yield f"{counts[how]} {said}"


def _unknown(report: ProfileReport) -> Iterator[str]:
    for each in report.unknown:
        yield f"{each.file}:{each.line}: {each.message}; {each.instead}"


def _missing(report: ProfileReport, gap: Gap) -> str:
    details = _few(gap.details, MOST_DETAILS)
    if gap.kind == "actor" and details:
        details = f"not set: {details}"
    fields = f" ({details})" if details else ""
    able = report.made_by.get(gap.name, ())
    hint = f"; {' or '.join(able)} can make it (provision:)" if able else ""
    return f"{_name(gap)}{fields}: {_those(gap)}{hint}"


def _beyond(gap: Gap) -> str:
    details = " or ".join(gap.details[:MOST_DETAILS])
    if gap.kind == "table" and gap.details:
        details = f" ({_few(gap.details, MOST_DETAILS)})"
    return f"{_name(gap)} {_BEYOND[gap.kind].format(details=details)}: {_those(gap)}"


def _name(gap: Gap) -> str:
    return " ".join(part for part in (_KINDS.get(gap.kind, gap.kind), gap.world, gap.name) if part)


def _those(gap: Gap) -> str:
    return f"{counted(len(gap.rules), 'rule')}: {_few(gap.rules, MOST_RULES)}"


def _few(names: Iterable[str], most: int) -> str:
    every = list(names)
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown
