"""A request taken apart, so that single places of it can be changed, and put together again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from rulebound.mock_server.explaining.asked import Asked, Edit, Headers, text_of
from rulebound.openapi.model import Operation
from rulebound.openapi.read_body import read_body
from rulebound.openapi.request import NO_BODY, Request
from rulebound.openapi.schema_codec import write_xml

Place = tuple[str | int, ...]
"""`("query", name)`, `("headers", name)`, `("path", name)`, or `("body", ..)` down into the body."""


class Gone:
    """The type of GONE: what stands at a place where nothing is."""

    def __repr__(self) -> str:
        return "GONE"


GONE = Gone()
ABOUT_THE_BODY = ("content-type", "content-encoding")


@dataclass(frozen=True, slots=True)
class Step:
    """Put `value` at a place; GONE takes away what is there."""

    at: Place
    value: Any


Move = tuple[Step, ...]
"""Steps that are taken together."""


@dataclass(frozen=True)
class Draft:
    """A request of an operation. `prefix` stands before the operation's own path; `raw` is the body
    as it came, None once it was changed."""

    operation: Operation
    method: str
    prefix: str
    path: str
    parameters: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    headers: Headers
    raw: bytes | None
    value: Any
    text: str | None = None

    @cached_property
    def request(self) -> Request:
        """The request as it is judged."""
        media, value, fault = None, self.value, None
        read = read_body(self.operation, dict(self.headers), self.body)
        media, fault = read.media_type, read.fault
        if self.raw is not None or fault is not None:
            value = read.body
        path = self.path
        pairs = self.query
        return Request(
            self.method, path, pairs, self.headers, media, value, fault, dict(self.parameters)
        )

    @cached_property
    def body(self) -> bytes:
        """The bytes of the body."""
        if self.raw is not None:
            return self.raw
        if self.value is NO_BODY:
            return b""
        return encoded(self.operation, dict(self.headers).get("content-type"), self.value)

    @cached_property
    def asked(self) -> Asked:
        """The request as it is sent."""
        query = self.text if self.text is not None else urlencode(self.query)
        return Asked(self.method, self.path, query, self.headers, self.body)

    def at(self, place: Place) -> Any:
        """What stands at a place; GONE for nothing."""
        if place[0] == "body":
            found = GONE if self.value is NO_BODY else self.value
            return _within(found, place[1:])
        part = {"query": self.query, "headers": self.headers}.get(str(place[0]))
        pairs = tuple(self.parameters.items()) if part is None else part
        values = [value for name, value in pairs if name == place[1]]
        return GONE if not values else values[0] if len(values) == 1 else values

    def taken(self, move: Move) -> Draft:
        """The request with the steps taken. Raises ValueError for a step that leads nowhere."""
        draft = self
        for step in move:
            draft = draft._step(step)
        return draft

    def _step(self, step: Step) -> Draft:
        match step.at[0]:
            case "body":
                if step.value is GONE and len(step.at) == 1:
                    return replace(self, raw=b"", value=NO_BODY)
                value = None if self.value is NO_BODY else self.value
                return replace(self, raw=None, value=_put(value, step.at[1:], step.value))
            case "query":
                pairs = _pairs(self.query, str(step.at[1]), step.value)
                return replace(self, query=pairs, text=None)
            case "headers":
                name = str(step.at[1])
                changed = replace(self, headers=_pairs(self.headers, name, step.value))
                return changed._read_anew() if name in ABOUT_THE_BODY else changed
            case _:
                return self._moved({**self.parameters, str(step.at[1]): str(step.value)})

    def _read_anew(self) -> Draft:
        if self.raw is None:
            return self
        read = read_body(self.operation, dict(self.headers), self.raw)
        return replace(self, value=read.body)

    def _moved(self, parameters: Mapping[str, str]) -> Draft:
        path = self.operation.path
        for name, value in parameters.items():
            path = path.replace("{" + name + "}", value)
        return replace(self, path=self.prefix + path, parameters=parameters)


def draft_of(
    operation: Operation, asked: Asked, prefix: str, parameters: Mapping[str, str]
) -> Draft:
    """A request taken apart."""
    pairs = tuple(parse_qsl(asked.query, keep_blank_values=True))
    value = read_body(operation, dict(asked.headers), asked.body).body
    return Draft(
        operation, asked.method, prefix, asked.path, parameters, pairs, asked.headers, asked.body,
        value, asked.query,
    )  # fmt: skip


def encoded(operation: Operation, content_type: str | None, value: Any) -> bytes:
    """A body value as bytes of a media type, which without one is the first declared."""
    media = operation.body.media if operation.body else {}
    kind = (content_type or next(iter(media), "application/json")).partition(";")[0].strip().lower()
    if kind.endswith(("/xml", "+xml")):
        return write_xml(value, next((s for n, s in media.items() if n.lower() == kind), True))
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def told(before: Draft, after: Draft, places: Iterable[Place]) -> tuple[Edit, ...]:
    """What is different at these places, each once, for people to read."""
    found: dict[str, Edit] = {}
    for place in places:
        old, new = before.at(place), after.at(place)
        if old != new or type(old) is not type(new):
            name = in_words(place)
            found[name] = Edit(name, _shown(old), _shown(new))
    return tuple(found.values())


def in_words(place: Place) -> str:
    """A place as people read it: `body.activity[0].id`."""
    words = str(place[0])
    for part in place[1:]:
        words += f"[{part}]" if isinstance(part, int) else f".{part}"
    return words


def size_of(before: Any, after: Any) -> int:
    """How much text a change from one value to another touches."""
    old, new = _text(before), _text(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return max(len(old), len(new)) - start - end


def leaves(value: Any, at: Place = ("body",)) -> Iterator[tuple[Place, Any]]:
    """Every place in a value that holds something plain or something empty."""
    inner: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    empty = True
    for key, each in inner:
        empty = False
        yield from leaves(each, (*at, key))
    if empty and value is not NO_BODY:
        yield at, value


def _shown(value: Any) -> Any:
    return None if isinstance(value, Gone) else value


def _text(value: Any) -> str:
    return "" if isinstance(value, Gone) else text_of(value)


def _within(value: Any, path: Place) -> Any:
    for part in path:
        if isinstance(part, int):
            if not isinstance(value, list) or not 0 <= part < len(value):
                return GONE
        elif not isinstance(value, Mapping) or part not in value:
            return GONE
        value = value[part]
    return value


def _pairs(pairs: Headers, name: str, value: Any) -> Headers:
    """The pairs with one of this name in the place of the first, or behind all others."""
    new = () if value is GONE else ((name, str(value)),)
    first = next((n for n, pair in enumerate(pairs) if pair[0] == name), len(pairs))
    kept = tuple(pair for pair in pairs[first:] if pair[0] != name)
    return (*pairs[:first], *new, *kept)


def _put(value: Any, path: Place, new: Any) -> Any:
    """A copy of a value with something else at a path; ways that are missing are made."""
    if not path:
        return new
    part, rest = path[0], path[1:]
    if isinstance(part, int):
        items = list(value) if isinstance(value, list) else []
        if part > len(items):
            raise ValueError(f"there is no item {part}")
        inner = _put(items[part] if part < len(items) else None, rest, new)
        items[part : part + 1] = [] if inner is GONE else [inner]
        return items
    members = dict(value) if isinstance(value, Mapping) else {}
    inner = _put(members.get(part), rest, new)
    if inner is GONE:
        members.pop(part, None)
    else:
        members[part] = inner
    return members
