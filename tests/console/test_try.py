"""The API page: an operation and an actor chosen, sent from the page, and the answer explained."""

from __future__ import annotations

import json
import re
import shlex
import subprocess

import pytest
from acceptance.asked import ALL
from acceptance.wire import Caller
from console.window import Window
from playwright.sync_api import Page, expect


def _answer(page: Page) -> str:
    expect(page.locator("#answer .stamp")).to_be_visible()
    return page.locator("#answer .stamp").inner_text()


def _send(page: Page) -> str:
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#answer")).not_to_contain_text("Sending")
    return _answer(page)


@pytest.mark.parametrize("operation", ALL)
def test_every_operation_is_accepted_as_it_is_filled_in(
    window: Window, caller: Caller, operation: str
) -> None:
    """What is filled in for an operation and its actor is sent to this world and accepted; the
    answer links to why."""
    page = window.go("try")
    if page.get_by_label("Operation").input_value() != operation:
        with page.expect_navigation():
            page.get_by_label("Operation").select_option(operation)
    assert _send(page) == str(ALL[operation].status)

    page.get_by_role("link", name="Why").click()
    expect(page).to_have_url(window.address("requests/1"))
    expect(page.locator(".about")).to_contain_text(operation)
    expect(page.locator(".verdict")).to_contain_text("Passed every rule it met")


def test_a_refused_request_leads_to_its_rule(window: Window) -> None:
    """The body is edited and sent; the refusal names its rule, and links to it and to why."""
    page = window.go("try?operation=pickActivities&actor=anna")
    page.get_by_label("Body", exact=True).fill('{"activity": []}')
    assert _send(page) == "400"
    expect(page.locator("#answer")).to_contain_text("refused by pick.at-least-one")
    expect(page.get_by_role("region", name="Body of the answer")).to_contain_text("400-387")
    rule = page.locator("#answer").get_by_role("link", name="pick.at-least-one")
    expect(rule).to_have_attribute(
        "href", f"/_rulebound/console/{window.world}/rules/pick.at-least-one"
    )
    page.get_by_role("link", name="Why").click()
    expect(page.locator(".verdict")).to_contain_text("Refused by pick.at-least-one")


def test_the_actor_is_chosen(window: Window, caller: Caller) -> None:
    """Another actor is another credential; nobody is none."""
    page = window.go("try?operation=pickActivities")
    with page.expect_navigation():
        page.get_by_label("Actor").select_option("bob")
    expect(page.get_by_label("Headers, one a line")).to_have_value(re.compile("Bearer token-bob"))
    with page.expect_navigation():
        page.get_by_label("Actor").select_option("")
    assert "Authorization" not in page.get_by_label("Headers, one a line").input_value()
    assert _send(page) == "401"
    entry = caller.in_world("GET", "/journal").json["entries"][0]
    assert entry["actor"] is None


def test_the_curl_line_does_the_same(window: Window, caller: Caller) -> None:
    """The curl line keeps step with what is written in the form; run in a shell it is answered as
    the form is."""
    page = window.go("try?operation=pickActivities&actor=anna")
    page.get_by_label("Body", exact=True).fill(json.dumps({"activity": [], "note": "it's  so"}))
    line = page.locator("#curl").inner_text()
    assert '"it\'s  so"' in shlex.split(line)[-2]
    assert _send(page) == "400"
    answered = page.get_by_role("region", name="Body of the answer").inner_text()
    ran = subprocess.run(
        shlex.split(line), capture_output=True, text=True, check=True, timeout=30
    ).stdout
    head, _, body = ran.partition("\n\n" if "\r\n\r\n" not in ran else "\r\n\r\n")
    assert " 400 " in head.splitlines()[0]
    assert json.loads(body) == json.loads(answered)
    assert len(caller.in_world("GET", "/journal").json["entries"]) == 2


def test_a_connection_that_drops_is_told(window: Window, caller: Caller) -> None:
    """No answer is said to be none, and the form can be sent again."""
    caller.in_world("POST", "/faults", {"kind": "drop"})
    page = window.go("try?operation=pickActivities")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#answer")).to_contain_text("No answer came")
    caller.in_world("DELETE", "/faults")
    assert _send(page) == "204"
