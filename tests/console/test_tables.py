"""Tables of records: searched, gone through by pages, and each record with what it points at."""

from __future__ import annotations

from acceptance.asked import QUEUED, task
from acceptance.wire import Caller
from console.window import Window
from playwright.sync_api import Page, expect


def _ids(page: Page) -> list[str]:
    return page.locator(".records tbody th").all_inner_texts()


def _search(page: Page, words: str) -> None:
    page.get_by_label("Search").fill(words)
    with page.expect_navigation():
        page.get_by_role("button", name="Find").click()


def test_tables_are_reached_from_the_world(window: Window, caller: Caller) -> None:
    """The world lists its tables with how many records each has; a table leads to the others."""
    page = window.go("world")
    row = page.locator(".tables li", has=page.get_by_role("link", name="activity", exact=True))
    expect(row).to_contain_text(f"{len(caller.records('activity')):,}")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("activity")
    others = page.get_by_role("navigation", name="Tables of egain")
    others.get_by_role("link", name="queue", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("queue")


def test_records_are_found_by_words(window: Window, caller: Caller) -> None:
    """All words must stand somewhere in a record, in any case; what finds nothing says so."""
    known = caller.records("activity", id=QUEUED[0])[0]
    page = window.go("tables/egain/activity")
    _search(page, f"{known['subject'].upper()} {QUEUED[0]}")
    assert QUEUED[0] in _ids(page)
    assert len(_ids(page)) < 5
    _search(page, "no record has these words")
    expect(page.get_by_role("heading", name="No record holds these words")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".records")).to_be_visible()


def test_a_long_table_is_gone_through_by_pages(window: Window, caller: Caller) -> None:
    """Every record stands on one page of the table; the newest come first when asked."""
    for _ in range(60):
        assert task.send(caller).status == 201
    known = [each["id"] for each in caller.records("activity")]
    page = window.go("tables/egain/activity")
    found = _ids(page)
    assert len(found) == 50
    while page.get_by_role("link", name="Next").count():
        with page.expect_navigation():
            page.get_by_role("link", name="Next").click()
        found += _ids(page)
    assert found == known

    page.get_by_label("Order").select_option("newest")
    with page.expect_navigation():
        page.get_by_role("button", name="Find").click()
    assert _ids(page) == known[::-1][:50]


def test_a_record_leads_to_what_it_points_at_and_back(window: Window, caller: Caller) -> None:
    """Each field of a record is shown; a reference is a link, and the record it points at links
    what points back."""
    known = caller.records("activity", id=QUEUED[0])[0]
    page = window.go("tables/egain/activity")
    page.locator(".records").get_by_role("link", name=QUEUED[0], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(QUEUED[0])
    fields = page.get_by_role("table", name="Fields").locator("tbody th").all_inner_texts()
    assert sorted(fields) == sorted(known)
    expect(page.get_by_role("table", name="Fields")).to_contain_text(known["subject"])

    page.get_by_role("link", name=f"queue {known['queue']}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(known["queue"])
    back = page.get_by_role("table", name="Records that point at this one")
    back.get_by_role("link", name=QUEUED[0], exact=True).click()
    expect(page).to_have_url(window.address(f"tables/egain/activity/{QUEUED[0]}"))
    page.get_by_role("link", name="The whole record as JSON").click()
    expect(page.locator("body")).to_contain_text('"subject"')


def test_what_a_request_made_is_in_its_table(window: Window, caller: Caller) -> None:
    """A record that an API call created is found, and opened, at once."""
    made = task.send(caller).headers["location"].rpartition("/")[2]
    page = window.go("tables/egain/activity?order=newest")
    assert made in _ids(page)
    window.go(f"tables/egain/activity/{made}")
    expect(page.get_by_role("table", name="Fields")).to_contain_text("Call back")
