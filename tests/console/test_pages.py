"""Every page as it looks: light and dark, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from acceptance.process import Served
from acceptance.wire import Caller
from axe_playwright_python.sync_playwright import Axe
from console.conftest import Opening
from console.lived_in import MADE, OFF, PICKED, REFUSED, live_in
from console.window import LOOKS, Window
from playwright.sync_api import Page, expect

PAGES = (
    "requests",
    "requests?status=5xx",
    f"requests/{REFUSED}",
    f"requests/{PICKED}",
    f"requests/{MADE}",
    f"requests/{REFUSED}/change",
    "rules",
    "rules?q=nothing+is+like+this",
    "rules/pick.at-least-one",
    f"rules/{OFF}",
    "world",
    "actors",
    "actors?q=nobody+is+like+this",
    "faults",
    "try",
    "try?operation=pickActivities&actor=anna",
    "tables/egain/activity",
    "tables/egain/activity?q=nothing+is+like+this",
    "tables/egain/activity/40001",
    "tables/leadsquared/task",
)
OF_COLOURS = ["color-contrast", "link-in-text-block"]
GRAVE = ("serious", "critical")
MOST_SHIFT = 0.01
AS_CHOSEN = {"light": "rgb(245, 245, 241)", "dark": "rgb(21, 24, 27)"}


@pytest.fixture(scope="module")
def lived_in(served: Served) -> Iterator[str]:
    """The id of a world in which something has happened."""
    yield str(live_in(Caller(served.url).new_world()).world)


def _settled(page: Page) -> None:
    """Wait until nothing is under way any more."""
    asking = page.locator("#change form button", has_text="Look")
    expect(asking).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 60)))")


def _grave(page: Page, scheme: str = "light") -> list[str]:
    """What axe-core finds grave on a page; in the dark only what comes of colours can differ."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if scheme == "dark":
        options["runOnly"] = {"type": "rule", "values": OF_COLOURS}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['id']} ({each['impact']}): {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in GRAVE
    ]


def _is_fit_to_see(window: Window, look: str) -> None:
    page = window.page
    _settled(page)
    assert window.overflow() == 0
    assert window.shifted() < MOST_SHIFT, page.evaluate("window.shifts")
    assert _grave(page, LOOKS[look].scheme) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_fit_to_be_seen(opened: Opening, lived_in: str, path: str, look: str) -> None:
    """It fits the screen, stands still, has colours of the scheme preferred, and axe-core finds
    nothing grave; nothing is said on the console, nothing asked for elsewhere."""
    window = opened(lived_in, **LOOKS[look].context)
    page = window.go(path)
    _is_fit_to_see(window, look)

    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert colour == AS_CHOSEN[LOOKS[look].scheme]
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", ["requests", "faults"])
def test_an_empty_world_is_fit_to_be_seen(
    opened: Opening, caller: Caller, path: str, look: str
) -> None:
    """Where nothing has happened a page says what to do, and is as well laid out."""
    window = opened(str(caller.world), **LOOKS[look].context)
    page = window.go(path)
    expect(page.locator(".empty")).to_be_visible()
    _is_fit_to_see(window, look)


@pytest.mark.parametrize("look", LOOKS)
def test_a_page_that_is_not_there_is_fit_to_be_seen(opened: Opening, look: str) -> None:
    """A wrong address is answered by a page like the others."""
    window = opened("default", **LOOKS[look].context)
    page = window.go("nothing", status=404)
    expect(page.locator("main")).to_contain_text("Instead:")
    _is_fit_to_see(window, look)


def test_dark_and_light_are_chosen(window: Window) -> None:
    """The button turns the page at once, and the choice holds on the next page and after a
    reload."""
    page = window.go("rules")
    assert _paper(page) == AS_CHOSEN["light"]
    page.get_by_role("button", name="Dark").click()
    assert _paper(page) == AS_CHOSEN["dark"]
    page.get_by_role("link", name="Actors").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Actors")
    assert _paper(page) == AS_CHOSEN["dark"]
    page.get_by_role("button", name="Light").click()
    page.reload()
    assert _paper(page) == AS_CHOSEN["light"]
    assert _grave(page) == []


def _paper(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_the_front_door_leads_to_the_console(opened: Opening, served: Served) -> None:
    """A browser at /_rulebound/ sees the requests of the default world; each section is one click
    away, and the world is chosen at the top."""
    window = opened("default")
    page = window.page
    page.goto(f"{served.url}/_rulebound/")
    expect(page).to_have_url(window.address("requests"))
    sections = page.get_by_role("navigation", name="Console")
    for name in ("Rules", "World", "Actors", "Faults", "Try", "Requests"):
        sections.get_by_role("link", name=name, exact=True).click()
        expect(sections.locator("[aria-current]")).to_have_text(name)

    other = str(Caller(served.url).new_world().world)
    page.reload()
    page.locator(".chooser summary").click()
    page.get_by_role("link", name=other).click()
    expect(page).to_have_url(window.address("requests").replace("default", other))
    page.locator(".chooser summary").click()
    page.keyboard.press("Escape")
    expect(page.locator(".chooser")).not_to_have_attribute("open", "")
