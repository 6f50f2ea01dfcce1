"""A stub whose default world is full: as many requests as a journal keeps, 100,000 records.

    python tests/console/full_stub.py

Serves it on a free port of this machine until it is ended; says `listening on URL` when it is
ready. Used by the tests of the console and by the benchmark of it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping
from http.client import HTTPConnection
from threading import Thread
from types import TracebackType

import uvicorn
from rulebound.mock_server.current import Current
from rulebound.mock_server.serving import config_of
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import Stub, build

REQUESTS = 10_000
RECORDS = 100_000
READY = "listening on "
PAGES = (
    "requests",
    "requests?page=50",
    "requests?status=4xx",
    "requests/last",
    "requests/300",
    "rules",
    "rules/pick.at-least-one",
    "world",
    "actors",
    "faults",
    "try",
    "tables/egain/activity",
    "tables/egain/activity?page=1000&order=newest",
    "tables/egain/activity?q=more",
    "tables/egain/activity/700000001",
    "tables/egain/customer/1061",
)
"""Pages of the full world, as a list of addresses behind that of the world."""


class FullStub:
    """The stub as a process, as long as the context is open; `url` is where it listens."""

    def __enter__(self) -> FullStub:
        command = [sys.executable, __file__]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line.startswith(READY):
            self.process.kill()
            raise AssertionError("the full stub did not start")
        self.url = line.removeprefix(READY).strip()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()


def main() -> None:
    """Serve a stub, and fill it."""
    stub = build(Settings(quiet=True))
    door = socket.create_server(("127.0.0.1", 0))
    Thread(target=_fill_or_end, args=(stub, door.getsockname()[1]), daemon=True).start()
    uvicorn.Server(config_of(Current(stub))).run([door])


def _fill_or_end(stub: Stub, port: int) -> None:
    """Fill it; a fault ends the process, so that nobody waits for the line."""
    try:
        fill(stub, port)
    except Exception:
        traceback.print_exc()
        os._exit(1)


def fill(stub: Stub, port: int) -> None:
    """Send requests of three kinds to the stub, note them many times over, add records, say so."""
    wire = HTTPConnection("127.0.0.1", port, timeout=30)
    for method, path, headers, body in _requests() * 100:
        wire.request(method, path, body, headers)
        wire.getresponse().read()
    wire.close()
    world = stub.worlds.get("default")
    journal = world.journal
    sent = journal.last(REQUESTS)
    for place in range(REQUESTS - len(sent)):
        journal.add(sent[place % len(sent)]._replace(number=journal.next_number()))
    with world.worlds["egain"].transaction() as view:
        row = dict(next(iter(view.scan("activity"))))
        for number in range(RECORDS):
            note = f"note {number} " + "and more " * 20
            view.insert("activity", {**row, "id": str(700_000_000 + number), "subject": note})
    sys.stdout.write(f"{READY}http://127.0.0.1:{port}\n")
    sys.stdout.flush()


def _requests() -> list[tuple[str, str, Mapping[str, str], str | None]]:
    bearer = {
        "Authorization": "Bearer token-anna",
        "Accept": "application/json",
        "Accept-Language": "en-US",
        "Content-Type": "application/json",
    }
    session = {"X-egain-session": "5244fb6f-a9aa-5f40-9137-50b4837a9182"}
    pick = "/core/casemgr/v3/activity/pick"
    many = [{"id": str(number), "lastModified": "x" * 50} for number in range(75)]
    return [
        ("PATCH", pick, bearer, '{"activity": []}'),
        ("PATCH", f"{pick}?odd={'long' * 500}", bearer, json.dumps({"activity": many})),
        ("GET", "/ws/v12/interaction/activity?customer=1080", session, None),
    ]


if __name__ == "__main__":
    main()
