"""Processes killed in the middle of writing: what was acknowledged is there afterwards, whole.

Eight clients write to one world of a stub until it dies. A stub that is then started on the same
store is asked for everything they were told had been done. What was never answered may be there or
not, but not by halves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from stores_proof.linearizable import Done
from stores_proof.picking import CLIENTS, Group, groups_of
from stores_proof.picks import NOW, Read
from stores_proof.wire import Answer, Line, Script, request

TASK = "/core/casemgr/v3/activity/task?searchContactOnAttribute=email.emailAddress"
EMAIL = "/core/casemgr/v3/activity/email/general"
APPOINTMENT = "/v2/Task.svc/Create"
KEYS = {"x-LSQ-AccessKey": "access-liam", "x-LSQ-SecretKey": "secret-liam"}
RULE = "search.filter-needed"
_WORLDS = "/_rulebound/worlds"
_SERVICE = {"department": {"name": "Service"}, "subject": "Call back"}
_CAROL = {"contacts": {"contact": [{"email": [{"emailAddress": "carol@example.com"}]}]}}
_ADDRESSES = {"from": "carol@example.com", "receiver": "help@service.example.com"}
A_TASK = {
    **_SERVICE,
    "type": {"value": "task", "subtype": {"value": "general"}},
    "customer": _CAROL,
}
AN_EMAIL = {
    **_SERVICE,
    "type": {"value": "email", "subtype": {"value": "general"}},
    "payload": {"email": {"emailAddresses": _ADDRESSES}},
}
AN_APPOINTMENT = {"Name": "Talk", "TaskType": {"Name": "Meeting"}}


@dataclass
class Value:
    """Something that one client alone sets, again and again."""

    kept: Any
    wished: Any

    def wish(self, value: Any) -> None:
        """It is about to be set."""
        self.wished = value

    def may_be(self, value: Any) -> bool:
        """Whether it may stand so: as last acknowledged, or as asked for since."""
        return value in (self.kept, self.wished)


@dataclass
class Round:
    """One world, what its clients did until they were cut off, and what they were told."""

    world: str
    random: Random
    activities: list[str] = field(default_factory=list)
    appointments: int = 0
    worlds: dict[str, Value] = field(default_factory=dict)
    seconds: Value = field(default_factory=lambda: Value(5, 5))
    rule_off: Value = field(default_factory=lambda: Value(False, False))
    groups: list[Group] = field(default_factory=list)
    digest: str = ""

    def scripts(self) -> list[Script]:
        """What the clients do: for ever, as long as they are answered."""
        self.groups = [group for group in groups_of(self.world) if not group.race]
        for group in self.groups:
            group.killed = True
        pickers = [self._picks(client, user) for client, user in enumerate(("anna", "bob", "anna"))]
        makers = [self._creates(TASK, A_TASK), self._creates(EMAIL, AN_EMAIL), self._appoints()]
        return [*pickers, *makers, self._sets(), self._makes_worlds()]

    @property
    def acknowledged(self) -> int:
        """How many writes the clients were told had been done."""
        picked = sum(done.told == "picked" for group in self.groups for done in group.history)
        changes = self.seconds.kept - 5 + len(self.worlds)
        return picked + len(self.activities) + self.appointments + int(changes)

    def _picks(self, client: int, user: str) -> Script:
        for group in self.groups:
            yield from group.script(client, user, self.random)
            if any(done.client == client and done.told is None for done in group.history):
                return

    def _creates(self, path: str, body: Any) -> Script:
        who = {"Authorization": "Bearer token-anna", "Accept": "application/json"}
        headers = {**who, "Accept-Language": "en-US", "Rulebound-World": self.world}
        while (told := (yield request("POST", path, headers, body))).status == 201:
            self.activities.append(told.headers["location"].rpartition("/")[2])
        _cut_off(told)

    def _appoints(self) -> Script:
        sent = request("POST", APPOINTMENT, {**KEYS, "Rulebound-World": self.world}, AN_APPOINTMENT)
        while (told := (yield sent)).status == 200:
            self.appointments += 1
        _cut_off(told)

    def _sets(self) -> Script:
        """A setting, and a rule switched on and off, in turns."""
        settings = f"{_WORLDS}/{self.world}/leadsquared/settings"
        rule = f"{_WORLDS}/{self.world}/rules/{RULE}"
        for number in itertools.count(6):
            self.seconds.wish(number)
            told = yield request("PATCH", settings, body={"rateLimitSeconds": number})
            if told.status != 200:
                return _cut_off(told)
            self.seconds.kept = number
            self.rule_off.wish(number % 2 == 0)
            told = yield request("PUT", rule, body={"on": number % 2 == 1})
            if told.status != 200:
                return _cut_off(told)
            self.rule_off.kept = number % 2 == 0

    def _makes_worlds(self) -> Script:
        """A world, and every second time it is dropped again."""
        for number in itertools.count():
            told = yield request("POST", _WORLDS, body={"clock": {"freeze": NOW}})
            if told.status != 201:
                return _cut_off(told)
            made = told.json["id"]
            self.worlds[made] = Value(True, True)
            if number % 2:
                self.worlds[made].wish(False)
                told = yield request("DELETE", f"{_WORLDS}/{made}")
                if told.status != 204:
                    return _cut_off(told)
                self.worlds[made].kept = False

    def missing(self, line: Line, ticks: int) -> list[str]:
        """What is not as it must be, asked of a stub on the same store, from this tick on."""
        worlds = {each["id"]: each for each in line.ask(request("GET", _WORLDS)).json["worlds"]}
        if self.world not in worlds:
            return [f"world {self.world} is lost"]
        found = [*_lost(self, line), *_unlike(self, worlds)]
        for group in self.groups:
            if not group.history:
                continue
            for place in range(len(group.places)):
                asked = Read(place, by_search=place % 2 == 0)
                seen = group.seen(asked, line.ask(group.request_of(asked)))
                group.history.append(Done(CLIENTS, asked, seen, ticks + 1, ticks + 2))
                ticks += 2
            if not group.explained():
                found.append(f"no order explains {group.explained().stuck}")
        self.digest = digest_of(line, self.world)
        return found


def _lost(round: Round, line: Line) -> Iterator[str]:
    """What was acknowledged and is gone, and what is there by halves."""
    known = {table: _table(line, round.world, table) for table in ("egain/activity", "egain/case")}
    activities = {each["id"]: each for each in known["egain/activity"]}
    cases = {each["id"] for each in known["egain/case"]}
    yield from (f"activity {id} is lost" for id in round.activities if id not in activities)
    for each in activities.values():
        if each["case"] not in cases:
            yield f"activity {each['id']} is there without its case"
    appointments = len(_table(line, round.world, "leadsquared/task")) - 1
    if appointments not in (round.appointments, round.appointments + 1):
        yield f"{appointments} appointments are left of {round.appointments}"


def _unlike(round: Round, worlds: Mapping[str, Any]) -> Iterator[str]:
    """Worlds, settings, switches and clocks that are not as they were last acknowledged."""
    for id, there in round.worlds.items():
        if not there.may_be(id in worlds):
            yield f"world {id} is there: {id in worlds}"
    own = worlds[round.world]
    seconds, off = own["settings"]["leadsquared"]["rateLimitSeconds"], RULE in own["off"]
    if not round.seconds.may_be(seconds) or not round.rule_off.may_be(off):
        yield f"{seconds} seconds, not {round.seconds}; off: {off}, not {round.rule_off}"
    if not own["now"]["egain"].startswith(NOW[:19]):
        yield f"the clock stands at {own['now']['egain']}"


def _cut_off(told: Answer) -> None:
    """Fails unless an answer says no more than that somebody died."""
    assert told.status == 0 or told.status >= 500, told


def _table(line: Line, world: str, table: str) -> list[Any]:
    told = line.ask(request("GET", f"{_WORLDS}/{world}/{table}"))
    assert told.status == 200, told
    found: list[Any] = told.json["records"]
    return found


def new_round(line: Line, seed: int) -> Round:
    """A world whose clock stands, and that bears any number of appointments."""
    settings = {"leadsquared": {"rateLimitCalls": 1000000}}
    body = {"clock": {"freeze": NOW}, "settings": settings}
    made = line.ask(request("POST", _WORLDS, body=body))
    assert made.status == 201, made
    return Round(made.json["id"], Random(seed))


def digest_of(line: Line, world: str) -> str:
    """The digest of a world."""
    told = line.ask(request("GET", f"{_WORLDS}/{world}/digest"))
    assert told.status == 200, told
    return str(told.json["digest"])
