"""What handlers work with: a call as it came in, a reply, a refusal; and all that reads and writes
them. Handlers need only this module."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

V3, ECE, LSQ = "egain-v3", "ece-v12", "leadsquared-v2"


@dataclass(frozen=True)
class Call:
    """A request. `path` is the documented path, `prefix` what stood before it (the context root);
    header names are in small letters; the query is decoded, in the order it was sent."""

    api: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    prefix: str = ""
    faults: frozenset[str] = frozenset()

    def has(self, fault: str) -> bool:
        """Whether the tenant that is called has a fault switched on."""
        return fault in self.faults

    def header(self, name: str) -> str | None:
        """The header's value (several lines joined by a comma), or None where it was not sent."""
        found = [value for key, value in self.headers if key == name.lower()]
        return ", ".join(found) if found else None

    def given(self, name: str) -> list[str]:
        """Every value that the query gives a parameter."""
        return [value for key, value in self.query if key == name]


@dataclass(frozen=True)
class Reply:
    """An answer; `body` is bytes as they go over the wire."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Refusal(Exception):
    """Ends the handler; the app writes it in the API's form, the call's language and media type.

    `values` fill the message that belongs to the code (messages.py); `text` replaces the message.
    """

    status: int
    code: str
    values: tuple[str, ...] = ()
    text: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())


def refuse(status: int, code: str, *values: object, text: str | None = None) -> Refusal:
    """`raise refuse(400, '400-146', 'subject')`."""
    return Refusal(status, code, tuple(str(value) for value in values), text)


def json_reply(status: int, data: Any, headers: Iterable[tuple[str, str]] = ()) -> Reply:
    """An answer with a JSON body."""
    body = json.dumps(data, ensure_ascii=False).encode()
    return Reply(status, body, (("content-type", "application/json"), *headers))


def created(call: Call, path: str) -> Reply:
    """201 with the address of what was made, below the context root that the call used."""
    return Reply(201, headers=(("location", call.prefix + path),))
