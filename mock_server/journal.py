"""What happened in a world: the last requests, with the rules that were judged."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rulebound.mock_server.hiding import HIDDEN, Hiding
from rulebound.openapi.trace import Trace

MOST_ENTRIES = 500
_MOST_TEXT = 2000
_SHOWN_PLAINLY = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and its answer. `problem` says what went wrong in the stub or the document.

    `credentials` are names that the API's credentials have in a query or a header.
    """

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
    scratch: bool = False
    credentials: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """The entry for people and programs to read, without credentials and passwords."""
        hiding = Hiding(self.credentials)
        query, body = hiding.query(self.query), hiding.body(self.body, _MOST_TEXT)
        return {
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": query,
            "body": body,
            "status": self.status,
            "api": self.api,
            "operation": self.operation,
            "actor": _who(self.actor),
            "rule": self.rule,
            "trace": [] if self.trace is None else _rules(self.trace, hiding),
            "problem": None if self.problem is None else hiding.text(self.problem),
            "scratch": self.scratch,
        }


def _who(actor: Mapping[str, Any] | None) -> dict[str, Any] | None:
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
    about = any(hiding.tells(details.get(name)) for name in ("name", "at", "header"))
    return {
        name: HIDDEN if about and name == "value" else _plain(value, hiding)
        for name, value in details.items()
    }


def _plain(value: Any, hiding: Hiding) -> Any:
    if isinstance(value, _SHOWN_PLAINLY):
        return hiding.text(value) if isinstance(value, str) else value
    return hiding.text(str(hiding.value(value)))[:_MOST_TEXT]


class Journal:
    """The last entries of one world; older ones are forgotten."""

    def __init__(self, most: int = MOST_ENTRIES) -> None:
        self._entries: deque[Entry] = deque(maxlen=most)

    def add(self, entry: Entry) -> None:
        """Note what happened."""
        self._entries.append(entry)

    def last(self, count: int) -> list[Entry]:
        """The last `count` entries, the newest at the end."""
        entries = list(self._entries)
        return entries[max(0, len(entries) - count) :]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
