"""What happened in a world: the last requests, with the rules that were judged.

Of each the journal keeps what a list shows; of the newest also what it takes to explain them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from rulebound.mock_server.budget import Budget
from rulebound.mock_server.depths import Depth
from rulebound.mock_server.hiding import HIDDEN, Hiding
from rulebound.openapi.trace import Trace

MOST_ENTRIES = 10_000
MOST_EXPLAINED = 500
_MOST_ALIKE = 200
"""Ways in which requests fared; requests that fared alike are counted together."""
_COUNTED_AT_ONCE = 200
"""Entries, before requests that wait to be noted have their turn."""
_MOST_TEXT = 2000
_SHOWN_PLAINLY = (str, int, float, bool, type(None))


class Entry(NamedTuple):
    """One request and its answer. `problem` says what went wrong in the stub or the document,
    `injected` which faults of the desk it met, whatever its answer.

    `number` counts from 1 in its world; `credentials` are names that the API's credentials have in
    a query or a header.
    """

    number: int
    at: datetime
    method: str
    path: str
    query: str
    body: bytes
    status: int
    api: str
    operation: str | None = None
    actor: Mapping[str, Any] | None = None
    rule: str | None = None
    trace: Trace | None = None
    problem: str | None = None
    injected: str | None = None
    scratch: bool = False
    credentials: frozenset[str] = frozenset()
    seconds: float = 0.0

    def summary(self) -> dict[str, Any]:
        """A line on the entry, without bodies and rules judged."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": Hiding(self.credentials).query(self.query),
            "status": self.status,
            "api": self.api,
            "operation": self.operation,
            "actor": who(self.actor),
            "rule": self.rule,
            "injected": self.injected,
            "seconds": round(self.seconds, 6),
            "scratch": self.scratch,
        }

    def hiding(self) -> Hiding:
        """What hides the credentials of this request."""
        hiding = Hiding(self.credentials)
        actor = self.actor or {}
        hiding.learn(actor.get("session"))
        hiding.learn(actor["id"] if actor.get("kind") == "key" else None)
        return hiding

    def as_json(self) -> dict[str, Any]:
        """The entry for people and programs to read, without credentials and passwords."""
        hiding = self.hiding()
        summary = self.summary()
        return {
            **summary,
            "query": hiding.query(self.query),
            "body": hiding.body(self.body, _MOST_TEXT),
            "trace": [] if self.trace is None else _rules(self.trace, hiding),
            "problem": None if self.problem is None else hiding.text(self.problem),
        }


def who(actor: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Who asked: kind and id, of a key its user."""
    if actor is None:
        return None
    if actor["kind"] == "key":
        # The id of a key is half of a credential; whose key it is tells enough.
        return {"kind": "key", "id": HIDDEN, "user": actor.get("user")}
    return {"kind": actor["kind"], "id": actor["id"]}


def _rules(trace: Trace, hiding: Hiding) -> list[dict[str, Any]]:
    return [
        {
            "rule": outcome.rule.id,
            "phase": outcome.rule.phase,
            "result": outcome.result,
            "details": _details(outcome.details, hiding),
        }
        for outcome in trace.outcomes
    ]


def _details(details: Mapping[str, Any], hiding: Hiding) -> dict[str, Any]:
    about = hiding.about(details)
    return {
        name: HIDDEN if about and name == "value" else _plain(value, hiding)
        for name, value in details.items()
    }


def _plain(value: Any, hiding: Hiding) -> Any:
    if isinstance(value, _SHOWN_PLAINLY):
        return hiding.text(value) if isinstance(value, str) else value
    return hiding.text(str(hiding.value(value)))[:_MOST_TEXT]


class Journal:
    """The last entries of one world; older ones are forgotten.

    Written by the thread that answers requests, read and cleared by any. Journals of one stub
    share a `budget`, and its lock: nobody holds that for long.
    """

    def __init__(self, most: int = MOST_ENTRIES, budget: Budget | None = None) -> None:
        self._most = most
        self._budget = budget or Budget()
        self._lock = self._budget.lock
        self._entries: deque[Entry] = deque()
        self._depths: dict[int, Depth] = {}
        self._last = self._counted = 0
        self._met: Counter[str] = Counter()
        self._broken: Counter[str] = Counter()
        self._alike: dict[object, tuple[Trace, int]] = {}

    def next_number(self) -> int:
        """The number of the next entry."""
        self._last += 1
        return self._last

    @property
    def newest(self) -> int:
        """The highest number given; 0 when nothing happened."""
        return self._last

    def add(self, entry: Entry, depth: Depth | None = None, size: int | None = None) -> int:
        """Note what happened. Gives the number of the entry. `size` is that of the depth, for whom
        it has cost something already."""
        if size is None:
            size = 0 if depth is None else depth.size
        with self._lock:
            self._entries.append(entry)
            if len(self._entries) > self._most:
                gone = self._entries.popleft()
                if gone.number > self._counted:
                    self._count(gone)
            if depth is not None:
                self._budget.put(self._depths, entry.number, depth, size)
                while len(self._depths) > MOST_EXPLAINED:
                    self._budget.drop(self._depths, next(iter(self._depths)))
        return entry.number

    def last(self, count: int) -> list[Entry]:
        """The last `count` entries, the newest at the end."""
        entries = self._all()
        return entries[max(0, len(entries) - count) :]

    def after(self, number: int) -> list[Entry]:
        """The entries with a higher number, the newest at the end."""
        if number >= self.newest:
            return []
        entries = self._all()
        return entries[bisect_right(entries, number, key=attrgetter("number")) :]

    def get(self, number: int) -> Entry | None:
        """The entry of this number; None when there is none, or it is forgotten."""
        return next((each for each in self._all() if each.number == number), None)

    def depth(self, number: int) -> Depth | None:
        """What explains the entry of this number; None when it is forgotten."""
        return self._depths.get(number)

    def counts(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """How often each rule was met (kept or broken), and how often broken, by its id."""
        while True:
            with self._lock:
                uncounted = self.after(self._counted)[:_COUNTED_AT_ONCE]
                for entry in uncounted:
                    self._count(entry)
                if not uncounted:
                    self._count_alike()
                    return self._met.copy(), self._broken.copy()

    def clear(self) -> None:
        """Forget everything. Numbers go on, so that none means two requests."""
        with self._lock:
            for number in list(self._depths):
                self._budget.drop(self._depths, number)
            self._entries.clear()
            self._met.clear()
            self._broken.clear()
            self._alike.clear()

    def _all(self) -> list[Entry]:
        with self._lock:
            return list(self._entries)

    def _count(self, entry: Entry) -> None:
        self._counted = max(self._counted, entry.number)
        trace = entry.trace
        if trace is None:
            return
        if trace.alike is None:
            self._count_rules(trace, 1)
            return
        key = (entry.api, entry.operation, trace.alike)
        _, times = self._alike.get(key, (trace, 0))
        self._alike[key] = (trace, times + 1)
        if len(self._alike) > _MOST_ALIKE:
            self._count_alike()

    def _count_alike(self) -> None:
        for trace, times in self._alike.values():
            self._count_rules(trace, times)
        self._alike.clear()

    def _count_rules(self, trace: Trace, times: int) -> None:
        for outcome in trace.outcomes:
            if outcome.result in ("kept", "broken"):
                self._met[outcome.rule.id] += times
                self._broken[outcome.rule.id] += times * (outcome.result == "broken")
