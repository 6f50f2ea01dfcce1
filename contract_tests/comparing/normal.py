"""An answer without what differs by nature: when it was given, and ids that were made for it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.comparing.difference import NOTHING
from rulebound.contract_tests.judging.answers import UnreadableBody, code_of, value_of
from rulebound.contract_tests.wire.message import Answer

MADE = "(made)"
_IS_MADE = re.compile(r"(?i:(?:^|[_.-])(?:id|key))$|[a-z0-9](?:Id|ID|Key|KEY)$")
"""Names of what a server makes up; `id` and `key` as words, not as the end of one (`paid`)."""
_NEAR = timedelta(minutes=15)
_NOTHING: Any = object()


@dataclass(frozen=True)
class Normal:
    """What is compared of an answer. Of a refusal that is its status and code: its words are the
    vendor's own."""

    status: int
    code: str | None
    headers: Mapping[str, str]
    body: Any

    def unlike(self, other: "Normal") -> Iterator[tuple[str, str, str]]:
        """Every place where two answers differ, and what stands there, what counts most first."""
        for where, mine, its in self._parts(other):
            if mine != its:
                yield where, mine, its
                if where == "status":
                    return

    def _parts(self, other: "Normal") -> Iterator[tuple[str, str, str]]:
        yield "status", str(self.status), str(other.status)
        yield "code", str(self.code), str(other.code)
        for name in sorted({*self.headers, *other.headers}):
            yield (
                f"header {name}",
                self.headers.get(name, NOTHING),
                other.headers.get(name, NOTHING),
            )
        yield from _unlike("", self.body, other.body)


@dataclass(frozen=True)
class Date:
    """A date, and how far it is from the time where it was given."""

    text: str
    away: timedelta

    def __str__(self) -> str:
        return repr(self.text)


@dataclass(frozen=True)
class Terms:
    """What is needed to tell what an answer holds by nature: the time there, every text that the
    world had before, and the stamp in texts that must be unique."""

    now: datetime
    known: Collection[str]
    stamp: str

    def normal(self, built: Built, answer: Answer) -> Normal:
        """The answer to a request without what differs by nature."""
        code = code_of(answer, built.api.document, built.operation)
        declared = built.operation.responses.get(str(answer.status), {}).get("headers", {})
        names = {name.lower() for name in declared} | {"content-type"}
        sessions = _sessions(built)
        headers = {
            name.lower(): self._header(name.lower(), value, sessions)
            for name, value in answer.headers
            if name.lower() in names
        }
        if answer.status >= 400:
            media = {n: v for n, v in headers.items() if n == "content-type"}
            return Normal(answer.status, code, media, None)
        try:
            body = self._plain(value_of(answer, built.operation)) if answer.body else None
        except UnreadableBody as error:
            body = str(error)
        return Normal(answer.status, code, headers, body)

    def _header(self, name: str, value: str, sessions: Collection[str]) -> str:
        if name == "content-type":
            return value.partition(";")[0].strip().lower()
        if name == "location":
            # Of a vendor's own address only what it leads to counts.
            value = value.rstrip("/").rpartition("/")[2]
        elif name not in sessions:
            return value.replace(self.stamp, MADE)
        return value if value in self.known else MADE

    def _plain(self, value: Any, name: str = "") -> Any:
        """The value without what is empty: whether that is left out is for each side to say."""
        if isinstance(value, Mapping):
            parts = {key: self._plain(item, key) for key, item in value.items()}
            return {key: item for key, item in parts.items() if item not in ({}, [])}
        if isinstance(value, list):
            return [self._plain(item, name) for item in value]
        if not isinstance(value, str):
            return value
        if _IS_MADE.search(name) and value not in self.known:
            return MADE
        if name == "href":
            return "/".join(self._segment(part) for part in unquote(value).split("/"))
        return self._date(value.replace(self.stamp, MADE))

    def _segment(self, part: str) -> str:
        return MADE if part.isdigit() and part not in self.known else part

    def _date(self, text: str) -> Any:
        if not text[:4].isdigit() or len(text) < len("2026-01-01T00:00"):
            return text
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.now.tzinfo)
        return Date(text, moment - self.now)


def _sessions(built: Built) -> frozenset[str]:
    """The headers, in lower case, in which an API's answers give out credentials."""
    operations = built.api.document.operations
    return frozenset({"set-cookie"}).union(*(each.credential_headers for each in operations))


def _unlike(at: str, left: Any, right: Any) -> Iterator[tuple[str, str, str]]:
    """Every place where two values differ, in order."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for key in (*left, *(key for key in right if key not in left)):
            pair = left.get(key, _NOTHING), right.get(key, _NOTHING)
            yield from _unlike(f"{at}/{key}", *pair)
    elif isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            yield f"{at}, its length", str(len(left)), str(len(right))
        for index, pair in enumerate(zip(left, right, strict=False)):
            yield from _unlike(f"{at}/{index}", *pair)
    elif not _alike(left, right):
        yield at or "body", _shown(left), _shown(right)


def _alike(left: Any, right: Any) -> bool:
    """Whether two values are the same: of dates, the moment, or how far from now it is."""
    if isinstance(left, Date) and isinstance(right, Date):
        return left.text == right.text or abs(left.away - right.away) < _NEAR
    return bool(left == right) and isinstance(left, bool) is isinstance(right, bool)


def _shown(value: Any) -> str:
    if value is _NOTHING:
        return NOTHING
    return str(value) if isinstance(value, Date) else repr(value)
