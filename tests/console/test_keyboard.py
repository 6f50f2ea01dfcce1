"""The console by keyboard alone: everything is reached, and it is seen where one is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from acceptance.asked import search
from acceptance.process import Served
from acceptance.wire import Caller
from console.conftest import Opening
from console.lived_in import REFUSED, live_in
from console.window import LOOKS, Window
from playwright.sync_api import Page, expect

PAGES = (
    "requests",
    f"requests/{REFUSED}",
    "rules?operation=searchActivities",
    "rules/pick.at-least-one",
    "world",
    "actors?q=anna",
    "faults",
    "try",
    "tables/egain/queue",
    "tables/egain/activity/40001",
)
REACHED = """
() => {
  const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary,"
    + " [tabindex='0']";
  const all = [...document.querySelectorAll(usable)];
  const seen = all.filter((each) => each.checkVisibility() && !each.disabled);
  seen.forEach((each, place) => (each.dataset.place = place));
  return seen.length;
}
"""
HERE = """
() => {
  const each = document.activeElement;
  const style = getComputedStyle(each);
  const box = each.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0;
  return [Number(each.dataset.place ?? -1), each.outerHTML.slice(0, 120), ring && inside];
}
"""


@pytest.fixture(scope="module")
def lived_in(served: Served) -> Iterator[str]:
    """The id of a world in which something has happened."""
    yield str(live_in(Caller(served.url).new_world()).world)


@pytest.mark.parametrize("look", ["desktop light", "phone dark"])
@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_reached_and_seen(
    opened: Opening, lived_in: str, path: str, look: str
) -> None:
    """The Tab key comes to every link, button, field and scrolled part of a page, in the order they
    stand, and each has a ring around it while it has the focus."""
    page = opened(lived_in, **LOOKS[look].context).go(path)
    expect(page.locator("#change form button", has_text="Look")).to_have_count(0)
    number = page.evaluate(REACHED)
    came, unseen = [], []
    for _ in range(number):
        page.keyboard.press("Tab")
        place, html, is_seen = page.evaluate(HERE)
        came.append(place)
        if not is_seen:
            unseen.append(html)

    assert number > 10
    assert came == list(range(number))
    assert unseen == []


def test_the_navigation_is_skipped(window: Window) -> None:
    """The first Tab offers to skip to the content; what comes next is in it."""
    page = window.go("rules")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    expect(page.get_by_label("Search")).to_be_focused()


@pytest.mark.parametrize("path", ["rules", "actors", "tables/egain/activity"])
def test_a_slash_leads_to_the_search(window: Window, path: str) -> None:
    """The key / goes to the search field, and writes itself once one is there."""
    page = window.go(path)
    page.keyboard.press("/")
    search_field = page.get_by_label("Search")
    expect(search_field).to_be_focused()
    page.keyboard.type("a/b")
    expect(search_field).to_have_value("a/b")


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.id ?? ''"))


def test_requests_are_gone_through_by_j_and_k(window: Window, caller: Caller) -> None:
    """j goes down the list and k up, not beyond its ends; Enter opens; in a field they are
    letters."""
    for _ in range(3):
        search.send(caller)
    page = window.go("requests")
    found = []
    for key in "jjjjkkkk":
        page.keyboard.press(key)
        found.append(_focused(page).removeprefix("request-"))
    assert found == ["3", "2", "1", "1", "2", "3", "3", "3"]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(window.address("requests/2"))

    window.go("rules")
    page.get_by_label("Search").press("j")
    expect(page.get_by_label("Search")).to_have_value("j")


def test_what_opens_closes_by_escape(window: Window) -> None:
    """The list of worlds is opened by Enter and closed by Escape, which leads back to it."""
    page = window.go("rules")
    summary = page.locator(".chooser summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chooser .drop")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".chooser .drop")).to_be_hidden()
    expect(summary).to_be_focused()
