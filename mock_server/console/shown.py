"""How values are written on the pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from rulebound.openapi.json_text import JsonFault, read_json

MOST_IN_CELL = 80
MOST_TEXT = 4_000
MOST_BODY = 12_000


def cell(value: Any, most: int = MOST_IN_CELL) -> str:
    """A value in one line, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= most else text[: most - 1] + "…"


def full(value: Any, most: int = MOST_TEXT) -> str:
    """A value at length: text as it is, all else as JSON in lines of its own."""
    text = value if isinstance(value, str) else _json(value)
    return text if len(text) <= most else text[:most] + "…"


def pretty(text: str) -> str:
    """The text of a body: JSON laid out in lines, all else as it came."""
    try:
        return full(read_json(text.encode()), MOST_BODY)
    except (JsonFault, UnicodeError):
        return full(text, MOST_BODY)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def reason(status: int) -> str:
    """The words of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def kind_of(status: int) -> str:
    """The class of a status: good, moved, refused or failed."""
    return {2: "good", 3: "moved", 4: "refused"}.get(status // 100, "failed")


def clock_time(at: str | datetime) -> str:
    """The time of day of a moment."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.strftime("%H:%M:%S")


def moment(at: str | datetime) -> str:
    """A moment, to the second."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found.strftime("%Y-%m-%d %H:%M:%S UTC")


def lasted(seconds: float) -> str:
    """How long something took."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def counted(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}"


def many(number: int, word: str) -> str:
    """So many of something, the word in its plural where it needs to be."""
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{number:,} {word if number == 1 else plural}"


def sentence(text: str) -> str:
    """Words as a sentence: a capital first, a full stop last."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def told_once(details: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Names with values, of those that hold the same only the first."""
    found: dict[str, tuple[str, Any]] = {}
    for name, value in details.items():
        found.setdefault(cell(value), (name, value))
    return list(found.values())


def path_parts(path: str) -> tuple[str, str]:
    """A path in two: all up to its last slash, and what tells it from others."""
    head, slash, tail = path.rstrip("/").rpartition("/")
    return head + slash, tail + path[len(path.rstrip("/")) :]


def actor_name(actor: Mapping[str, Any] | None) -> str:
    """Who asked, in a few words."""
    if actor is None:
        return "nobody known"
    return f"{actor['kind']} {actor.get('user') or actor['id']}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "cell": cell,
    "full": full,
    "pretty": pretty,
    "reason": reason,
    "kind_of": kind_of,
    "clock_time": clock_time,
    "moment": moment,
    "lasted": lasted,
    "counted": counted,
    "many": many,
    "actor_name": actor_name,
    "path_parts": path_parts,
    "sentence": sentence,
    "told_once": told_once,
}
"""What templates may pipe a value through, by name."""
