"""Nine requests that tell a stub of these vendors from one that only looks like it."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance import asked
from acceptance.asked import Asked
from acceptance.wire import Caller


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


MANY = [(str(50000 + n), "2026-10-02T10:15:30.123Z") for n in range(76)]
PAST = {**asked.VALID_TASK, "dueDate": "2026-11-21T23:59:00.000Z"}
UNKNOWN = {**asked.picked(asked.QUEUED), "colour": "blue"}
# What is sent, how it differs from a valid request, and the status and code of the vendor.
PROBES: dict[str, tuple[Asked, dict[str, Any], int, str | None]] = {
    "valid pick": (asked.pick, {}, 204, None),
    "no token": (asked.pick, {"headers": asked.v3(None)}, 401, "401-101"),
    "unknown query parameter": (asked.pick, {"query": {"colour": "blue"}}, 400, "400-101"),
    "empty list": (asked.pick, {"body": {"activity": []}}, 400, "400-387"),
    "76 activities": (asked.pick, {"body": asked.picked(*MANY)}, 400, "400-152"),
    "no Accept-Language": (
        asked.pick,
        {"headers": asked.pick.without("Accept-Language")},
        400,
        "400-100",
    ),
    "unknown element": (asked.pick, {"body": UNKNOWN}, 400, "400-147"),
    "past due date": (asked.task, {"body": PAST}, 400, "400-152"),
    "neither subject nor content": (
        asked.task,
        {"body": _without(asked.VALID_TASK, "subject")},
        400,
        "400-146",
    ),
}


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_gets_the_vendors_own_status_and_code(world: Caller, name: str) -> None:
    """Each of the nine is answered as the vendor's pages say, and a refusal changes nothing."""
    request, changes, status, code = PROBES[name]
    before = world.digest()
    answer = request.send(world, **changes)
    assert answer.status == status, answer.text
    if code is None:
        assert (answer.content, world.digest() == before) == (b"", False)
    else:
        assert answer.code == code
        assert set(answer.json) == {"code", "developerMessage"}
        assert world.digest() == before


@pytest.mark.parametrize("name", asked.ALL)
def test_a_valid_request_of_every_operation_is_accepted(world: Caller, name: str) -> None:
    """The requests that the other tests start from are accepted as they stand."""
    answer = asked.ALL[name].send(world)
    assert answer.status == asked.ALL[name].status, answer.text
    assert answer.rule is None


def test_the_seventy_fifth_activity_is_not_the_one_too_many(world: Caller) -> None:
    """75 activities pass the limit that 76 break; they are refused for not existing."""
    answer = asked.pick.send(world, body=asked.picked(*MANY[:75]))
    assert (answer.status, answer.code) == (400, "400-194")
