"""What happened in a world: the last requests, with the rules that were judged."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rulebound.openapi.trace import Trace

MOST_ENTRIES = 500
_MOST_TEXT = 2000
_SHOWN_PLAINLY = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and its answer. `problem` says what went wrong in the stub or the document."""

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

    def as_json(self) -> dict[str, Any]:
        """The entry for people and programs to read."""
        return {
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "body": self.body[:_MOST_TEXT].decode("utf-8", "replace"),
            "status": self.status,
            "api": self.api,
            "operation": self.operation,
            "actor": _who(self.actor),
            "rule": self.rule,
            "trace": [] if self.trace is None else _rules(self.trace),
            "problem": self.problem,
            "scratch": self.scratch,
        }


def _who(actor: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if actor is None else {"kind": actor["kind"], "id": actor["id"]}


def _rules(trace: Trace) -> list[dict[str, Any]]:
    return [
        {
            "rule": outcome.rule.id,
            "phase": outcome.rule.phase,
            "result": outcome.result,
            "details": {name: _plain(value) for name, value in outcome.details.items()},
        }
        for outcome in trace.outcomes
    ]


def _plain(value: Any) -> Any:
    return value if isinstance(value, _SHOWN_PLAINLY) else str(value)[:_MOST_TEXT]


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
