"""Makes the pictures of the pages: console and report in a real browser, wide and on a phone.

    python docs/screenshots/make.py [--into FOLDER] [name ..]

It starts a stub and sends it a few requests, proves the tenant of the tests on three nights, and
takes the pictures that the pages show, or those named (any of PICTURES). Needs what the tests need:
the lock with everything (`make lint` sets it up), and Debian's chromium on the path.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tests"))

from acceptance.process import COMMAND, Served
from tenant.process import running

HERE = Path(__file__).parent
CONSOLE = "/_rulebound/console/default"
HEIGHTS = {1440: 900, 390: 844}
REPORT = ("report", "plots", "statements")
"""Places of the report; all others are the console's."""
REPORT_HEIGHT = 640
SETTLE = 700
"""Milliseconds until a page stands still: what is sent after it, and moving parts."""
# A sandbox needs rights that containers do not have; what is shown here is our own.
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
NIGHTS = (
    (),
    ("appointment-end-after-due",),
    ("appointment-end-after-due", "appointment-any-notification"),
)
CHOSEN = ("--operation", "createAppointment")
PICK, TASK, SEARCH = (
    "/core/casemgr/v3/activity/pick",
    "/core/casemgr/v3/activity/task?searchContactOnAttribute=email.emailAddress",
    "/ws/v12/interaction/activity?customer=1080",
)
ANNA = {
    "Authorization": "Bearer token-anna",
    "Accept": "application/json",
    "Accept-Language": "en-US",
    "Content-Type": "application/json",
}
SESSION = {
    "X-egain-session": "5244fb6f-a9aa-5f40-9137-50b4837a9182",
    "Accept": "application/json",
}
KEYS = {"x-LSQ-AccessKey": "access-liam", "x-LSQ-SecretKey": "secret-liam"}
MAIL = {"id": "40001", "lastModified": "2026-10-02T10:15:30.123Z"}
CALL_BACK = {
    "department": {"name": "Service"},
    "type": {"value": "task", "subtype": {"value": "general"}},
    "subject": "Call back about the laptop",
    "customer": {"contacts": {"contact": [{"email": [{"emailAddress": "carol@example.com"}]}]}},
}


@dataclass(frozen=True)
class Picture:
    """A page, how wide the window is, and whether it is dark."""

    page: str
    where: str
    width: int = 1440
    scheme: str = "light"

    @property
    def of_report(self) -> bool:
        """Whether it shows a report, and not the console."""
        return self.page in REPORT

    @property
    def size(self) -> dict[str, int]:
        """The window. Wide, the report is full of text: less of it keeps the file small."""
        low = self.of_report and self.width > 390
        return {"width": self.width, "height": REPORT_HEIGHT if low else HEIGHTS[self.width]}

    @property
    def name(self) -> str:
        """Its file, without the ending."""
        return f"{self.page}-{self.width}-{self.scheme}"


def _pictures() -> Iterator[Picture]:
    console = {
        "requests": f"{CONSOLE}/requests",
        "request": f"{CONSOLE}/requests/1",
        "rules": f"{CONSOLE}/rules?operation=pickActivities",
        "rule": f"{CONSOLE}/rules/pick.at-least-one",
        "world": f"{CONSOLE}/world",
        "actors": f"{CONSOLE}/actors",
        "faults": f"{CONSOLE}/faults",
        "try": f"{CONSOLE}/try?operation=pickActivities",
        "report": "",
        "plots": "#plots",
        "statements": "#statements",
    }
    for page, where in console.items():
        for width in (1440, 390):
            for scheme in ("light", "dark"):
                yield Picture(page, where, width, scheme)


PICTURES = {each.name: each for each in _pictures()}
SHOWN = (
    "requests-1440-light",
    "request-1440-light",
    "request-390-dark",
    "rules-1440-dark",
    "try-390-light",
    "report-1440-light",
    "report-390-light",
    "statements-1440-dark",
)
"""The pictures that the pages show."""


def main() -> None:
    """Take the pictures."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(PICTURES)}")
    asked.add_argument("--into", type=Path, default=HERE)
    given = asked.parse_args()
    unknown = sorted(set(given.names) - set(PICTURES))
    if unknown:
        asked.error(f"there is no picture {unknown[0]}")
    wanted = [PICTURES[name] for name in given.names or SHOWN]
    given.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Served("--quiet") as served, browser() as window:
        lived_in(served.url)
        if any(each.of_report for each in wanted):
            reported(Path(folder))
        for each in wanted:
            base = (Path(folder) / "report.html").as_uri() if each.of_report else served.url
            file = given.into / f"{each.name}.png"
            taken(window, each, base, file)
            sys.stdout.write(f"{file}\n")


def lived_in(url: str) -> None:
    """Send a few requests, so that there is something to see; the first is refused by a rule."""
    send(url, "PUT", "/_rulebound/worlds/default/clock", {"freeze": "2026-11-22T09:00:00Z"})
    send(url, "PATCH", PICK, {"activity": []}, ANNA)
    send(url, "POST", TASK, CALL_BACK, ANNA)
    send(url, "PATCH", PICK, {"activity": [MAIL]}, ANNA)
    send(url, "PATCH", PICK, {"activity": [MAIL]}, ANNA)
    send(url, "GET", SEARCH, headers=SESSION)
    send(url, "GET", SEARCH)
    send(url, "POST", TASK, {**CALL_BACK, "priority": 11}, ANNA)
    send(url, "POST", "/v2/Task.svc/Create", {"Name": "Meeting"}, KEYS)
    faults = {"kind": "429", "operation": "createAppointment", "seconds": 3, "calls": 2}
    send(url, "POST", "/_rulebound/worlds/default/faults", faults)


def send(url: str, method: str, where: str, body: Any = None, headers: Any = None) -> None:
    """One request, however it is answered."""
    content = None if body is None else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **(headers or {})}
    with suppress(HTTPError), urlopen(Request(url + where, content, sent, method=method)):
        pass


def reported(folder: Path) -> None:
    """A report of the third night of a deployment, on which rules broke after the first."""
    for faults in NIGHTS:
        with running(*faults, rateLimitCalls=1000) as deployment:
            profile = deployment.profile(folder)
            subprocess.run(
                [COMMAND, "verify", "--profile", profile, "--report", folder, *CHOSEN],
                cwd=folder,
                env={**os.environ, **deployment.variables},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
    if not (folder / "report.html").exists():
        raise SystemExit("the run that was to be reported wrote no report")


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, without a head."""
    path = shutil.which("chromium")
    if path is None:
        raise SystemExit("pictures need chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


def taken(window: Browser, picture: Picture, base: str, file: Path) -> None:
    """Write one picture."""
    context = window.new_context(viewport=picture.size, color_scheme=picture.scheme)
    page = context.new_page()
    page.goto(base + picture.where, wait_until="load")
    if picture.page == "request":
        page.get_by_role("button", name="Send it changed").wait_for()
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    main()
