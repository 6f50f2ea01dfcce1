"""Two ways to one store: what is written by the one is read by the other at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stores_proof.killing import A_TASK, AN_APPOINTMENT, APPOINTMENT, KEYS, RULE, TASK
from stores_proof.picking import PICK, at_first, new_world
from stores_proof.picks import NOW
from stores_proof.wire import Answer, Line, request

_USER = {"Accept": "application/json", "Accept-Language": "en-US"}
_ANNA = {**_USER, "Authorization": "Bearer token-anna"}
_BOB = {**_USER, "Authorization": "Bearer token-bob"}
_LOGIN = "/ws/v12/authentication/user/login"
_SEARCH = "/ws/v12/interaction/activity?customer=1060&$pagesize=1"


class Sides:
    """A world that is written to by one side and read by the other; they change places."""

    def __init__(self, one: Line, other: Line) -> None:
        self._one, self._other = one, other
        self.world = new_world(one)
        self.asked = 0

    def turn(self) -> None:
        """Who wrote reads from now on."""
        self._one, self._other = self._other, self._one

    def write(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """By the one side."""
        return self._ask(self._one, method, path, body, headers)

    def read(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """By the other side."""
        return self._ask(self._other, method, path, body, headers)

    def _ask(self, line: Line, method: str, path: str, body: Any, headers: Any) -> Answer:
        self.asked += 1
        own = path.replace("{world}", f"/_rulebound/worlds/{self.world}")
        sent = {"Rulebound-World": self.world, **(headers or {})}
        return line.ask(request(method, own, sent, body))


def disagreements(sides: Sides, times: int) -> list[str]:
    """Everything that was written by one side and not read so by the other, over so many turns."""
    found: list[str] = []
    for number in range(times):
        found += [f"turn {number}: {each}" for each in _turn(sides, number)]
        sides.turn()
    return found


def _turn(sides: Sides, number: int) -> Iterator[str]:
    yield from _records(sides, number)
    yield from _control(sides, number)
    digests = [ask("GET", "{world}/digest").json for ask in (sides.write, sides.read)]
    if digests[0] != digests[1]:
        yield f"the digests differ: {digests}"
    if number % 10 == 9:
        sides.write("POST", "{world}/reset")
        if sides.read("GET", "{world}/egain/activity?assignee=1101&queue=6060").json["records"]:
            yield "a reset is not seen"


def _records(sides: Sides, number: int) -> Iterator[str]:
    """A task, a pick and a session."""
    made = sides.write("POST", TASK, A_TASK, _ANNA)
    id = made.headers.get("location", "").rpartition("/")[2]
    seen = sides.read("GET", f"{{world}}/egain/activity?id={id}")
    if made.status != 201 or len(seen.json["records"]) != 1:
        yield f"task {id} ({made.status}) is not seen"
    place = number % 10
    item = {"id": str(42001 + place), "lastModified": at_first(place)}
    picked = sides.write("PATCH", PICK, {"activity": [item]}, _ANNA)
    again = sides.read("PATCH", PICK, {"activity": [{**item, "lastModified": NOW}]}, _BOB)
    if (picked.status, again.status) != (204, 204):
        yield f"a pick by anna {picked.status} {picked.rule}, by bob {again.status} {again.rule}"
    person = {"userName": "gina", "password": "gina-Pass-1"}
    opened = sides.write("POST", f"{_LOGIN}?forceLogin=yes", person)
    session = opened.headers.get("x-egain-session", "")
    found = sides.read("GET", _SEARCH, None, {"X-egain-session": session, **_USER})
    if opened.status != 204 or found.status != 200:
        yield f"a session ({opened.status}) is not known: {found.status} {found.rule}"


def _control(sides: Sides, number: int) -> Iterator[str]:
    """A setting that refuses, a switch that lets pass, a fault, a world made and dropped."""
    sides.write("PATCH", "{world}/leadsquared/settings", {"rateLimitCalls": 1})
    calls = [sides.read("POST", APPOINTMENT, AN_APPOINTMENT, KEYS).status for _ in range(2)]
    if 429 not in calls:
        yield f"a limit is not kept: {calls}"
    sides.write("PATCH", "{world}/leadsquared/settings", {"rateLimitCalls": 1000000})
    sides.write("PUT", f"{{world}}/rules/{RULE}", {"on": number % 2 == 0})
    console = {"X-egain-session": "5244fb6f-a9aa-5f40-9137-50b4837a9182", **_USER}
    told = sides.read("GET", "/ws/v12/interaction/activity", None, console)
    if (told.rule == RULE) != (number % 2 == 0):
        yield f"a switched rule is not seen: {told.status} {told.rule}"
    sides.write("POST", "{world}/faults", {"kind": "500", "operation": "loginUser", "calls": 1})
    met = [sides.read("POST", _LOGIN, {}).headers.get("rulebound-fault") for _ in range(2)]
    if met != ["500", None]:
        yield f"a fault for one call is met so: {met}"
    made = sides.write("POST", "/_rulebound/worlds", {"from": sides.world}).json["id"]
    there = sides.read("GET", f"/_rulebound/worlds/{made}/digest").status
    sides.write("DELETE", f"/_rulebound/worlds/{made}")
    gone = sides.read("GET", f"/_rulebound/worlds/{made}/digest").status
    if (there, gone) != (200, 404):
        yield f"a world that was made is there: {there}, dropped: {gone}"
