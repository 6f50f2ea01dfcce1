"""Pick activities, read a second time: one plain predicate a sentence (statements P1 to P70)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rulebound.contract_tests.reading import Situation, reads

USER_LICENCES = {
    "eGain Platform",
    "eGain Knowledge + AI",
    "eGain MailPlus",
    "eGain ChatPlus",
    "eGain Advisor Desktop",
    "eGain CallTrackPlus",
    "eGain CobrowsePlus",
}


def _named(case: Situation) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What was asked for beside the activity it names, where that exists."""
    stored = case.table("activity")
    for asked in case.body["activity"]:
        if asked["id"] in stored:
            yield asked, stored[asked["id"]]


def _held(case: Situation) -> Iterator[dict[str, Any]]:
    """The activities that another user holds."""
    for _, activity in _named(case):
        if activity["status"] == "assigned" and activity["assignee"] != case.actor["id"]:
            yield activity


def _own_licences(case: Situation) -> set[str]:
    if case.actor["global"]:
        return set(case.settings["licences"])
    return set(case.actor["licences"])


@reads("pick.users-only")
def users_only(case: Situation) -> bool:
    """P29."""
    return bool(case.actor["kind"] == "user")


@reads("pick.scope")
def scope(case: Situation) -> bool:
    """P29: managing, not reading."""
    return not users_only(case) or "core.casemgr.manage" in case.actor["scopes"]


@reads("pick.no-duplicates")
def no_duplicates(case: Situation) -> bool:
    """P46, A-39."""
    ids = [asked["id"] for asked in case.body["activity"]]
    return len(ids) == len(set(ids))


@reads("pick.exists")
def exists(case: Situation) -> bool:
    """P5."""
    return len(list(_named(case))) == len(case.body["activity"])


@reads("pick.action")
def action(case: Situation) -> bool:
    """P17."""
    if not users_only(case):
        return True
    return "Activity.Pick" in case.actor["actions"]


@reads("pick.pull-user")
def pull_user(case: Situation) -> bool:
    """P18, P19: what is one's own already is another sentence's matter (P8)."""
    if not users_only(case):
        return True
    return all(held["assignee"] in case.actor["pullUsers"] for held in _held(case))


@reads("pick.pull-queue")
def pull_queue(case: Situation) -> bool:
    """P22, P23."""
    if not users_only(case):
        return True
    for _, activity in _named(case):
        waiting = activity["status"] == "awaiting_assignment"
        if waiting and activity["queue"] not in case.actor["pullQueues"]:
            return False
    return True


@reads("pick.unpin-action")
def unpin_action(case: Situation) -> bool:
    """P20, P21."""
    if not users_only(case):
        return True
    if case.query.get("unpin") != "yes" or not any(held["pinned"] for held in _held(case)):
        return True
    return "Activity.Unpin" in case.actor["actions"]


@reads("pick.department")
def department(case: Situation) -> bool:
    """P24."""
    if not users_only(case):
        return True
    reach = {case.actor["home"], *case.actor["foreign"]}
    return {activity["department"] for _, activity in _named(case)} <= reach


@reads("pick.licence-for-messages")
def licence_for_messages(case: Situation) -> bool:
    """P26, A-38."""
    if not users_only(case):
        return True
    if not any(activity["type"] in ("email", "social") for _, activity in _named(case)):
        return True
    return bool(_own_licences(case) & {"eGain Advisor Desktop", "eGain MailPlus"})


@reads("pick.licence-for-tasks")
def licence_for_tasks(case: Situation) -> bool:
    """P27, A-38, A-41."""
    if not users_only(case):
        return True
    kinds = {activity["type"] for _, activity in _named(case)}
    if not any(kind == "task" or kind.startswith("generic_") for kind in kinds):
        return True
    return bool(_own_licences(case) & USER_LICENCES)


@reads("pick.type")
def type_(case: Situation) -> bool:
    """P6, P7."""
    kinds = {activity["type"] for _, activity in _named(case)}
    return all(kind in ("email", "social", "task") or kind.startswith("generic_") for kind in kinds)


@reads("pick.no-drafts")
def no_drafts(case: Situation) -> bool:
    """P3."""
    return not any(activity["draft"] for _, activity in _named(case))


@reads("pick.status")
def status(case: Situation) -> bool:
    """P9."""
    allowed = {"awaiting_assignment", "assigned"}
    return {activity["status"] for _, activity in _named(case)} <= allowed


@reads("pick.not-own")
def not_own(case: Situation) -> bool:
    """P8."""
    for _, activity in _named(case):
        if activity["status"] == "assigned" and activity["assignee"] == case.actor["id"]:
            return False
    return True


@reads("pick.pinned")
def pinned(case: Situation) -> bool:
    """P10, P12, P32."""
    return case.query.get("unpin") == "yes" or not any(held["pinned"] for held in _held(case))


@reads("pick.locked")
def locked(case: Situation) -> bool:
    """P11, P60: whoever holds the lock, unless it is the actor."""
    return all(
        activity["lockedBy"] is None or activity["lockedBy"] == case.actor["id"]
        for _, activity in _named(case)
    )


@reads("pick.stale")
def stale(case: Situation) -> bool:
    """P47, P62: the same moment, however written."""
    return all(
        datetime.fromisoformat(asked["lastModified"])
        == datetime.fromisoformat(activity["lastModified"])
        for asked, activity in _named(case)
    )
