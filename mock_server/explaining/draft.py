"""A request taken apart, so that single places of it can be changed, and put together again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from rulebound.mock_server.explaining.asked import Asked, Edit, Headers
from rulebound.mock_server.explaining.places import (
    GONE,
    Gone,
    Place,
    in_pairs,
    in_words,
    put,
    within,
)
from rulebound.openapi.body_media import media_type_of, refusal
from rulebound.openapi.model import Operation
from rulebound.openapi.read_body import read_body
from rulebound.openapi.request import NO_BODY, Request
from rulebound.openapi.schema_codec import write_xml

MOST_STEPS = 1000
_OF_THE_WIRE = ("content-length", "transfer-encoding", "expect")
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
        headers = dict(self.headers)
        if self.raw is not None:
            read = read_body(self.operation, headers, self.raw)
            media, value, fault = read.media_type, read.body, read.fault
        else:
            media, value, fault = self._unread(headers)
        about = (self.query, self.headers, media, value, fault, dict(self.parameters))
        return Request(self.method, self.path, *about)

    def _unread(self, headers: Mapping[str, str]) -> tuple[str | None, Any, str | None]:
        """Media type, value and fault of a body that was changed, without writing it."""
        kind = headers.get("content-type")
        reason = refusal(self.operation, kind, headers.get("content-encoding"))
        if reason is not None:
            return media_type_of(kind), NO_BODY, f"a body of {reason} is not read"
        media = self.operation.body.media if self.operation.body else {}
        return media_type_of(kind) or next(iter(media), None), self.value, None

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
        if place == ("body",) and self.value is NO_BODY and self.raw:
            return self.raw.decode("utf-8", "replace")
        if place[0] == "body":
            found = GONE if self.value is NO_BODY else self.value
            return within(found, place[1:])
        part = {"query": self.query, "headers": self.headers}.get(str(place[0]))
        pairs = tuple(self.parameters.items()) if part is None else part
        values = [value for name, value in pairs if name == place[1]]
        return GONE if not values else values[0] if len(values) == 1 else values

    def taken(self, move: Move) -> Draft:
        """The request with the steps taken.

        Raises ValueError for a step that leads nowhere, and for more steps than anybody would read.
        """
        if len(move) > MOST_STEPS:
            raise ValueError(f"{len(move)} steps are too many")
        draft = self
        for step in move:
            if step.value is not GONE or draft.at(step.at) is not GONE:
                draft = draft._step(step)
        return draft

    def _step(self, step: Step) -> Draft:
        match step.at[0]:
            case "body":
                if step.value is GONE and len(step.at) == 1:
                    return replace(self, raw=b"", value=NO_BODY)
                value = None if self.value is NO_BODY else self.value
                return replace(self, raw=None, value=put(value, step.at[1:], step.value))
            case "query":
                pairs = in_pairs(self.query, str(step.at[1]), step.value)
                return replace(self, query=pairs, text=None)
            case "headers":
                name = str(step.at[1])
                changed = replace(self, headers=in_pairs(self.headers, name, step.value))
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
    headers = tuple(pair for pair in asked.headers if pair[0] not in _OF_THE_WIRE)
    value = read_body(operation, dict(headers), asked.body).body
    return Draft(
        operation, asked.method, prefix, asked.path, parameters, pairs, headers, asked.body,
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


def edits_of(start: Draft, steps: tuple[Step, ...]) -> tuple[Edit, ...]:
    """Steps as edits, those at one place taken together."""
    found: dict[str, Edit] = {}
    draft = start
    for step in steps:
        before, after = _shown(draft.at(step.at)), _shown(step.value)
        draft = draft.taken((step,))
        name = in_words(step.at)
        if name in found:
            before = found[name].before
        if before != after or type(before) is not type(after):
            found[name] = Edit(name, before, after)
    return tuple(found.values())


def _shown(value: Any) -> Any:
    """A value for people: nothing is None, so that null is spelled."""
    if isinstance(value, Gone):
        return None
    return "null" if value is None else value
