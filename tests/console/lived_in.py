"""A world in which things have happened, so that its pages have something to show."""

from __future__ import annotations

from acceptance.asked import appointment, email, pick, search, task
from acceptance.wire import Caller

NOTHING = {"activity": []}
"""A body that pick.at-least-one refuses."""
REFUSED, PICKED, MADE = 1, 2, 3
"""Numbers of requests: one that a rule refused, one that changed a record, one that made some."""
OFF = "search.language-supported"


def live_in(caller: Caller) -> Caller:
    """Send requests of every kind to the caller's world, switch a rule off, let things go wrong."""
    assert pick.send(caller, body=NOTHING).rule == "pick.at-least-one"
    assert pick.send(caller).status == 204
    assert task.send(caller).status == 201
    email.send(caller, body={"subject": "long " * 60})
    search.send(caller)
    search.send(caller, headers={"Accept": "application/json"})
    appointment.send(caller, headers={})
    caller("GET", "/core/casemgr/v3/nowhere/" + "and-further/" * 20, query={"a": "b" * 300})
    caller.in_world("PUT", f"/rules/{OFF}", {"on": False})
    caller.in_world("POST", "/faults", {"kind": "latency", "milliseconds": 1, "calls": 3})
    caller.in_world("POST", "/faults", {"kind": "429", "operation": "pickActivities"})
    return caller
