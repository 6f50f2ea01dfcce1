"""A small server of picks that can be wrong in ways in which a store can be: what the checker has
to catch. It knows the operations of `picking` alone, and one world for all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from stores_proof.picking import BULK, at_first
from stores_proof.picks import IDS, PICKED, Held, Pick, answer, group_at_first

FLAWS = ("reads, then writes", "two copies", "forgets", "half of it")
_FIRST = 42001


class Truth:
    """All activities, and how far they are from being looked after properly.

    `reads, then writes`: others come between the look and the change. `two copies`: every other
    thread reads a copy that is brought up to date late. `forgets`: now and then what was granted
    is not kept. `half of it`: several activities are changed one after the other.
    """

    def __init__(self, flaw: str = "") -> None:
        self.flaw = flaw
        self.held: Held = group_at_first([at_first(place) for place in range(BULK)])
        self.copy = self.held
        self.granted = 0
        self._lock = threading.Lock()

    def pick(self, asked: Pick) -> str:
        """Answer a pick and carry it out."""
        guard: Any = nullcontext() if self.flaw == "reads, then writes" else self._lock
        with guard:
            before = self.held
            told, after = answer(before, asked)
            if self.flaw == "reads, then writes":
                time.sleep(0.0005)
            if told == PICKED and not self._forgotten():
                assert isinstance(after, tuple)
                self._keep(asked, after)
        return str(told)

    def read(self, place: int, copy: bool) -> tuple[str, str]:
        """Assignee and date of an activity."""
        if not copy or self.flaw != "two copies":
            return self.held[place]
        found, self.copy = self.copy[place], self.held
        return found

    def reset(self) -> None:
        """Everything as at first."""
        self.__init__(self.flaw)  # type: ignore[misc]

    def _forgotten(self) -> bool:
        self.granted += 1
        return self.flaw == "forgets" and self.granted % 10 == 0

    def _keep(self, asked: Pick, after: Held) -> None:
        for place, _ in asked.activities:
            held = list(self.held)
            held[place] = after[place]
            self.held = tuple(held)
            if self.flaw == "half of it":
                time.sleep(0.002)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    truth: Truth

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_PATCH(self) -> None:  # named by http.server
        """A pick."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        user = self.headers["Authorization"].removeprefix("Bearer token-")
        items = tuple((int(each["id"]) - _FIRST, each["lastModified"]) for each in body["activity"])
        told = self.truth.pick(Pick(user, items))
        if told == PICKED:
            self._tell(204)
        else:
            self._tell(400, {}, told)

    def do_POST(self) -> None:
        """A new world."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.truth.reset()
        self._tell(201, {"id": "one"})

    def do_DELETE(self) -> None:
        """A world that is dropped."""
        self._tell(204)

    def do_GET(self) -> None:
        """A record, or a search that finds one activity."""
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        copy = threading.get_ident() // 4096 % 2 == 0
        if parts.path.startswith("/_rulebound/"):
            who, date = self.truth.read(int(query["id"][0]) - _FIRST, copy)
            self._tell(200, {"records": [{"assignee": who or None, "lastModified": date}]})
            return
        moment = datetime.fromisoformat(query["createdDate"][0][1:].split(",")[0])
        who, date = self.truth.read(moment.minute * 60 + moment.second, copy)
        assigned = {"assigned": {"user": {"id": who}}} if who in IDS.values() else {}
        self._tell(200, {"activity": [{"status": assigned, "lastModified": {"date": date}}]})

    def _tell(self, status: int, body: Any = None, rule: str = "") -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if rule:
            self.send_header("Rulebound-Rule", rule)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serving(flaw: str = "") -> Iterator[tuple[str, int]]:
    """A server with a flaw, or without; its host and port."""
    handler = type("Handler", (_Handler,), {"truth": Truth(flaw)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield "127.0.0.1", server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
