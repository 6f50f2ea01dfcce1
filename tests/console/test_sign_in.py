"""A stub that is called from elsewhere by a name: its console is opened by the token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from acceptance.asked import pick
from acceptance.process import Served
from acceptance.wire import Caller
from axe_playwright_python.sync_playwright import Axe
from console.conftest import Opening
from console.window import ELSEWHERE, LOOKS, Window
from playwright.sync_api import expect

TOKEN = "a-token-nobody-guesses"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Served]:
    """A stub that was started with a token."""
    with Served("--quiet", environment={"RULEBOUND_TOKEN": TOKEN}) as stub:
        yield stub


def _outside(opened: Opening, guarded: Served, look: str = "desktop light") -> Window:
    url = guarded.url.replace("127.0.0.1", ELSEWHERE)
    return opened("default", url, **LOOKS[look].context)


@pytest.mark.parametrize("look", LOOKS)
def test_the_sign_in_page_is_fit_to_be_seen(opened: Opening, guarded: Served, look: str) -> None:
    """Whoever comes from elsewhere is led to a page that asks for the token, and only that."""
    window = _outside(opened, guarded, look)
    page = window.go("rules")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert window.overflow() == 0
    assert window.shifted() < 0.01
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert TOKEN not in page.content()


def test_the_token_opens_the_console(opened: Opening, guarded: Served) -> None:
    """A wrong token is refused in words; the right one leads to the page that was asked for, and
    the live list, the forms and the change work from there."""
    window = _outside(opened, guarded)
    page = window.go("rules")
    page.get_by_label("Token").fill("a guess")
    window.expect_refusal(f"{window.url}/_rulebound/console/sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not the token")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rule book")

    window.go("requests")
    expect(page.locator("[data-state]")).to_have_text("Live")
    refused = pick.send(Caller(guarded.url), body={"activity": []})
    number = refused.headers["rulebound-explain"].rpartition("/")[2]
    expect(page.locator(f"#request-{number}")).to_be_visible()
    window.go(f"requests/{number}")
    page.get_by_role("button", name="Send it changed").click()
    expect(page.locator(".verdict")).to_contain_text("Passed every rule it met")
    window.go("world")
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("status")).to_contain_text("The world stands again")


def test_what_cannot_be_copied_is_chosen(opened: Opening, guarded: Served) -> None:
    """Without https a page may not write the clipboard: the text is selected, to be copied by
    hand."""
    window = _outside(opened, guarded)
    page = window.go("actors")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    button = page.locator("[data-copy]").first
    button.click()
    expect(button).to_contain_text("Selected")
    chosen = page.evaluate("getSelection().toString()")
    assert chosen == page.locator(f"#{button.get_attribute('data-copy')}").inner_text()


def test_the_choice_of_dark_needs_no_token(opened: Opening, guarded: Served) -> None:
    """On the sign-in page the colours are chosen as elsewhere."""
    window = _outside(opened, guarded)
    page = window.go("rules")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
