"""Calling a stub over a real socket: good requests of every operation, and a server in a thread."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import uvicorn
from rulebound.mock_server.current import Current
from rulebound.mock_server.serving import config_of
from rulebound.mock_server.stub import Stub

SEED_TIME = "2026-11-22T00:00:00.000Z"
PICK = "/core/casemgr/v3/activity/pick"
TASK = "/core/casemgr/v3/activity/task?searchContactOnAttribute=email.emailAddress"
EMAIL = "/core/casemgr/v3/activity/email/general"
SEARCH = "/ws/v12/interaction/activity"
LOGIN = "/ws/v12/authentication/user/login"
LOGOUT = "/ws/v12/authentication/user/logout"
CREATE = "/v2/Task.svc/Create"
CONSOLE = "5244fb6f-a9aa-5f40-9137-50b4837a9182"
KEYS = {"x-LSQ-AccessKey": "access-liam", "x-LSQ-SecretKey": "secret-liam"}


@dataclass(frozen=True)
class Told:
    """An answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    @property
    def rule(self) -> str | None:
        """The rule that decided, as the stub tells it."""
        return self.headers.get("rulebound-rule")


class Caller:
    """Sends requests to one server, in one world if it is given one."""

    def __init__(self, host: str, port: int, world: str | None = None) -> None:
        self.host, self.port, self.world = host, port, world

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10,
    ) -> Told:
        sent = dict(headers or {})
        if self.world is not None:
            sent.setdefault("Rulebound-World", self.world)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        connection = HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Told(answer.status, found, answer.read())
        finally:
            connection.close()

    def raw(self, data: bytes, timeout: float = 5) -> bytes:
        """What the server answers to these very bytes, which must ask it to close."""
        with socket.create_connection((self.host, self.port), timeout=timeout) as wire:
            wire.sendall(data)
            pieces = []
            while piece := wire.recv(65536):
                pieces.append(piece)
        return b"".join(pieces)

    def control(self, method: str, path: str, body: Any = None) -> Told:
        """A request to the control plane."""
        return self(method, f"/_rulebound{path}", body)

    def digest(self) -> str:
        """The digest of the world."""
        return str(self.control("GET", f"/worlds/{self.world or 'default'}/digest").json["digest"])

    def records(self, table: str, seed: str = "egain", **wanted: str) -> list[dict[str, Any]]:
        """Records of the world."""
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        world = self.world or "default"
        found = self.control("GET", f"/worlds/{world}/{seed}/{table}?{query}")
        records: list[dict[str, Any]] = found.json["records"]
        return records

    def in_new_world(self, **asked: Any) -> Caller:
        """The same server, in a fresh world whose clock stands still."""
        asked.setdefault("clock", {"frozen": SEED_TIME})
        made = Caller(self.host, self.port).control("POST", "/worlds", asked)
        assert made.status == 201, made
        return Caller(self.host, self.port, made.json["id"])


def as_user(token: str = "token-anna", **more: str) -> dict[str, str]:
    """The headers of a well-formed v3 request."""
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
        "Accept-Language": "en-US",
        "Content-Type": "application/json",
        **more,
    }


def in_console(**more: str) -> dict[str, str]:
    """The headers of a well-formed v12 request."""
    return {"X-egain-session": CONSOLE, "Accept": "application/json", **more}


PICKED = {"activity": [{"id": "40001", "lastModified": "2026-10-02T10:15:30.123Z"}]}
A_TASK = {
    "department": {"name": "Service"},
    "type": {"value": "task", "subtype": {"value": "general"}},
    "subject": "Call back",
    "customer": {"contacts": {"contact": [{"email": [{"emailAddress": "carol@example.com"}]}]}},
}
AN_EMAIL = {
    "department": {"name": "Service"},
    "type": {"value": "email", "subtype": {"value": "general"}},
    "subject": "It stays dark",
    "payload": {
        "email": {
            "emailAddresses": {"from": "carol@example.com", "receiver": "help@service.example.com"}
        }
    },
}
AN_APPOINTMENT = {"Name": "Talk", "TaskType": {"Name": "Meeting"}}

GOOD: Mapping[str, tuple[str, str, Any, Mapping[str, str], int]] = {
    "pickActivities": ("PATCH", PICK, PICKED, as_user(), 204),
    "createTaskActivity": ("POST", TASK, A_TASK, as_user(), 201),
    "createIncomingEmailActivity": ("POST", EMAIL, AN_EMAIL, as_user(), 201),
    "searchActivities": ("GET", f"{SEARCH}?customer=1080", None, in_console(), 200),
    "loginUser": ("POST", LOGIN, {"userName": "anna", "password": "anna-Pass-1"}, {}, 204),
    "logoutUser": ("DELETE", LOGOUT, None, in_console(), 204),
    "createAppointment": ("POST", CREATE, AN_APPOINTMENT, KEYS, 200),
}
"""Of each operation a request that is accepted: method, path, body, headers, status."""


class Running:
    """A stub served by uvicorn in a thread."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        config = config_of(Current(stub))
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            threading.Event().wait(0.01)
        host, port = self._socket.getsockname()[:2]
        self.caller = Caller(host, port)

    def stop(self) -> None:
        """Let the server end."""
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
