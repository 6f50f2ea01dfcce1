"""What a pick must answer, read from the page once more: the model that histories are held to.

A group of activities is one object, as a request picks all it names or none. The activities are
those of the seed that wait in the queue `bulk`; the clock stands, so every pick leaves its date.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

NOW = "2026-11-22T09:00:00.000Z"
QUEUED = ""
"""Stands for the assignee of an activity that waits in the queue."""
IDS: Mapping[str, str] = {
    "anna": "1101",
    "bob": "1102",
    "gina": "1105",
    "anna-without-unpin": "1122",
    "anna-without-create": "1123",
    "anna-without-console": "1124",
    "anna-without-partition": "1125",
    "anna-without-transfer": "1128",
    "anna-mailplus": "1130",
}
"""The users by the name of their token. Only bob may not pull from the queue."""
PULL_USERS = {user: {IDS["bob"]} for user in IDS} | {"bob": {IDS["anna"]}}


@dataclass(frozen=True)
class Pick:
    """A user picks these activities of the group, each with the date it was last changed."""

    user: str
    activities: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Read:
    """Assignee and date of one activity of the group, by the control plane or by a search."""

    place: int
    by_search: bool = False


Held = tuple[tuple[str, str], ...]
"""The state of a group: of each activity assignee and date."""
PICKED = "picked"


def group_at_first(dates: Sequence[str]) -> Held:
    """A group of which nothing is picked yet."""
    return tuple((QUEUED, date) for date in dates)


def answer(held: Hashable, asked: Pick | Read) -> tuple[Hashable, Hashable]:
    """What the stub has to answer (the rule that refuses, PICKED, or what is read), and how the
    group then stands."""
    assert isinstance(held, tuple)
    if isinstance(asked, Read):
        return held[asked.place], held
    refused = _refusal(held, asked)
    if refused:
        return refused, held
    after = list(held)
    for place, _ in asked.activities:
        after[place] = (IDS[asked.user], NOW)
    return PICKED, tuple(after)


def _refusal(held: Held, asked: Pick) -> str | None:
    """The rights come first, then what is one's own, then the dates."""
    holders = [held[place][0] for place, _ in asked.activities]
    own = IDS[asked.user]
    if any(each not in (QUEUED, own) and each not in PULL_USERS[asked.user] for each in holders):
        return "pick.pull-user"
    if asked.user == "bob" and QUEUED in holders:
        return "pick.pull-queue"
    if own in holders:
        return "pick.not-own"
    if any(held[place][1] != date for place, date in asked.activities):
        return "pick.stale"
    return None
