"""Pick activities: `PATCH /core/casemgr/v3/activity/pick`, from the page's sentences."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tenant import auth, negotiation, reading
from tenant.faults import Fault
from tenant.pick_faults import PICK_FAULTS
from tenant.state import Record, Tenant, moment
from tenant.wire import Call, Reply, refuse

SCOPE = "core.casemgr.manage"
MESSAGES, TASKS = ("email", "social"), ("task",)
_DATE = re.compile(
    r"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$",
    re.ASCII,
)


async def pick(tenant: Tenant, call: Call) -> Reply:
    """204, or nothing is picked."""
    actor = auth.bearer(tenant, call)
    negotiation.accept(call)
    negotiation.language(call, required=True)
    unpin = _unpin(tenant, call)
    items = _items(tenant, _body(tenant, call))
    rows = _found(tenant, items)
    if tenant.has("pick-partial"):
        return _one_by_one(tenant, actor, rows, items, unpin=unpin)
    check(tenant, actor, rows, items, unpin=unpin)
    if tenant.has("pick-lost-update"):
        await asyncio.sleep(0.03)
    return _write(tenant, actor, rows)


def check(
    tenant: Tenant, actor: auth.Actor, rows: list[Record], items: list[Record], *, unpin: bool
) -> None:
    """Rights, states, locks, dates: in this order."""
    _may(tenant, actor)
    for row in rows:
        _may_take(tenant, actor, row, unpin=unpin)
    _licensed(tenant, actor, rows)
    for row in rows:
        _state(tenant, actor, row, unpin=unpin)
    locked = [row["id"] for row in rows if row["lockedBy"] not in (None, actor.id)]
    if locked and not tenant.has("pick-ignores-lock"):
        raise refuse(403, "400-177", ", ".join(locked))
    for row, item in zip(rows, items, strict=True):
        if tenant.has("pick-ignores-date"):
            continue
        if _date(item["lastModified"]) != moment(row["lastModified"]):
            raise refuse(409, "409-100", row["id"])


def _body(tenant: Tenant, call: Call) -> Any:
    body = reading.body(call, forms=("json",))
    if tenant.has("pick-500-on-emoji") and any(ord(sign) > 0xFFFF for sign in str(body)):
        raise RuntimeError("a table that knows three bytes a sign")
    return body


def _one_by_one(
    tenant: Tenant, actor: auth.Actor, rows: list[Record], items: list[Record], *, unpin: bool
) -> Reply:
    """Only for a fault: what was picked before the one that is refused stays picked."""
    for row, item in zip(rows, items, strict=True):
        check(tenant, actor, [row], [item], unpin=unpin)
        _write(tenant, actor, [row])
    return Reply(204)


def _unpin(tenant: Tenant, call: Call) -> bool:
    known = {"unpin"} | ({n for n, _ in call.query} if tenant.has("pick-any-parameter") else set())
    value = reading.query(call, known).get("unpin")
    if value not in (None, "yes") and not tenant.has("pick-any-unpin"):
        raise refuse(400, "400-244", "unpin")
    return value is not None


def _items(tenant: Tenant, body: Any) -> list[Record]:
    """The list of the body, once its shape is right."""
    _check_types(body)
    if "activity" not in body:
        raise refuse(400, "400-146", "activity")
    items: list[Record] = body["activity"]
    if not items:
        raise refuse(400, "400-387", "activity")
    if len(items) > 75 and not tenant.has("pick-more-than-75"):
        raise refuse(400, "400-152", "activity: more than 75")
    for item in items:
        for name in ("id", "lastModified"):
            if name not in item:
                code = "400-152" if tenant.has("pick-wrong-code") else "400-146"
                raise refuse(400, code, name)
        if _date(item["lastModified"]) is None:
            raise refuse(400, "400-152", "lastModified")
    strange = (set(body) - {"activity"}).union(*(set(i) - {"id", "lastModified"} for i in items))
    if strange and not tenant.has("pick-unknown-elements"):
        raise refuse(400, "400-147", ", ".join(sorted(strange)))
    ids = [item["id"] for item in items]
    if len(set(ids)) < len(ids):
        raise refuse(400, "400-138", "id")
    return items


def _check_types(body: Any) -> None:
    if not isinstance(body, dict):
        raise refuse(400, "400-152", "body")
    items = body.get("activity", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise refuse(400, "400-152", "activity")
    for name, value in _values(items):
        if not isinstance(value, str):
            raise refuse(400, "400-152", name)


def _values(items: list[Record]) -> Iterator[tuple[str, Any]]:
    for item in items:
        yield from ((name, item[name]) for name in ("id", "lastModified") if name in item)


def _date(text: str) -> datetime | None:
    """A moment with its zone, or None."""
    if not _DATE.match(text):
        return None
    try:
        # what Python cuts off still tells the moment from any that is stored
        finer = re.search(r"\.\d{6}\d*[1-9]", text) and not re.search(r"\.\d{6}(\D|$)", text)
        return datetime.fromisoformat(text) + timedelta(microseconds=1 if finer else 0)
    except (ValueError, OverflowError):
        return None


def _found(tenant: Tenant, items: list[Record]) -> list[Record]:
    there = tenant.tables["activity"]
    missing = [item["id"] for item in items if item["id"] not in there]
    if missing:
        raise refuse(404 if tenant.has("pick-404") else 400, "400-194", ", ".join(missing))
    return [there[item["id"]] for item in items]


def _may(tenant: Tenant, actor: auth.Actor) -> None:
    """What it takes to pick anything at all."""
    if actor.kind != "user":
        raise refuse(403, "403-112", actor.kind)
    if SCOPE not in actor.scopes and not tenant.has("pick-any-scope"):
        raise refuse(403, "403-197", SCOPE)
    if "Activity.Pick" not in actor.record["actions"]:
        raise refuse(403, "403-178", "Pick Activities")


def _may_take(tenant: Tenant, actor: auth.Actor, row: Record, *, unpin: bool) -> None:
    """The rights on one activity."""
    user = actor.record
    if not auth.may_see(tenant, user, row["department"]) and not tenant.has("pick-any-department"):
        raise refuse(403, "403-178", f"Pick Activities in department {row['department']}")
    if row["status"] == "awaiting_assignment":
        if row["queue"] not in user["pullQueues"] and not tenant.has("pick-any-queue"):
            raise refuse(403, "403-178", f"Pull activities from queue {row['queue']}")
    elif _of_another(actor, row):
        if row["assignee"] not in user["pullUsers"] and not tenant.has("pick-any-user"):
            raise refuse(403, "403-178", f"Pull activities from user {row['assignee']}")
        if row["pinned"] and unpin and "Activity.Unpin" not in user["actions"]:
            raise refuse(403, "403-178", "Unpin")


def _of_another(actor: auth.Actor, row: Record) -> bool:
    return row["status"] == "assigned" and row["assignee"] != actor.id


def _licensed(tenant: Tenant, actor: auth.Actor, rows: list[Record]) -> None:
    held = auth.licences(tenant, actor.record)
    types = {row["type"] for row in rows}
    if tenant.has("pick-licence-of-first"):
        types = {rows[0]["type"]}
    if types & set(MESSAGES) and not held & {"eGain Advisor Desktop", "eGain MailPlus"}:
        raise refuse(403, "403-178", "Pick e-mail or social activities")
    tasks = [kind for kind in types if kind == "task" or kind.startswith("generic_")]
    if tasks and not held & auth.USER_LICENCES:
        raise refuse(403, "403-178", "Pick tasks")


def _state(tenant: Tenant, actor: auth.Actor, row: Record, *, unpin: bool) -> None:
    """What an activity must be like to be picked."""
    kind, name = row["type"], row["id"]
    if kind not in (*MESSAGES, *TASKS) and not kind.startswith("generic_"):
        raise refuse(400, "400-152", f"{name}: type {kind}")
    if row["draft"] and not tenant.has("pick-drafts"):
        raise refuse(400, "400-152", f"{name}: a draft")
    if row["status"] not in ("awaiting_assignment", "assigned"):
        raise refuse(400, "400-253", name)
    if row["status"] == "assigned" and row["assignee"] == actor.id and not tenant.has("pick-own"):
        raise refuse(400, "400-152", f"{name}: already yours")
    if _of_another(actor, row) and row["pinned"] and not unpin and not tenant.has("pick-pinned"):
        raise refuse(400, "400-112", "unpin")


def _write(tenant: Tenant, actor: auth.Actor, rows: list[Record]) -> Reply:
    now = tenant.stamp()
    for row in rows[:1] if tenant.has("pick-first-only") else rows:
        row |= {"status": "assigned", "substatus": "new", "assignee": actor.id}
        if not tenant.has("pick-keeps-queue"):
            row["queue"] = None
        if not tenant.has("pick-keeps-pin"):
            row["pinned"] = False
        if not tenant.has("pick-keeps-date"):
            row["lastModified"] = now
        row["lastModifiedBy"] = actor.id
    return Reply(200 if tenant.has("pick-200") else 204)


ROUTES = (("PATCH", "/core/casemgr/v3/activity/pick", pick),)
FAULTS: tuple[Fault, ...] = PICK_FAULTS
