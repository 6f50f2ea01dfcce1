"""The requests that are sent, one or several in turn. Nothing of the product is needed for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

END = "\x1e"


@dataclass(frozen=True)
class Call:
    """A request."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def written(self) -> str:
        """As the load's script reads it."""
        lines = [f"{self.method} {self.target}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\n".join(lines) + "\n\n" + self.body.decode() + END

    def wire(self, host: str) -> bytes:
        """The bytes of the request."""
        lines = [f"{self.method} {self.target} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers by small name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(port: int, call: Call, timeout: float = 60) -> Answer:
    """The answer to one request. Raises OSError and HTTPException."""
    wire = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        return ask_on(wire, call)
    finally:
        wire.close()


def ask_on(wire: HTTPConnection, call: Call) -> Answer:
    """The answer to one request on a connection that stays open."""
    wire.request(call.method, call.target, call.body or None, dict(call.headers))
    answer = wire.getresponse()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, headers, answer.read())


TASK = "/core/casemgr/v3/activity/task"
PICK = "/core/casemgr/v3/activity/pick"
SEARCH = "/ws/v12/interaction/activity"
CONSOLE = "5244fb6f-a9aa-5f40-9137-50b4837a9182"
PEOPLE = {
    "Accept": "application/json",
    "Accept-Language": "en-US",
    "Authorization": "Bearer token-anna",
}
WRITER = {**PEOPLE, "Content-Type": "application/json"}
BODY: Mapping[str, Any] = {
    "department": {"name": "Service"},
    "type": {"value": "task", "subtype": {"value": "general"}},
    "subject": "Call back about the laptop",
    "priority": "3",
    "customer": {
        "contacts": {
            "contact": [
                {
                    "firstName": "Carol",
                    "lastName": "Ames",
                    "email": [{"emailAddress": "carol@example.com"}],
                    "phone": [{"type": {"value": "home"}, "phoneNo": "5550101"}],
                }
            ]
        }
    },
    "payload": {"task": {"content": {"text": "It stays dark."}}},
}
BY_RULE: Mapping[str, Any] = {"department": {"name": "Nowhere"}}
"""What changes the body so that a rule refuses it."""
BY_SCHEMA: Mapping[str, Any] = {"priority": "9"}
"""The same for the schema."""
STRANGER = {**WRITER, "Authorization": "Bearer x"}


def create(number: int, **changed: Any) -> Call:
    """A request to create a task, whose subject says the number."""
    body = {**BODY, "subject": f"{BODY['subject']} {number}", **changed}
    target = f"{TASK}?searchContactOnAttribute=email.emailAddress"
    return Call("POST", target, WRITER, json.dumps(body).encode())


def several(count: int = 16, **changed: Any) -> Sequence[Call]:
    """So many requests to create a task that differ in their subject."""
    return [create(number, **changed) for number in range(count)]


def nowhere() -> Call:
    """A request to an address that there is not."""
    return Call("GET", "/core/casemgr/v3/nothing", PEOPLE)


def no_method() -> Call:
    """A request by a method that its address does not know."""
    return Call("GET", TASK, PEOPLE)


def search(customer: int) -> Call:
    """A search by two filters: a customer, and what is open."""
    headers = {"Accept": "application/json", "Accept-Language": "en-US", "X-egain-session": CONSOLE}
    return Call("GET", f"{SEARCH}?customer={customer}&status=open", headers)
