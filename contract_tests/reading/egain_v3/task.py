"""Create a task, read a second time: what is named, and who may (statements T1 to T112)."""

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

Record = dict[str, Any]


def _by_user(case: Situation) -> bool:
    return bool(case.actor["kind"] == "user")


def _inside(value: Any, path: str) -> Any:
    """What stands at a path of the body, None where nothing stands: a customer, whom another
    sentence turns away later, need not send what users send."""
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _department(case: Situation) -> str | None:
    """The id of the department that the body names."""
    for department in case.table("department").values():
        if department["name"] == _inside(case.body, "department.name"):
            return str(department["id"])
    return None


def _custom(holder: Record) -> Iterator[tuple[str, list[str]]]:
    """Name and values of each custom attribute of an element."""
    for sent in holder.get("customAttributes", {}).get("customAttribute", []):
        yield sent["attribName"], [each["value"] for each in sent["attribValues"]["attribValue"]]


def _attribute(case: Situation, name: str, on: str) -> Record | None:
    for attribute in case.table("attribute").values():
        if attribute["name"] == name and attribute["on"] == on:
            return attribute
    return None


def _named_user(case: Situation) -> Record:
    """What the body says of the target user; empty when nobody is named."""
    return dict(_inside(case.body, "status.assigned.user") or {})


def _targets(case: Situation) -> list[Record]:
    """Every user whom the body's words fit."""
    named = _named_user(case)
    users = list(case.table("user").values())
    for field in ("id", "loginId", "externalId"):
        if field in named:
            return [user for user in users if user[field] == named[field]]
    wanted = list(_custom(named))
    if not wanted or any(_attribute(case, name, "user") is None for name, _ in wanted):
        return []
    return [
        user
        for user in users
        if all(user["customAttributes"].get(name) == values[0] for name, values in wanted)
    ]


def _other_target(case: Situation) -> Record | None:
    """The user to whom another user assigns the task (T6, T10)."""
    if not _by_user(case):
        return None
    return next((user for user in _targets(case) if user["id"] != case.actor["id"]), None)


def _licensed(case: Situation, user: Record) -> bool:
    held = case.settings["licences"] if user["global"] else user["licences"]
    return bool(USER_LICENCES & set(held))


def _files(case: Situation) -> Iterator[Record | None]:
    """The uploaded file of each attachment, None for one nobody knows."""
    stored = case.table("attachment")
    for sent in case.body.get("attachments", {}).get("attachment", []):
        yield stored.get(sent["altId"])


@reads("task.subject-or-content")
def subject_or_content(case: Situation) -> bool:
    """T62, A-30."""
    places = ("subject", "payload.task.content.text", "payload.task.content.html")
    return any((_inside(case.body, place) or "").strip() for place in places)


@reads("task.due-date-future")
def due_date_future(case: Situation) -> bool:
    """T78, A-20."""
    return "dueDate" not in case.body or datetime.fromisoformat(case.body["dueDate"]) > case.now


@reads("task.department-exists")
def department_exists(case: Situation) -> bool:
    """T56."""
    return _inside(case.body, "department.name") is None or _department(case) is not None


@reads("task.subtype-configured")
def subtype_configured(case: Situation) -> bool:
    """T60, A-13."""
    sent = _inside(case.body, "type.subtype.value")
    known = [subtype["value"].lower() for subtype in case.table("taskSubtype").values()]
    return sent is None or sent.lower() in known


@reads("task.case-exists")
def case_exists(case: Situation) -> bool:
    """T75."""
    named = case.body.get("case", {})
    return "id" not in named or named["id"] in case.table("case")


@reads("task.attachments-known")
def attachments_known(case: Situation) -> bool:
    """T93."""
    return None not in list(_files(case))


@reads("task.custom-attributes-configured")
def custom_attributes_configured(case: Situation) -> bool:
    """T83."""
    return all(_attribute(case, name, "activity") for name, _ in _custom(case.body))


@reads("task.target-exists")
def target_exists(case: Situation) -> bool:
    """T96 to T99, A-16."""
    return not _named_user(case) or bool(_targets(case))


@reads("task.target-unique")
def target_unique(case: Situation) -> bool:
    """T99, A-16."""
    return len(_targets(case)) < 2


@reads("task.actor-kind")
def actor_kind(case: Situation) -> bool:
    """T13."""
    return case.actor["kind"] in ("user", "client")


@reads("task.scope")
def scope(case: Situation) -> bool:
    """T13, T179: managing, not reading. A customer is another sentence's matter."""
    wanted = {"user": "core.casemgr.manage", "client": "app.core.casemgr.manage"}
    kind = case.actor["kind"]
    return kind not in wanted or wanted[kind] in case.actor["scopes"]


@reads("task.create-action")
def create_action(case: Situation) -> bool:
    """T4, T8."""
    return not _by_user(case) or "Activity.Create" in case.actor["actions"]


@reads("task.own-department")
def own_department(case: Situation) -> bool:
    """T5, T8."""
    if not _by_user(case):
        return True
    return _department(case) in {case.actor["home"], *case.actor["foreign"]}


@reads("task.licence")
def licence(case: Situation) -> bool:
    """T9, T12."""
    return not _by_user(case) or _licensed(case, case.actor)


@reads("task.transfer-permission")
def transfer_permission(case: Situation) -> bool:
    """T6, T7, T8."""
    target = _other_target(case)
    return target is None or target["id"] in case.actor["transferUsers"]


@reads("task.target-licence")
def target_licence(case: Situation) -> bool:
    """T10, T11, T12, A-65."""
    target = _other_target(case)
    return target is None or _licensed(case, target)


@reads("task.custom-attribute-values")
def custom_attribute_values(case: Situation) -> bool:
    """T84."""
    for name, values in _custom(case.body):
        attribute = _attribute(case, name, "activity")
        if attribute is None or attribute["values"] is None:
            continue
        if not set(values) <= set(attribute["values"]):
            return False
    return True


@reads("task.attachment-for-task")
def attachment_for_task(case: Situation) -> bool:
    """T80, T81."""
    return all(file["app"] == "task" for file in _files(case) if file)


@reads("task.attachment-in-department")
def attachment_in_department(case: Situation) -> bool:
    """T81."""
    return all(file["department"] == _department(case) for file in _files(case) if file)
