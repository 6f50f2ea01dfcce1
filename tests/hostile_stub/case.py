"""A hostile input: what is sent, and what must come back."""

from __future__ import annotations

import json
from dataclasses import dataclass

PICK = "/core/casemgr/v3/activity/pick"
TASK = "/core/casemgr/v3/activity/task?searchContactOnAttribute=email.emailAddress"
EMAIL = "/core/casemgr/v3/activity/email/general"
SEARCH = "/ws/v12/interaction/activity"
LOGIN = "/ws/v12/authentication/user/login"
LOGOUT = "/ws/v12/authentication/user/logout"
CREATE = "/v2/Task.svc/Create"
CONTROL = "/_rulebound"
CONSOLE = "/_rulebound/console/default"

HOST = "Host: 127.0.0.1"
CLOSE = "Connection: close"
JSON = "Content-Type: application/json"
XML = "Content-Type: application/xml"
FORM = "Content-Type: application/x-www-form-urlencoded"
TOKEN = "Authorization: Bearer token-anna"
LANGUAGE = "Accept-Language: en-US"
ACCEPT = "Accept: application/json"
V3 = (TOKEN, ACCEPT, LANGUAGE)
V12 = ("X-egain-session: 5244fb6f-a9aa-5f40-9137-50b4837a9182", ACCEPT)
LSQ = ("x-LSQ-AccessKey: access-liam", "x-LSQ-SecretKey: secret-liam", ACCEPT)

PICKED = b'{"activity": [{"id": "40001", "lastModified": "2026-10-02T10:15:30.123Z"}]}'
"""A body that passes: whoever overlooks what is wrong with the request changes the world."""
TASKED = json.dumps(
    {
        "department": {"name": "Service"},
        "type": {"value": "task", "subtype": {"value": "general"}},
        "subject": "Call back",
        "customer": {"contacts": {"contact": [{"email": [{"emailAddress": "carol@example.com"}]}]}},
    }
).encode()
MEETING = b'{"Name": "Talk", "TaskType": {"Name": "Meeting"}}'

# The forms an answer may have to have.
EGAIN = frozenset(("code", "developerMessage"))
LEADSQUARED = frozenset(("Status", "ExceptionType", "ExceptionMessage"))
STUB = frozenset(("error", "instead"))
OBJECT = "a JSON object"
PAGE = "an HTML page"
EITHER = "the vendor's error, in JSON or in XML"
"""Of v12, which speaks XML unless asked for JSON, where what was asked for could not be read."""
FREE = "whatever the protocol says"
ENDED = 0
"""In place of a status: the connection is ended without an answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """`status` holds every status that is right: more than one only where HTTP leaves it open, or
    the vendor's page does. `form` is of refusals. `changes`: it is a good request after all, which
    may change the world. `seconds` is the deadline stated for it, else at once."""

    name: str
    promise: str
    sent: tuple[bytes | float, ...]
    status: int | tuple[int, ...]
    form: frozenset[str] | str = EGAIN
    answers: int = 1
    changes: bool = False
    seconds: float = 0.0

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every status that is right."""
        return (self.status,) if isinstance(self.status, int) else self.status


def raw(line: str, *headers: str, body: bytes = b"") -> tuple[bytes]:
    """A request exactly as written; texts are of latin-1."""
    return ("\r\n".join((line, *headers, "", "")).encode("latin-1") + body,)


def ask(line: str, *headers: str, body: bytes | None = None) -> tuple[bytes]:
    """A request of `METHOD target`, with Host, Connection and the length that its body has."""
    length = () if body is None else (f"Content-Length: {len(body)}",)
    return raw(f"{line} HTTP/1.1", HOST, CLOSE, *headers, *length, body=body or b"")


def pick(*headers: str, body: bytes = PICKED, line: str = f"PATCH {PICK}") -> tuple[bytes]:
    """A pick that passes, with more headers or another body."""
    return ask(line, *V3, JSON, *headers, body=body)


def search(query: str, *headers: str) -> tuple[bytes]:
    """A search with this query."""
    return ask(f"GET {SEARCH}?{query}", *V12, *headers)


def chunked(*chunks: bytes, headers: tuple[str, ...] = ()) -> tuple[bytes]:
    """A pick whose body is written as these bytes, said to be chunks."""
    lines = (*V3, JSON, "Transfer-Encoding: chunked", *headers)
    return raw(f"PATCH {PICK} HTTP/1.1", HOST, CLOSE, *lines, body=b"".join(chunks))


def whole_chunk(data: bytes) -> bytes:
    """One chunk, rightly framed."""
    return b"%x\r\n%s\r\n" % (len(data), data)
