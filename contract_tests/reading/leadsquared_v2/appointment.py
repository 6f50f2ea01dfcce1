"""Create an appointment, read a second time (statements L1 to L53)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rulebound.contract_tests.reading import Situation, reads


def _of_lead(case: Situation) -> bool:
    """L3, L29: only RelatedEntity 1 looks at the id; a text is as good as a number (A-48)."""
    return str(case.body.get("RelatedEntity", 0)) == "1"


def _named(case: Situation, table: str, field: str, value: Any) -> list[dict[str, Any]]:
    return [record for record in case.table(table).values() if record[field] == value]


@reads("appointment.keys-active")
def keys_active(case: Situation) -> bool:
    """L44."""
    key = case.table("key")[case.actor["id"]]
    return bool(key["active"] and case.table("user")[key["user"]]["active"])


@reads("appointment.real-dates")
def real_dates(case: Situation) -> bool:
    """L30, L31."""
    for name in ("DueDate", "EndDate"):
        try:
            datetime.strptime(case.body.get(name, "2020-01-01 00:00:00"), "%Y-%m-%d %H:%M:%S")
        except ValueError:
            return False
    return True


@reads("appointment.lead-id-needed")
def lead_id_needed(case: Situation) -> bool:
    """L3, L27."""
    return not _of_lead(case) or case.body.get("RelatedEntityId", "") != ""


@reads("appointment.lead-exists")
def lead_exists(case: Situation) -> bool:
    """L3, L28: the page calls the same thing LeadId and ProspectId (L26)."""
    if not _of_lead(case):
        return True
    wanted = case.body["RelatedEntityId"]
    return any(wanted in (lead["id"], lead["prospectId"]) for lead in case.table("lead").values())


@reads("appointment.task-type-known")
def task_type_known(case: Situation) -> bool:
    """L7."""
    return bool(_named(case, "taskType", "name", case.body["TaskType"]["Name"]))


@reads("appointment.owner-known")
def owner_known(case: Situation) -> bool:
    """L6, L37."""
    return "OwnerId" not in case.body or case.body["OwnerId"] in case.table("user")


@reads("appointment.owner-mail-known")
def owner_mail_known(case: Situation) -> bool:
    """L6, L39: the address serves when the id is not known."""
    if "OwnerId" in case.body or "OwnerEmailAddress" not in case.body:
        return True
    return bool(_named(case, "user", "email", case.body["OwnerEmailAddress"]))


@reads("appointment.type-is-appointment")
def type_is_appointment(case: Situation) -> bool:
    """L1, L7."""
    types = _named(case, "taskType", "name", case.body["TaskType"]["Name"])
    return all(type_["category"] == 0 for type_ in types)
