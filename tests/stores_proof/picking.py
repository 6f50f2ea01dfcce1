"""Eight clients pick the same activities at the same time; what they asked and were told, kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

from stores_proof.linearizable import NEVER, Done, Explained, explain
from stores_proof.picks import IDS, NOW, PICKED, QUEUED, Pick, Read, answer, group_at_first
from stores_proof.wire import Answer, Clients, Line, Script, request

CLIENTS = 8
PICK = "/core/casemgr/v3/activity/pick"
SESSION = "5244fb6f-a9aa-5f40-9137-50b4837a9182"
RACERS = tuple(user for user in IDS if user != "bob")
DUELLISTS = ("anna", "bob") * 3 + ("anna", "anna-without-create")
"""Anna and bob may take from each other; what the last one takes stays there."""
ROUNDS = 12
BULK = 80
_FIRST = 42001
_CREATED = datetime(2026, 9, 1, 9, tzinfo=UTC)
_CHANGED = datetime(2026, 9, 2, 9, tzinfo=UTC)


def at_first(place: int) -> str:
    """When the activity at this place of the seed's bulk was last changed."""
    return _text(_CHANGED + timedelta(seconds=place))


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass
class Group:
    """Activities of one world that are picked together, and what happened to them.

    Where processes are `killed`, a failure says no more than a connection that is lost.
    """

    world: str
    places: tuple[int, ...]
    race: bool
    killed: bool = False
    history: list[Done] = field(default_factory=list)

    def explained(self) -> Explained:
        """Whether an order explains what happened."""
        start = group_at_first([at_first(place) for place in self.places])
        return explain(self.history, start, answer)

    def assigned_twice(self) -> bool:
        """Whether more picks were granted than the rights let an activity be handed on.

        The first to take is never bob; anna and bob can only take turns; with anybody else it ends.
        """
        for place in range(len(self.places)):
            won = Counter(
                done.asked.user
                for done in self.history
                if done.told == PICKED and place in dict(done.asked.activities)
            )
            turns, others = won["anna"] - won["bob"], sum(won.values()) - won["anna"] - won["bob"]
            if turns not in (0, 1) or others > 1 or (others and turns):
                return True
        return False

    def scripts(self, random: Random) -> list[Script]:
        """What each client does with the group."""
        users = RACERS if self.race else DUELLISTS
        return [self.script(client, user, random) for client, user in enumerate(users)]

    def script(self, client: int, user: str, random: Random) -> Script:
        """What one client does with the group, until its connection is lost."""
        known = {place: at_first(number) for place, number in enumerate(self.places)}
        for turn in range(2 if self.race else ROUNDS):
            asked = self._wish(user, turn, known, random)
            told = yield self.request_of(asked)
            if told.status == 0 or (told.status >= 500 and self.killed):
                self.history.append(Done(client, asked, None, told.began, NEVER))
                return
            seen = self.seen(asked, told)
            self.history.append(Done(client, asked, seen, told.began, told.ended))
            if isinstance(asked, Read) and isinstance(seen, tuple):
                known[asked.place] = seen[1]
            elif seen in (PICKED, "pick.stale", "pick.not-own"):
                known |= {place: NOW for place, _ in asked.activities}

    def _wish(self, user: str, turn: int, known: Mapping[int, str], random: Random) -> Pick | Read:
        last = turn == ROUNDS - 1
        places = range(len(self.places))
        idle = user == "anna-without-create" and not (self.race or last)
        if idle or (self.race and turn) or random.random() < (0 if self.race else 0.25):
            return Read(random.choice(places), random.random() < 0.5)
        chosen = random.sample(places, random.randint(1, len(places)))
        stale = random.random() < 0.05
        return Pick(user, tuple((place, NOW if stale else known[place]) for place in chosen))

    def request_of(self, asked: Pick | Read) -> bytes:
        """The bytes of an operation."""
        world = {"Rulebound-World": self.world, "Accept": "application/json"}
        if isinstance(asked, Pick):
            items = [
                {"id": str(_FIRST + self.places[place]), "lastModified": date}
                for place, date in asked.activities
            ]
            who = {"Authorization": f"Bearer token-{asked.user}", "Accept-Language": "en-US"}
            return request("PATCH", PICK, {**world, **who}, {"activity": items})
        number = self.places[asked.place]
        if not asked.by_search:
            return request(
                "GET", f"/_rulebound/worlds/{self.world}/egain/activity?id={_FIRST + number}"
            )
        # A second lies between the dates at which they were created: one filter finds one of them.
        moment = _text(_CREATED + timedelta(seconds=number))
        query = f"case=7060&createdDate=%5B{moment},{moment}%5D"
        search = f"/ws/v12/interaction/activity?{query}"
        return request("GET", search, {**world, "X-egain-session": SESSION})

    def seen(self, asked: Pick | Read, told: Answer) -> object:
        """An answer in the words of the model; what it never answers, in words of its own."""
        if isinstance(asked, Pick):
            return PICKED if told.status == 204 else told.rule or f"status {told.status}"
        if told.status != 200:
            return f"status {told.status}"
        if not asked.by_search:
            (record,) = told.json["records"]
            return record["assignee"] or QUEUED, record["lastModified"]
        found = told.json["activity"]
        if len(found) != 1:
            return f"{len(found)} found"
        holder = found[0]["status"].get("assigned", {}).get("user", {}).get("id", QUEUED)
        return holder, found[0]["lastModified"]["date"]


def groups_of(world: str) -> list[Group]:
    """The bulk of a world, in groups: three to be fought for, singly or together, then a race."""
    found: list[Group] = []
    places = iter(range(BULK))
    while True:
        for size, race in ((1, False), (3, False), (2, False), (1, True)):
            taken = tuple(islice(places, size))
            if len(taken) < size:
                return found
            found.append(Group(world, taken, race))


def new_world(line: Line) -> str:
    """A world whose clock stands at NOW."""
    made = line.ask(request("POST", "/_rulebound/worlds", body={"clock": {"freeze": NOW}}))
    assert made.status == 201, made
    return str(json.loads(made.content)["id"])


def pick_in_worlds(clients: Clients, operations: int, seed: int) -> Iterator[Group]:
    """Let the clients pick until so many operations are done; a fresh world whenever one is
    used up. Each group is handed over when it is done with."""
    random = Random(seed)
    done = 0
    while done < operations:
        world = new_world(clients.lines[0])
        for group in groups_of(world):
            clients.run(group.scripts(random))
            done += len(group.history)
            yield group
            if done >= operations:
                break
        dropped = clients.lines[0].ask(request("DELETE", f"/_rulebound/worlds/{world}"))
        assert dropped.status == 204, dropped
