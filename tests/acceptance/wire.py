"""Plain HTTP over a real socket: no client library between a test and the stub."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

SEED_TIME = "2026-11-22T00:00:00.000Z"


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def rule(self) -> str | None:
        return self.headers.get("rulebound-rule")

    @property
    def code(self) -> str:
        """The vendor's code, in either vendor's JSON error object."""
        return str(self.json.get("code") or self.json.get("ExceptionType"))

    @property
    def message(self) -> str:
        """The vendor's text, in either vendor's JSON error object."""
        return str(self.json.get("developerMessage") or self.json.get("ExceptionMessage"))


class Caller:
    """Sends requests to one stub; in one world where it was made for one."""

    def __init__(self, url: str, world: str | None = None) -> None:
        self.url, self.world = url, world
        self.host, self.port = urlsplit(url).hostname or "", urlsplit(url).port or 80

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; a body that is no text or bytes goes as JSON."""
        sent = dict(headers or {})
        if self.world is not None:
            sent.setdefault("Rulebound-World", self.world)
        if body is not None and not isinstance(body, str | bytes):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        if query:
            path = f"{path}?{urlencode(query, quote_via=quote)}"
        connection = HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def raw(self, data: bytes) -> bytes:
        """Everything the stub answers to these bytes, which must ask it to close."""
        with socket.create_connection((self.host, self.port), timeout=20) as wire:
            wire.sendall(data)
            return b"".join(iter(lambda: wire.recv(65536), b""))

    def control(self, method: str, path: str, body: Any = None) -> Answer:
        """A request to the control plane."""
        return Caller(self.url)(method, f"/_rulebound{path}", body)

    def new_world(self, **asked: Any) -> Caller:
        """The same stub in a world of its own; its clock stands at the seed's time unless told."""
        asked.setdefault("clock", {"frozen": SEED_TIME})
        made = self.control("POST", "/worlds", asked)
        assert made.status == 201, made.text
        return Caller(self.url, made.json["id"])

    def in_world(self, method: str, path: str, body: Any = None) -> Answer:
        """A control request about the caller's own world."""
        return self.control(method, f"/worlds/{self.world}{path}", body)

    def records(self, table: str, seed: str = "egain", **wanted: str) -> list[dict[str, Any]]:
        """Records of the caller's own world."""
        found = self.in_world("GET", f"/{seed}/{table}?{urlencode(wanted)}")
        assert found.status == 200, found.text
        records: list[dict[str, Any]] = found.json["records"]
        return records

    def digest(self) -> str:
        """The digest of the caller's own world."""
        return str(self.in_world("GET", "/digest").json["digest"])


def told(answer: Answer, status: int) -> str:
    """The sentence of a refusal, which comes with advice."""
    assert answer.status == status, answer.text
    assert set(answer.json) == {"error", "instead"}
    assert answer.json["instead"]
    sentence: str = answer.json["error"]
    assert " " in sentence
    return sentence
