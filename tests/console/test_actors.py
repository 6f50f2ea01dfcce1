"""Actors: who may ask, what they may do, and a credential to copy and use."""

from __future__ import annotations

import pytest
from acceptance.asked import appointment, pick, search, v3, v12
from acceptance.wire import Caller
from console.window import Window
from playwright.sync_api import Locator, Page, expect


def _actor(page: Page, window: Window, name: str) -> Locator:
    """The card of one actor, found by the search."""
    window.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=window.url)
    page.get_by_label("Search").fill(name)
    with page.expect_navigation():
        page.get_by_role("button", name="Find").click()
    heading = page.get_by_role("heading", level=2).filter(has_text=name)
    return page.locator("li.card", has=heading).first


def _copied(page: Page, card: Locator, name: str) -> str:
    """What lies on the clipboard after the button that copies a credential was pressed."""
    card.get_by_role("button", name=f"Copy {name}", exact=True).click()
    expect(card.get_by_role("button", name=f"Copied {name}", exact=True)).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_token_is_copied_and_used(window: Window, caller: Caller) -> None:
    """The button puts an actor's token on the clipboard; with it a call is that actor's."""
    page = window.go("actors")
    card = _actor(page, window, "anna")
    token = _copied(page, card, "token of anna")

    assert pick.send(caller, headers=v3(token)).status == 204
    asked = caller.in_world("GET", "/journal?last=1").json["entries"][0]
    assert asked["actor"] == {"kind": "user", "id": "1101"}


def test_a_session_and_keys_are_copied_and_used(window: Window, caller: Caller) -> None:
    """Sessions and access keys are credentials like tokens."""
    page = window.go("actors")
    card = _actor(page, window, "anna-console")
    session = _copied(page, card, "session of anna-console")
    assert search.send(caller, headers=v12(session)).status == 200

    card = _actor(page, window, "liam")
    access = _copied(page, card, "access key of liam")
    secret = _copied(page, card, "secret of liam")
    keys = {"x-LSQ-AccessKey": access, "x-LSQ-SecretKey": secret, "Accept": "application/json"}
    assert appointment.send(caller, headers=keys).status == 200


def test_an_actor_s_rights_and_record_are_shown(window: Window, caller: Caller) -> None:
    """A card says what an actor is, what it may, and leads to its record and to Try."""
    page = window.go("actors")
    card = _actor(page, window, "anna")
    expect(card).to_contain_text("user")
    record = caller.records("user", id="1101")[0]
    for name, value in record.items():
        if isinstance(value, list) and value:
            expect(card.locator(".rights")).to_contain_text(name)
            expect(card.locator(".rights")).to_contain_text(str(value[0]))

    card.get_by_text("Ask as anna").click()
    expect(card.get_by_role("region", name="curl line of anna")).to_contain_text("token-anna")
    card.get_by_role("link", name="Try").click()
    expect(page.get_by_label("Actor")).to_have_value("anna")
    page.go_back()
    card.get_by_role("link", name="user 1101").click()
    expect(page).to_have_url(window.address("tables/egain/user/1101"))


def test_every_actor_is_on_a_page(window: Window) -> None:
    """The pages of actors hold each once."""
    page = window.go("actors")
    total = int(page.locator("[data-total]").get_attribute("data-total") or 0)
    found = page.locator(".actors h2 .code").all_inner_texts()
    while page.get_by_role("link", name="Next").count():
        with page.expect_navigation():
            page.get_by_role("link", name="Next").click()
        found += page.locator(".actors h2 .code").all_inner_texts()

    assert len(found) == total > 25


@pytest.mark.parametrize("words", ["nobody is like this", "<b>&"])
def test_who_is_not_there_is_not_found(window: Window, words: str) -> None:
    """A search without a result says so, and shows the way back."""
    page = window.go("actors")
    page.get_by_label("Search").fill(words)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="Nobody is like that")).to_be_visible()
    page.get_by_role("link", name="Show all actors").click()
    expect(page.locator(".actors li").first).to_be_visible()
