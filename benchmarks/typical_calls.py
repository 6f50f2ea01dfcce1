"""The calls that the request path is measured by, and a stub whose world is full of activities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bench import calls
from bench.calls import BY_RULE, BY_SCHEMA, PICK, STRANGER, WRITER, create, no_method, nowhere
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import Stub, build

SEED = "egain"
FIRST = 2_000_000
"""Id of the first activity that the seed does not have."""
CUSTOMERS = 900_000


@dataclass(frozen=True)
class Call(calls.Call):
    """A request and the status it is to be answered with."""

    status: int = 200


def _answered(status: int, call: calls.Call) -> Call:
    return Call(call.method, call.target, call.headers, call.body, status)


CALLS: Mapping[str, Call] = {
    "accepted": _answered(201, create(0)),
    "rule": _answered(400, create(0, **BY_RULE)),
    "schema": _answered(400, create(0, **BY_SCHEMA)),
    "401": _answered(401, replace(create(0), headers=STRANGER)),
    "404": _answered(404, nowhere()),
    "405": _answered(405, no_method()),
    "search": _answered(200, calls.search(CUSTOMERS)),
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
    return Call("PATCH", PICK, WRITER, json.dumps({"activity": picked}).encode(), 204)


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
