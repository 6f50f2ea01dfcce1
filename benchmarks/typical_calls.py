"""The calls that the request path is measured by, and a stub whose world is full of activities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import Stub, build

CONSOLE = "5244fb6f-a9aa-5f40-9137-50b4837a9182"
SEED = "egain"
FIRST = 2_000_000
"""Id of the first activity that the seed does not have."""
CUSTOMERS = 900_000
_TASK = "/core/casemgr/v3/activity/task"
_PICK = "/core/casemgr/v3/activity/pick"
_SEARCH = "/ws/v12/interaction/activity"
_PEOPLE = {
    "Accept": "application/json",
    "Accept-Language": "en-US",
    "Authorization": "Bearer token-anna",
}
_WRITER = {**_PEOPLE, "Content-Type": "application/json"}
_TASK_BODY = {
    "department": {"name": "Service"},
    "type": {"value": "task", "subtype": {"value": "general"}},
    "subject": "Call back about the laptop",
    "priority": "3",
    "customer": {
        "contacts": {
            "contact": [
                {
                    "firstName": "Carol",
                    "lastName": "Ames",
                    "email": [{"emailAddress": "carol@example.com"}],
                    "phone": [{"type": {"value": "home"}, "phoneNo": "5550101"}],
                }
            ]
        }
    },
    "payload": {"task": {"content": {"text": "It stays dark."}}},
}


@dataclass(frozen=True)
class Call:
    """A request and the status it is to be answered with."""

    method: str
    target: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def _task(status: int, body: Mapping[str, Any], attribute: str = "email.emailAddress") -> Call:
    target = f"{_TASK}?searchContactOnAttribute={attribute}"
    return Call("POST", target, status, _WRITER, json.dumps(body).encode())


CALLS: Mapping[str, Call] = {
    "accepted": _task(201, _TASK_BODY),
    "rule": _task(400, {**_TASK_BODY, "department": {"name": "Nowhere"}}),
    "schema": _task(400, {**_TASK_BODY, "priority": "9"}),
    "401": Call("POST", _TASK, 401, {**_WRITER, "Authorization": "Bearer x"}, b"{}"),
    "404": Call("GET", "/core/casemgr/v3/nothing", 404, _PEOPLE),
    "405": Call("GET", _TASK, 405, _PEOPLE),
    "search": Call(
        "GET",
        f"{_SEARCH}?customer={CUSTOMERS}&status=open",
        200,
        {"Accept": "application/json", "Accept-Language": "en-US", "X-egain-session": CONSOLE},
    ),
}


def pick(stub: Stub, activities: int) -> Call:
    """A pick of so many activities that still wait, of those that `full_stub` has more."""
    world = stub.worlds.get("default").worlds[SEED]
    waiting = [
        row
        for row in world.store.scan("activity")
        if int(row["id"]) >= FIRST and row["status"] == "awaiting_assignment"
    ]
    picked = [
        {"id": row["id"], "lastModified": row["lastModified"]} for row in waiting[:activities]
    ]
    return Call("PATCH", _PICK, 204, _WRITER, json.dumps({"activity": picked}).encode())


def full_stub(records: int = 0) -> Stub:
    """The stub with every shipped API; its default world has so many activities more.

    They are of a hundred customers, a quarter of them is completed.
    """
    stub = build(Settings(quiet=True))
    world = stub.worlds.get("default").worlds[SEED]
    like = stub.worlds.seeds[SEED].resolve("activity.email-queued")
    with world.transaction() as transaction:
        for number in range(records):
            day = f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}T09:00:00.000Z"
            row = {"customer": str(CUSTOMERS + number % 100), "created": day, "lastModified": day}
            status = {"status": "completed", "substatus": "done"} if number % 4 == 3 else {}
            id = str(FIRST + number)
            transaction.insert("activity", {**like, **row, **status, "id": id})
    return stub
