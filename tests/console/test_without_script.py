"""The console for a browser without script: every page is whole, every form does its work."""

from __future__ import annotations

import pytest
from acceptance.asked import pick
from acceptance.wire import Caller
from console.conftest import Opening
from console.lived_in import NOTHING
from console.window import Window
from playwright.sync_api import expect


@pytest.fixture
def plain(opened: Opening, caller: Caller) -> Window:
    """A window without script on the caller's world."""
    return opened(str(caller.world), java_script_enabled=False)


def test_requests_are_listed_and_explained(plain: Window, caller: Caller) -> None:
    """The list is refreshed by a link; a request leads to the rule, and to the smallest change,
    which can be sent."""
    page = plain.go("requests")
    pick.send(caller, body=NOTHING)
    page.get_by_role("link", name="Refresh").click()
    expect(page.locator("#pause")).to_be_hidden()
    page.locator("#request-1 .asked a").click()
    expect(page.locator(".verdict")).to_contain_text("Refused by pick.at-least-one")
    expect(page.locator("[data-copy]").first).to_be_hidden()

    page.get_by_role("button", name="Look for it").click()
    expect(page.get_by_role("table", name="What to change")).to_contain_text("body.activity")
    page.get_by_role("button", name="Send it changed").click()
    expect(page).to_have_url(plain.address("requests/2"))
    expect(page.locator(".verdict")).to_contain_text("Passed every rule it met")


def test_rules_are_found_and_switched(plain: Window, caller: Caller) -> None:
    """Search and switch are forms."""
    page = plain.go("rules")
    page.get_by_label("Search").fill("picks at least one")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="pick.at-least-one").click()
    page.get_by_role("button", name="Switch it off here").click()
    expect(page.get_by_role("button", name="Switch it on")).to_be_visible()
    assert pick.send(caller, body=NOTHING).rule != "pick.at-least-one"


def test_a_world_is_set_and_reset(plain: Window, caller: Caller) -> None:
    """Settings, clock, reset and fork are forms, and the worlds are chosen by a list that opens by
    itself."""
    page = plain.go("world")
    page.get_by_role("button", name="Switch off departmentalization").click()
    expect(page.get_by_role("status")).to_contain_text("The setting is changed")
    page.get_by_role("button", name="Stand at").click()
    expect(page.get_by_role("status")).to_contain_text("The clock is set")
    page.get_by_role("button", name="Reset").click()
    now = caller.in_world("PATCH", "/egain/settings", {}).json
    assert now["departmentalization"] is True
    page.get_by_role("button", name="Fork").click()
    expect(page.get_by_role("status")).to_contain_text("This is the new world")
    page.locator(".chooser summary").click()
    page.locator(".chooser").get_by_role("link", name=str(caller.world)).click()
    expect(page).to_have_url(plain.address("world"))


def test_faults_are_set_and_taken_off(plain: Window, caller: Caller) -> None:
    """The fault desk is two forms."""
    page = plain.go("faults")
    page.get_by_label("What goes wrong").select_option("500")
    page.get_by_role("button", name="Set it").click()
    expect(page.locator("table.faults")).to_contain_text("500")
    assert pick.send(caller).status == 500
    page.get_by_role("button", name="Take all off").click()
    expect(page.get_by_role("heading", name="Nothing goes wrong here")).to_be_visible()


def test_a_request_is_tried(plain: Window, caller: Caller) -> None:
    """Operation and actor are chosen, the request is sent by the stub, and the answer shown with
    the way to its explanation."""
    page = plain.go("try")
    page.get_by_label("Operation").select_option("pickActivities")
    page.get_by_role("button", name="Fill in").click()
    page.get_by_label("Actor").select_option("bob")
    page.get_by_role("button", name="Fill in").click()
    page.get_by_label("Body", exact=True).fill('{"activity": []}')
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#answer")).to_contain_text("refused by pick.at-least-one")
    page.get_by_role("link", name="Why").click()
    expect(page.locator(".verdict")).to_contain_text("Refused by pick.at-least-one")
    assert caller.in_world("GET", "/journal").json["entries"][0]["actor"]["id"] == "1102"


def test_tables_and_actors_are_read(plain: Window) -> None:
    """Records and actors are found and followed by forms and links."""
    page = plain.go("tables/egain/activity")
    page.get_by_label("Search").fill("40001")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="40001", exact=True).click()
    expect(page.get_by_role("table", name="Fields")).to_contain_text("Printer on fire")
    plain.go("actors")
    page.get_by_label("Search").fill("anna")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#credential-1-anna")).to_have_text("token-anna")


def test_dark_is_chosen(plain: Window) -> None:
    """The colours are a form too, and the choice leads back to the page it was made on."""
    page = plain.go("rules?q=pick")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(plain.address("rules?q=pick"))
    page.get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
