"""What a page tells of the cases of a rule: the failed ones whole, the others in a line each."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

MOST_OPEN = 1
"""So many failed cases of a rule are seen at once; the others are folded."""
_MOST_GOT = 48


class Detail(IntEnum):
    """How much a page tells, the most first; the next is taken where a page would be too large."""

    EVERYTHING = 0
    NO_KEPT_CASES = 1
    FIRST_FAILURE = 2
    NO_EVIDENCE = 3

    @property
    def left_out(self) -> str | None:
        """What is left out, in words; None for nothing."""
        return (
            None,
            "the cases of rules that are kept",
            "the cases of rules that are kept, and all but the first failed case of a rule",
            "all cases",
        )[self]


@dataclass(frozen=True)
class Evidence:
    """`open` and `folded` are cases that are not kept, `plain` is a line for each other one:
    verdict, what it shows, who asked, what was answered. `number` counts all of them."""

    open: tuple[dict[str, Any], ...]
    folded: tuple[dict[str, Any], ...]
    plain: tuple[tuple[str, str, str], ...]
    number: int


def evidence(rule: dict[str, Any], detail: Detail) -> Evidence:
    """The cases of a rule as a page shows them."""
    failed = [case for case in rule["cases"] if case["verdict"] not in ("kept", "not testable")]
    if detail >= Detail.NO_EVIDENCE:
        failed = []
    elif detail >= Detail.FIRST_FAILURE:
        failed = failed[:1]
    others = rule["cases"] if detail is Detail.EVERYTHING else ()
    plain = tuple(_plain(case) for case in others if case["verdict"] in ("kept", "not testable"))
    return Evidence(tuple(failed[:MOST_OPEN]), tuple(failed[MOST_OPEN:]), plain, len(rule["cases"]))


def _plain(case: dict[str, Any]) -> tuple[str, str, str]:
    got = case["steps"][-1]["got"] if case["steps"] else "nothing"
    # Status and code; what follows is the rule of a stub, or the body.
    short = got.partition(" {")[0].partition(" (")[0].partition(" <")[0]
    return f"{case['role']}: {case['title']}", asked_by(case), " ".join(short.split())[:_MOST_GOT]


def asked_by(case: dict[str, Any]) -> str:
    """Who sent the request of a case: `anna (user)`, `nobody`, or nothing where it is unknown."""
    actor = case["actor"]
    if actor is None:
        return ""
    return str(actor["kind"]) if actor["name"] is None else f"{actor['name']} ({actor['kind']})"
