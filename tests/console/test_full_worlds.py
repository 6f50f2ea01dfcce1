"""The console over a full journal and a large table: nothing it asks for is large."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from acceptance.asked import pick
from acceptance.wire import Caller
from console.conftest import Opening
from console.full_stub import PAGES, RECORDS, REQUESTS, FullStub
from console.window import LOOKS
from playwright.sync_api import Response, expect

MOST_BYTES = 300 * 1024
MOST_SHIFT = 0.01


@pytest.fixture(scope="module")
def full() -> Iterator[FullStub]:
    """A stub whose default world is full."""
    with FullStub() as stub:
        yield stub


def test_no_answer_to_a_page_is_large(full: FullStub, opened: Opening) -> None:
    """However much a world holds, a page and all that it asks for are answered by at most 300 KB
    each, fit a phone and stand still."""
    window = opened("default", full.url, **LOOKS["phone light"].context)
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    window.page.on("response", note)
    for path in PAGES:
        page = window.go(path)
        expect(page.locator("#change form button", has_text="Look")).to_have_count(0)
        assert window.overflow() == 0, path
        assert window.shifted() < MOST_SHIFT, (path, page.evaluate("window.shifts"))

        streams = [each for each in answers if each.url.partition("?")[0].endswith("/events")]
        sizes = {each.url: len(each.body()) for each in answers if each not in streams}
        assert window.address(path) in sizes
        assert max(sizes.values()) <= MOST_BYTES, sizes
        answers.clear()


def test_a_full_world_is_gone_through(full: FullStub, opened: Opening) -> None:
    """The list begins with the newest of 10,000 and ends with the oldest; a search finds one of
    100,000 records."""
    window = opened("default", full.url)
    page = window.go("requests?page=100")
    first, last = REQUESTS - 99, REQUESTS
    expect(page.locator("[data-total]")).to_have_text(f"{first:,}–{last:,} of {REQUESTS:,}")
    window.go("tables/egain/activity")
    page.get_by_label("Search").fill("NOTE 99999")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".records tbody th")).to_have_text(f"{700_000_000 + RECORDS - 1}")


def test_what_comes_into_a_full_list_is_shown(full: FullStub, opened: Opening) -> None:
    """Rows come in live, a burst too; the list stays a hundred rows long and nothing shifts."""
    caller = Caller(full.url)
    window = opened("default", full.url)
    page = window.go("requests")
    expect(page.locator("[data-state]")).to_have_text("Live")
    for _ in range(300):
        newest = pick.send(caller, body={"activity": []}).headers["rulebound-explain"]
    expect(page.locator(f"#request-{newest.rpartition('/')[2]}")).to_be_visible()

    expect(page.locator("#requests tbody tr")).to_have_count(100)
    assert window.shifted() < MOST_SHIFT, page.evaluate("window.shifts")
