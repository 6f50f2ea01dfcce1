"""Entries of a journal, and what explains them, as JSON and back; rules by their ids."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rulebound.mock_server.answers import Answer
from rulebound.mock_server.depths import Change, Depth
from rulebound.mock_server.journal import Entry
from rulebound.mock_server.stores.heads import Book, told_of
from rulebound.mock_server.stores.texts import bytes_text, text_bytes, text_of, value_of
from rulebound.openapi.trace import Outcome, Trace

_PLAIN = (
    *("method", "path", "query", "status", "api", "operation", "actor", "rule", "problem"),
    *("injected", "scratch", "seconds"),
)
_DEEP = ("root", "path", "settings", "facts", "address", "query")


def entry_text(entry: Entry) -> str:
    """An entry as JSON, without its number."""
    return text_of({
        **{name: getattr(entry, name) for name in _PLAIN},
        "at": entry.at.isoformat(),
        "body": bytes_text(entry.body),
        "credentials": sorted(entry.credentials),
        "trace": None if entry.trace is None else _outcomes(entry.trace),
    })  # fmt: skip


def entry_of(number: int, text: str, book: Book) -> Entry:
    """The entry that `entry_text` wrote."""
    told = value_of(text)
    trace = told["trace"]
    return Entry(
        number=number,
        at=datetime.fromisoformat(told["at"]),
        body=text_bytes(told["body"]),
        credentials=frozenset(told["credentials"]),
        trace=None if trace is None else _trace(told["operation"], trace, book),
        **{name: told[name] for name in _PLAIN},
    )


def depth_text(depth: Depth) -> str:
    """What explains an entry as JSON."""
    answer = depth.answer
    return text_of({
        **{name: getattr(depth, name) for name in _DEEP},
        "headers": depth.headers,
        "body": bytes_text(depth.body),
        "answer": [
            answer.status, answer.headers, bytes_text(answer.body), answer.media, answer.rule,
        ],
        "changes": [[each.table, each.id, each.before, each.after] for each in depth.changes],
        "replaced": {id: told_of(each) for id, each in depth.replaced.items()},
    })  # fmt: skip


def depth_of(text: str, book: Book) -> Depth:
    """The depth that `depth_text` wrote."""
    told = value_of(text)
    status, headers, body, media, rule = told["answer"]
    return Depth(
        headers=_pairs(told["headers"]),
        body=text_bytes(told["body"]),
        answer=Answer(status, _pairs(headers), text_bytes(body), media, rule),
        changes=tuple(Change(*each) for each in told["changes"]),
        replaced={id: book.requirement(id, each) for id, each in told["replaced"].items()},
        **{name: told[name] for name in _DEEP},
    )


def _pairs(told: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in told)


def _outcomes(trace: Trace) -> list[Any]:
    """Where the deciding one is (-1 for nowhere), and the outcomes."""
    decides = next((n for n, each in enumerate(trace.outcomes) if each is trace.deciding), -1)
    return [decides, *([each.rule.id, each.result, each.details] for each in trace.outcomes)]


def _trace(operation: str, told: list[Any], book: Book) -> Trace:
    decides, *rest = told
    outcomes = tuple(
        Outcome(book.of(operation, rule), result, details) for rule, result, details in rest
    )
    return Trace(outcomes, outcomes[decides] if decides >= 0 else None)
