"""Half an hour at half load: does the stub stay as it is?

    python benchmarks/soak.py [--minutes 30] [--most RATE]

One stub; worlds each with a client of its own, which goes through all seven operations, good and
bad, again and again, and puts its world back now and then; pages that listen; worlds that come and
go. One world is never put back, and only asked what leaves it as it is: its journal is filled first
to the entries that a journal keeps (10,000), so that what grows after that grows for ever. Then the
most requests a second are measured, and half of that (or `--most`, where that is less) is kept up.
Every ten seconds a line: requests, errors, resident memory, milliseconds.

The verdict, and exit code 1 where one fails: no error (an answer of another status than the one
expected, or none); memory after the first third, by a straight line through the samples, grows by
at most 5 MB to the end, and so does its middle from the first tenth to the last tenth. Linux only:
memory is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from acceptance import asked
from acceptance.process import COMMAND

READY = "listening on http://127.0.0.1:"
WORLDS, LISTENERS = 4, 3
ROUNDS_BETWEEN_RESETS = 10
KEPT = 10_000
EVERY = 10.0
MOST_GROWTH = 5.0
say = sys.stdout.write


@dataclass(frozen=True)
class Sent:
    """A request as it goes over the wire, and the status it must get."""

    method: str
    target: str
    headers: dict[str, str]
    body: str | None
    status: int


def sent(request: asked.Asked, status: int = 0, **changes: Any) -> Sent:
    """A request of the acceptance tests, changed or not."""
    body = changes.get("body", request.body)
    query = changes.get("query", request.query)
    target = request.path + "?" * bool(query) + "&".join(f"{n}={v}" for n, v in query.items())
    headers = dict(changes.get("headers", request.headers))
    if body is not None:
        headers["Content-Type"] = "application/json"
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    return Sent(request.method, target, headers, text, status or request.status)


BAD = (
    sent(asked.pick, 400, body={"activity": []}),
    sent(asked.pick, 400, body='{"activity": ['),
    sent(asked.pick, 401, headers=asked.v3(None)),
    sent(asked.task, 400, body={"subject": "x" * 5000}),
    sent(asked.task, 406, headers=asked.v3(**{"Accept-Language": "xx"})),
    sent(asked.email, 400, body={"type": {"value": "fax"}}),
    sent(asked.search, 400, query={"customer": "x"}),
    sent(asked.search, 401, headers=asked.v12(None)),
    sent(asked.login, 401, body={"userName": "anna", "password": "wrong"}),
    sent(asked.logout, 401, headers=asked.v12(None)),
    sent(asked.appointment, 400, body={"Name": 7}),
    Sent("PATCH", "/core/casemgr/v3/no/such", {}, None, 404),
)
FROM_ROUND = {asked.PICK: (1, 400), asked.LOGIN: (4, 403)}
"""What can be done so often and then gets this: it is picked, and nobody has six sessions."""
GOOD = tuple(sent(each) for name, each in asked.ALL.items() if name != "logoutUser")


HARMLESS = (sent(asked.search), *(each for each in BAD if each.target != asked.CREATE))
"""What changes nothing, and is not counted by LeadSquared, however often it is sent."""


def rounds() -> Iterator[Sent]:
    """All that a client sends between two resets."""
    for number in range(ROUNDS_BETWEEN_RESETS):
        for each in GOOD:
            most, refused = FROM_ROUND.get(each.target, (ROUNDS_BETWEEN_RESETS, 0))
            yield each if number < most else replace(each, status=refused)
        yield from BAD
    yield sent(asked.logout)


@dataclass
class Tally:
    """What clients have seen since it was last read."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    seconds: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def note(self, seconds: float, wrong: str | None) -> None:
        """One more answer."""
        with self.lock:
            self.seconds.append(seconds)
            if wrong:
                self.wrong[wrong] += 1

    def take(self) -> tuple[list[float], Counter[str]]:
        """All since the last time."""
        with self.lock:
            found = self.seconds, self.wrong
            self.seconds, self.wrong = [], Counter()
        return found


class Stub:
    """`rulebound serve`, and calls to its control plane."""

    def __init__(self) -> None:
        command = [COMMAND, "serve", "--port", "0", "--quiet"]
        # Killed, we could not end it: it then ends by itself.
        watched = {**os.environ, "RULEBOUND_PARENT": str(os.getpid())}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=watched)
        line = self.process.stdout.readline() if self.process.stdout else ""
        self.port = int(line.removeprefix(READY))

    def control(self, method: str, path: str, value: Any = None) -> Any:
        """One call; gives what it answers."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = None if value is None else json.dumps(value)
        wire.request(method, f"/_rulebound{path}", body, {"Content-Type": "application/json"})
        answer = wire.getresponse()
        text = answer.read()
        wire.close()
        assert answer.status < 300, (path, answer.status, text)
        return json.loads(text) if text.startswith(b"{") else text

    def resident(self) -> float:
        """MB of memory."""
        text = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(text.partition("VmRSS:")[2].split()[0]) / 1024


class Client(threading.Thread):
    """One world's client: no faster than `pause` seconds from request to request. One that is
    `harmless` never puts its world back, which would clear its journal."""

    def __init__(self, stub: Stub, tally: Tally, *, harmless: bool) -> None:
        super().__init__(daemon=True)
        self.stub, self.tally, self.harmless = stub, tally, harmless
        self.world: str = stub.control("POST", "/worlds", {})["id"]
        self.pause, self.ended = 0.0, False

    def run(self) -> None:
        """Send until it is ended."""
        wire = HTTPConnection("127.0.0.1", self.stub.port, timeout=30)
        due = time.monotonic()
        while not self.ended:
            if not self.harmless:
                self.stub.control("POST", f"/worlds/{self.world}/reset")
            for each in HARMLESS if self.harmless else rounds():
                due = max(due + self.pause, time.monotonic() - 1)
                time.sleep(max(0.0, due - time.monotonic()))
                if self.ended:
                    break
                self.ask(wire, each)
        wire.close()

    def ask(self, wire: HTTPConnection, each: Sent) -> None:
        """Send one request and look at its answer."""
        began, wrong = time.perf_counter(), None
        try:
            headers = {**each.headers, "Rulebound-World": self.world}
            wire.request(each.method, each.target, each.body, headers)
            answer = wire.getresponse()
            answer.read()
            if answer.status != each.status:
                wrong = f"{each.method} {each.target}: {answer.status}, not {each.status}"
        except (OSError, HTTPException) as error:
            wire.close()
            wrong = f"{each.method} {each.target}: {type(error).__name__}"
        self.tally.note(time.perf_counter() - began, wrong)


class Visitor(threading.Thread):
    """Somebody with the console open, who makes a world now and then and drops it."""

    def __init__(self, stub: Stub, world: str, tally: Tally) -> None:
        super().__init__(daemon=True)
        self.stub, self.world, self.tally = stub, world, tally

    def run(self) -> None:
        """Listen; after each piece of news look at a page, at most one in two seconds."""
        wire = HTTPConnection("127.0.0.1", self.stub.port)
        wire.request("GET", f"/_rulebound/worlds/{self.world}/events")
        events = wire.getresponse()
        looked = 0.0
        with suppress(OSError, HTTPException):
            while events.read1(65536):
                if time.monotonic() - looked < 2:
                    continue
                looked = time.monotonic()
                try:
                    self.look()
                except (OSError, HTTPException, AssertionError) as error:
                    self.tally.note(0, f"console: {error}")

    def look(self) -> None:
        """Two pages, and a world that comes and goes."""
        for page in ("requests", "requests/last"):
            with suppress(AssertionError) if page.endswith("last") else ExitStack():
                self.stub.control("GET", f"/console/{self.world}/{page}")
        made = self.stub.control("POST", "/worlds", {"from": self.world})["id"]
        self.stub.control("DELETE", f"/worlds/{made}")


def growth(samples: list[tuple[float, float]]) -> float:
    """MB by which a straight line through the samples rises, from the first to the last."""
    times, sizes = zip(*samples, strict=True)
    slope = statistics.linear_regression(times, sizes).slope
    return float(slope * (times[-1] - times[0]))


def sample(stub: Stub, tally: Tally, began: float, seconds: float) -> tuple[float, float, int]:
    """Wait, print a line; gives the time, the memory, and the errors."""
    time.sleep(seconds)
    took, wrong = tally.take()
    resident, at = stub.resident(), time.monotonic() - began
    cuts = statistics.quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    errors = sum(wrong.values())
    say(
        f"{at:7.0f} s{len(took) / seconds:8.0f} /s{errors:6} errors{resident:8.1f} MB"
        f"{1000 * cuts[49]:8.2f} ms{1000 * cuts[98]:8.2f} ms {dict(wrong.most_common(3)) or ''}\n"
    )
    sys.stdout.flush()
    return at, resident, errors


def fill(stub: Stub, world: str, tally: Tally, began: float) -> int:
    """Let the journal of a world fill; gives the errors on the way."""
    errors = 0
    while newest(stub, world) < KEPT + KEPT // 10:
        errors += sample(stub, tally, began, EVERY)[2]
    kept = f"/worlds/{world}/journal?last={2 * KEPT}&form=summary"
    say(f"a journal holds {len(stub.control('GET', kept)['entries'])} entries\n")
    return errors


def newest(stub: Stub, world: str) -> int:
    """The number of the newest request of a world."""
    entries = stub.control("GET", f"/worlds/{world}/journal?last=1&form=summary")["entries"]
    return int(entries[0]["number"]) if entries else 0


def verdict(samples: list[tuple[float, float]], errors: int) -> bool:
    """Print it; whether all is well."""
    rising = growth(samples[len(samples) // 3 :])
    tenth = max(1, len(samples) // 10)
    first = statistics.median(size for _, size in samples[:tenth])
    last = statistics.median(size for _, size in samples[-tenth:])
    well = errors == 0 and rising <= MOST_GROWTH and last - first <= MOST_GROWTH
    say(
        f"memory: {rising:+.1f} MB by the line through the last two thirds, {last - first:+.1f} MB"
        f" from the first tenth to the last (at most {MOST_GROWTH:.0f})\n"
        f"errors: {errors}\n{'well' if well else 'NOT WELL'}\n"
    )
    return well


def main() -> int:
    """Fill, measure, keep it up, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--most", type=float, default=1e9, help="requests a second")
    options = parser.parse_args()
    stub, tally = Stub(), Tally()
    try:
        clients = [Client(stub, tally, harmless=not number) for number in range(WORLDS)]
        visitors = [Visitor(stub, each.world, tally) for each in clients[:LISTENERS]]
        began = time.monotonic()
        for thread in (*clients, *visitors):
            thread.start()
        say("filling a journal\n")
        errors = fill(stub, clients[0].world, tally, began)
        before = time.monotonic()
        time.sleep(EVERY)
        most = len(tally.take()[0]) / (time.monotonic() - before)
        rate = min(most / 2, options.most)
        say(f"at most {most:.0f} requests a second; {rate:.0f} are kept up\n")
        for each in clients:
            each.pause = WORLDS / rate
        samples = []
        until = time.monotonic() + 60 * options.minutes
        while time.monotonic() < until:
            at, resident, wrong = sample(stub, tally, began, EVERY)
            samples.append((at, resident))
            errors += wrong
        for each in clients:
            each.ended = True
        return 0 if verdict(samples, errors) else 1
    finally:
        stub.process.terminate()
        stub.process.wait(20)


if __name__ == "__main__":
    sys.exit(main())
