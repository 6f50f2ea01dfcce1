"""The live list of requests: what comes in, held back, narrowed, and gone through by pages."""

from __future__ import annotations

from acceptance.asked import email, pick, search
from acceptance.wire import Caller
from console.conftest import Opening
from console.window import LOOKS, Window
from playwright.sync_api import Page, expect

NOTHING = {"activity": []}
"""A body that pick.at-least-one refuses."""
MOST_SHIFT = 0.01


def _rows(page: Page) -> list[int]:
    """The numbers of the requests shown, from the top."""
    found = page.locator("#requests tbody tr").evaluate_all("rows => rows.map((row) => row.id)")
    return [int(each.removeprefix("request-")) for each in found]


def _live(page: Page) -> None:
    expect(page.locator("[data-state]")).to_have_text("Live")


def test_requests_appear_by_themselves(window: Window, caller: Caller) -> None:
    """A list that is open shows each request as it comes, the newest on top, linked to its page and
    to the rule that refused it; the first takes the place of the advice."""
    page = window.go("requests")
    expect(page.get_by_role("heading", name="No request yet")).to_be_visible()
    _live(page)

    assert pick.send(caller, body=NOTHING).status == 400
    row = page.locator("#request-1")
    expect(row).to_contain_text("pickActivities")
    expect(row).to_contain_text("400 Bad Request")
    expect(row).to_contain_text("user 1101")
    expect(page.get_by_role("heading", name="No request yet")).to_have_count(0)
    assert pick.send(caller).status == 204
    expect(page.locator("#request-2")).to_contain_text("204 No Content")
    assert _rows(page) == [2, 1]
    expect(page.locator("[data-total]")).to_have_text("1–2 of 2")

    live = page.locator("#requests tbody").inner_text()
    page.reload()
    assert page.locator("#requests tbody").inner_text() == live
    row.get_by_role("link", name="pick.at-least-one").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("pick.at-least-one")
    page.go_back()
    page.locator("#request-1").get_by_role("link", name="PATCH").click()
    expect(page).to_have_url(window.address("requests/1"))


def test_news_are_told_to_who_does_not_see_them(window: Window, caller: Caller) -> None:
    """A status line for screen readers says how many came and what came of the last."""
    page = window.go("requests")
    _live(page)
    pick.send(caller, body=NOTHING)

    expect(page.get_by_role("status")).to_have_text(
        f"1 new. PATCH {pick.path} refused by pick.at-least-one."
    )


def test_a_paused_list_stands_still(window: Window, caller: Caller) -> None:
    """Paused it shows how many wait, on demand shows them, and goes on when told to."""
    page = window.go("requests")
    _live(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-state]")).to_have_text("Paused")
    for _ in range(3):
        search.send(caller)

    waiting = page.get_by_role("button", name="Show 3 new")
    expect(waiting).to_be_visible()
    assert _rows(page) == []
    waiting.click()
    expect(page.locator("#request-3")).to_be_visible()
    assert _rows(page) == [3, 2, 1]
    search.send(caller)
    expect(page.get_by_role("button", name="Show 1 new")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#request-4")).to_be_visible()
    _live(page)


def test_a_narrowed_list_lets_in_only_what_fits(window: Window, caller: Caller) -> None:
    """Filters choose among what was, and among what comes; Clear shows all again."""
    pick.send(caller, body=NOTHING)
    search.send(caller)
    page = window.go("requests")
    page.get_by_label("Operation").select_option("pickActivities")
    page.get_by_label("Status").select_option("4xx")
    page.get_by_label("Refused by").select_option("pick.at-least-one")
    page.get_by_role("button", name="Filter").click()
    _live(page)
    assert _rows(page) == [1]

    search.send(caller)
    email.send(caller, body={})
    pick.send(caller)
    pick.send(caller, body=NOTHING)
    expect(page.locator("#request-6")).to_be_visible()
    assert _rows(page) == [6, 1]
    expect(page.get_by_label("Operation")).to_have_value("pickActivities")
    page.get_by_role("link", name="Clear").click()
    expect(page.locator("#request-5")).to_be_visible()
    assert _rows(page) == [6, 5, 4, 3, 2, 1]


def test_a_filter_that_fits_nothing_says_so(window: Window, caller: Caller) -> None:
    """Nothing like that is said in words, and the first that fits still appears."""
    page = window.go("requests?status=5xx")
    expect(page.get_by_role("heading", name="No request is like that")).to_be_visible()
    _live(page)
    search.send(caller)
    made = caller.in_world("POST", "/faults", {"kind": "500", "calls": 1})
    assert made.status < 300, made.text
    assert search.send(caller).status == 500

    expect(page.locator("#requests tbody tr")).to_have_count(1)
    expect(page.locator("#requests tbody tr")).to_contain_text("500")


def test_a_long_list_is_gone_through_by_pages(window: Window, caller: Caller) -> None:
    """A hundred stand on a page; older pages hold the others and say that they stand still."""
    for _ in range(120):
        search.send(caller)
    page = window.go("requests")
    assert _rows(page) == list(range(120, 20, -1))
    expect(page.locator("[data-total]")).to_have_text("1–100 of 120")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("[data-state]")).to_contain_text("Older requests")
    assert _rows(page) == list(range(20, 0, -1))
    expect(page.locator("#pause")).to_be_hidden()
    page.get_by_role("link", name="Previous").click()
    _live(page)

    search.send(caller)
    expect(page.locator("#request-121")).to_be_visible()
    assert _rows(page) == list(range(121, 21, -1))
    expect(page.locator("[data-total]")).to_have_text("1–100 of 121")


def test_a_reader_is_not_moved(window: Window, caller: Caller) -> None:
    """Who has a row chosen, or has scrolled down, keeps the place; what is new waits."""
    for _ in range(60):
        search.send(caller)
    page = window.go("requests")
    _live(page)
    page.keyboard.press("j")
    search.send(caller)
    expect(page.get_by_role("button", name="Show 1 new")).to_be_visible()
    assert _rows(page)[0] == 60

    page.evaluate("document.activeElement.blur(); scrollTo(0, 600)")
    search.send(caller)
    expect(page.locator("#waiting")).to_have_text("Show 2 new")
    page.locator("#waiting").evaluate("(button) => button.click()")
    expect(page.locator("#request-62")).to_be_visible()
    assert page.evaluate("scrollY") == 0


def test_rows_that_come_in_shift_nothing(opened: Opening, caller: Caller) -> None:
    """On a wide and on a narrow screen rows come without moving what is being read."""
    for look in LOOKS.values():
        window = opened(str(caller.world), **look.context)
        page = window.go("requests")
        _live(page)
        for _ in range(3):
            search.send(caller)
            newest = pick.send(caller, body=NOTHING).headers["rulebound-explain"]
            number = newest.rpartition("/")[2]
            expect(page.locator(f"#request-{number}")).to_be_visible()
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
        assert window.shifted() < MOST_SHIFT, page.evaluate("window.shifts")


def test_a_world_reset_elsewhere_goes_on_in_the_list(window: Window, caller: Caller) -> None:
    """After a reset that another window made, what comes next is still shown."""
    search.send(caller)
    page = window.go("requests")
    _live(page)
    caller.in_world("POST", "/reset")
    search.send(caller)

    expect(page.locator("#request-2")).to_be_visible()


def test_a_list_shows_its_own_world_only(window: Window, caller: Caller) -> None:
    """Requests to another world stay out."""
    page = window.go("requests")
    _live(page)
    search.send(caller.new_world())
    search.send(caller)

    expect(page.locator("#request-1")).to_be_visible()
    assert _rows(page) == [1]
