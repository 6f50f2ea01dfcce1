"""A browser window on the console of a stub, which notes whatever a page should not do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebError

ELSEWHERE = "stub.example"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name that is not this machine's own, for what a stub is to those who call from elsewhere.
    f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
)
PATIENCE = 20_000
"""Milliseconds: the tests may run on a machine that has much to do."""
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) {
    window.shifts.push([each.value, each.sources.map((one) => one.node?.className ?? "")]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True)
class Look:
    """How a page is looked at: how wide the screen is, and which scheme its owner prefers."""

    width: int
    scheme: str

    @property
    def context(self) -> dict[str, Any]:
        """What a browser context is opened with."""
        size = {"width": self.width, "height": 900 if self.width > 600 else 844}
        return {"viewport": size, "color_scheme": self.scheme}


LOOKS = {
    f"{name} {scheme}": Look(width, scheme)
    for name, width in (("desktop", 1440), ("phone", 390))
    for scheme in ("light", "dark")
}


class Window:
    """One browser context with one page, on one world.

    `complaints` are what its pages should not have done: errors and warnings on the console, errors
    nobody caught, requests to anywhere but the stub.
    """

    def __init__(self, browser: Browser, url: str, world: str, **options: Any) -> None:
        self.url, self.world = url, world
        self.complaints: list[str] = []
        self._refused: set[str] = set()
        self.context = browser.new_context(**{**LOOKS["desktop light"].context, **options})
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(SHIFTS)
        self.context.on("console", self._hear)
        self.context.on("weberror", self._catch)
        self.context.on("request", self._watch)
        self.page = self.context.new_page()

    def address(self, path: str) -> str:
        """The whole address of a page of the world."""
        return f"{self.url}/_rulebound/console/{self.world}/{path}"

    def go(self, path: str, status: int = 200) -> Page:
        """Open a page of the world, which is to be answered with this status."""
        address = self.address(path)
        if status >= 400:
            self.expect_refusal(address)
        told = self.page.goto(address)
        assert told is not None
        assert told.status == status, told.text()[:500]
        return self.page

    def expect_refusal(self, address: str) -> None:
        """The browser may say on its console that this address was answered by an error."""
        self._refused.add(address)

    def shifted(self) -> float:
        """How far the layout of the page has moved by itself since it was opened."""
        found: list[Any] = self.page.evaluate("window.shifts")
        return float(sum(value for value, _ in found))

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        wide = "document.scrollingElement.scrollWidth - innerWidth"
        return max(0, int(self.page.evaluate(wide)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        where = str(message.location.get("url", ""))
        answered = message.text.startswith("Failed to load resource")
        # The browser itself notes each answer of 4xx and each that stays away: the vendor's, on
        # Try, are meant to come.
        meant = where in self._refused or not urlsplit(where).path.startswith("/_rulebound")
        if not (answered and meant):
            self.complaints.append(f"{message.type} on the console: {message.text} ({where})")

    def _catch(self, error: WebError) -> None:
        self.complaints.append(f"not caught: {error.error}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:", "blob:")):
            self.complaints.append(f"a request to {request.url}")
