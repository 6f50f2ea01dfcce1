"""How soon a page of the console is seen, and what three consoles that watch cost the APIs.

    python benchmarks/console.py [paint|watch] [runs]

Both on a stub whose default world holds 10,000 requests and 100,000 records. `paint`: each page in
a new context of headless Chromium, nothing kept from before; milliseconds to its first contentful
paint, and the bytes of its largest answer. Bars: 1 s, 300 KB. `watch`: an API is asked in blocks,
in turn with nobody watching, with three readers of the event stream, and with three pages of the
live list in Chromium; printed are the milliseconds of an answer and the processor time that the
stub spent on one, as ratios to the block before with nobody watching. Bar: 1.05. The pages
are drawn by the processors that serve, so theirs tells most on a machine with some to spare.
Linux only: processor time is read from /proc.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

# In place of the folder of this file, which bears the name of the tests' folder.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from console.full_stub import PAGES, FullStub
from console.window import FLAGS
from playwright.sync_api import Browser, Page, Response, sync_playwright

PAINTED = """
() => new Promise((found) => new PerformanceObserver((list) => {
  const entry = list.getEntriesByName("first-contentful-paint")[0];
  if (entry) found(entry.startTime);
}).observe({ type: "paint", buffered: true }))
"""
WATCHERS = 3
BLOCK = 500
PICK = "/core/casemgr/v3/activity/pick"
HEADERS = {
    "Authorization": "Bearer token-anna",
    "Accept": "application/json",
    "Accept-Language": "en-US",
    "Content-Type": "application/json",
}
LIVE = "/_rulebound/console/default/requests"
EVENTS = "/_rulebound/worlds/default/events"
say = sys.stdout.write


@dataclass(frozen=True)
class Block:
    """What a block of requests came to, for one of them: milliseconds, and those computed."""

    answer: float
    computing: float


def paints(browser: Browser, url: str, path: str) -> tuple[float, int]:
    """Milliseconds to the first contentful paint of a page, and the bytes of its largest answer."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page = context.new_page()
    page.on("response", note)
    page.goto(f"{url}/_rulebound/console/default/{path}")
    found = float(page.evaluate(PAINTED))
    largest = max(len(each.body()) for each in answers if "/events" not in each.url)
    context.close()
    return found, largest


def report_paints(browser: Browser, url: str, runs: int) -> None:
    """Print the first paint of each page: median and slowest of so many runs, after one more."""
    say(f"first contentful paint, {runs} runs: median, slowest (ms); largest answer (KB)\n")
    for path in PAGES:
        found = [paints(browser, url, path) for _ in range(runs + 1)][1:]
        seconds = [each for each, _ in found]
        largest = max(size for _, size in found) / 1024
        say(f"{path:<48}{statistics.median(seconds):7.0f}{max(seconds):7.0f}{largest:7.0f}\n")


def asked(url: str, pid: int) -> Block:
    """Send a block of requests on one connection; the median of their answers."""
    where = urlsplit(url)
    wire = HTTPConnection(where.hostname or "", where.port, timeout=30)
    took = []
    before = computed(pid)
    for _ in range(BLOCK):
        began = time.perf_counter()
        wire.request("PATCH", PICK, '{"activity": []}', HEADERS)
        answer = wire.getresponse()
        answer.read()
        took.append(time.perf_counter() - began)
        assert answer.status == 400, answer.status
    wire.close()
    return Block(1000 * statistics.median(took), 1000 * (computed(pid) - before) / BLOCK)


def computed(pid: int) -> float:
    """The seconds that a process has spent on a processor."""
    text = Path(f"/proc/{pid}/schedstat").read_text(encoding="utf-8")
    whole = sum(
        int((task / "schedstat").read_text(encoding="utf-8").split()[0])
        for task in Path(f"/proc/{pid}/task").iterdir()
    )
    return (whole or int(text.split()[0])) / 1e9


@contextmanager
def nobody(url: str, pages: list[Page]) -> Iterator[None]:
    """Nobody watches."""
    yield


@contextmanager
def readers(url: str, pages: list[Page]) -> Iterator[None]:
    """Three readers of the event stream, that throw away what they read."""
    where = urlsplit(url)
    with ExitStack() as stack:
        for _ in range(WATCHERS):
            wire = socket.create_connection((where.hostname or "", where.port or 80))
            wire.sendall(f"GET {EVENTS} HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
            thread = threading.Thread(target=drain, args=(wire,), daemon=True)
            thread.start()
            stack.enter_context(wire)
            stack.callback(thread.join, 5)
            stack.callback(wire.shutdown, socket.SHUT_RDWR)
        yield


def drain(wire: socket.socket) -> None:
    """Read to the end."""
    while wire.recv(65536):
        pass


@contextmanager
def consoles(url: str, pages: list[Page]) -> Iterator[None]:
    """Three live lists in the browser."""
    for page in pages:
        page.goto(f"{url}{LIVE}")
        page.wait_for_selector(".live.on")
    yield
    for page in pages:
        page.goto("about:blank")


def report_watching(browser: Browser, stub: FullStub, runs: int) -> None:
    """Print what watching costs: medians of the ratios of so many blocks."""
    pages = [browser.new_context().new_page() for _ in range(WATCHERS)]
    pid = stub.process.pid
    asked(stub.url, pid)
    ratios: dict[str, list[tuple[float, float]]] = {}
    plain: list[Block] = []
    for _ in range(runs):
        for watching in (readers, consoles, nobody):
            plain.append(asked(stub.url, pid))
            with watching(stub.url, pages):
                time.sleep(0.3)
                found = asked(stub.url, pid)
            ratio = (found.answer / plain[-1].answer, found.computing / plain[-1].computing)
            ratios.setdefault(watching.__name__, []).append(ratio)
    own = statistics.median(each.answer for each in plain)
    say(f"nobody watching: {own:.2f} ms an answer, load {os.getloadavg()[0]:.1f}\n")
    for name, pairs in ratios.items():
        answers = statistics.median(each for each, _ in pairs)
        computing = statistics.median(each for _, each in pairs)
        say(f"{name:<9} watching: answers x {answers:.3f}, processor time x {computing:.3f}\n")


def main(what: str, runs: int) -> None:
    """Measure, and print."""
    path = shutil.which("chromium")
    with FullStub() as stub, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        if what != "watch":
            report_paints(browser, stub.url, runs)
        if what != "paint":
            report_watching(browser, stub, runs)
        browser.close()


if __name__ == "__main__":
    chosen = [each for each in sys.argv[1:] if not each.isdecimal()]
    numbers = [int(each) for each in sys.argv[1:] if each.isdecimal()]
    main(chosen[0] if chosen else "all", numbers[0] if numbers else 5)
