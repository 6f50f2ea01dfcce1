"""The page of a report in a real browser: readable at any width, in light and dark, for all."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.reports.files import FILES

from tests.contract_tests.notes_profile import one_run
from tests.contract_tests.test_reports_schema import SCHEMA

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "report.md"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a head."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("these tests need chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def report(notes_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the second run of a deployment, which has broken rules since."""
    folder = tmp_path_factory.mktemp("seen")
    one_run(folder, notes_place)
    one_run(folder, notes_place, "lenient-401")
    return folder / "report" / "report.html"


def opened(browser: Browser, report: Path, width: int, colours: str, **options: bool) -> Page:
    """The page in a window of its own; what it complains of fails the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=colours,  # type: ignore[arg-type]
        offline=True,
        **options,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.on("console", lambda message: pytest.fail(message.text))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(report.as_uri())
    return page


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_everybody_can_read_it(browser: Browser, report: Path, width: int, colours: str) -> None:
    """axe finds nothing, with every part unfolded, and nothing stands beyond the window's edge."""
    page = opened(browser, report, width, colours, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)" if colours == "light" else "rgb(18, 22, 27)"
    )


def test_rules_are_found_by_words_and_by_verdict(browser: Browser, report: Path) -> None:
    """What is typed and what is ticked decide which rules are seen, and how many is said."""
    page = opened(browser, report, 1440, "light")
    rows = page.locator("tr[data-verdict]")
    number = rows.count()
    page.get_by_label("Find").fill("note.signed")
    assert page.locator("tr[data-verdict]:visible").count() == 1
    assert page.locator("#filter output").inner_text() == f"1 of {number} rules shown"
    page.get_by_label("Find").fill("")
    page.locator("#filter input[value=broken]").uncheck()
    assert page.locator("tr[data-verdict=broken]:visible").count() == 0
    assert page.locator("tr[data-verdict=kept]:visible").count() > 0


def test_a_link_to_a_rule_shows_it(browser: Browser, report: Path) -> None:
    """Also where it was filtered out before."""
    page = opened(browser, report, 1440, "light")
    page.locator("#filter input[value=kept]").uncheck()
    row = page.locator("tr[data-verdict=kept][id]").first
    name = row.get_attribute("id")
    assert not row.is_visible()
    page.evaluate("name => { location.hash = name; }", name)
    page.wait_for_function("name => !document.getElementById(name).hidden", arg=name)
    assert row.is_visible()


def test_it_is_whole_without_its_script(browser: Browser, report: Path) -> None:
    """Where no script runs every rule is seen, and no form that would do nothing."""
    page = opened(browser, report, 1440, "light", java_script_enabled=False)
    rows = page.locator("tr[data-verdict]")
    assert rows.count() == page.locator("tr[data-verdict]:visible").count() > 5
    assert not page.locator("#filter").is_visible()


def test_it_is_printed_in_black_on_white(browser: Browser, report: Path) -> None:
    """On paper the dark is light, failures are there and nothing to click is."""
    page = opened(browser, report, 760, "dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("article").first.is_visible()
    assert not page.locator("nav").is_visible() and not page.locator("#filter").is_visible()


def test_the_documentation_names_every_file_and_key() -> None:
    """Each file of a report and each key of report.json stands on the page about them."""
    text = DOCS.read_text("utf-8")
    named = set(re.findall(r"`([a-z_.]+)`", text))
    assert {*FILES, *SCHEMA["properties"]} <= named


def test_the_schema_is_had_as_documented() -> None:
    """The command on the page prints it, and its name is what reports say."""
    (line,) = re.findall(r"```sh\npython (.+?)\n```", DOCS.read_text("utf-8"), re.S)
    command = [sys.executable, *shlex.split(line)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == SCHEMA
    assert SCHEMA["$id"] == SCHEMA["properties"]["schema"]["const"]
