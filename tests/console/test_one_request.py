"""One request explained: who refused it and why, what it changed, and what would have passed."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance.asked import QUEUED, VALID_EMAIL, email, pick, search, task, v3
from acceptance.wire import Caller
from console.lived_in import NOTHING
from console.window import Window
from playwright.sync_api import Page, expect


def _section(page: Page, name: str) -> Any:
    return page.get_by_role("region", name=name, exact=True)


def test_the_deciding_rule_is_explained(window: Window, caller: Caller) -> None:
    """First stands the rule that refused, its sentence, its source and its answer; below each rule
    in order with its result; its name leads to the rule book."""
    pick.send(caller, body=NOTHING)
    page = window.go("requests/1")
    verdict = page.locator(".verdict")

    expect(verdict).to_contain_text("Refused by pick.at-least-one")
    expect(verdict).to_contain_text("A request picks at least one activity.")
    expect(verdict.locator(".sources")).to_contain_text("P44")
    expect(verdict).to_contain_text("code 400-387")
    assert page.locator(".trace .rule.broken").count() == 1
    assert page.locator(".trace .rule.kept").count() > 5
    assert page.locator(".trace .rule.not-reached").count() > 5
    tally = page.locator(".tally")
    expect(tally).to_contain_text("1 broken")
    expect(_section(page, "Sent")).to_contain_text("***")
    expect(_section(page, "Sent")).not_to_contain_text("token-anna")

    late = page.locator("details.late").last
    assert not late.locator(".rule").first.is_visible()
    late.locator("summary").first.click()
    expect(late.locator(".rule").first).to_be_visible()
    verdict.get_by_role("link", name="pick.at-least-one").click()
    expect(page).to_have_url(window.address("rules/pick.at-least-one"))


def test_the_values_compared_are_shown(window: Window, caller: Caller) -> None:
    """A rule that compares tells the values that it compared, of the request and of the world."""
    old = {"activity": [{"id": QUEUED[0], "lastModified": "2020-01-01T00:00:00.000Z"}]}
    refused = pick.send(caller, body=old)
    assert refused.rule is not None
    page = window.go("requests/1")
    compared = page.get_by_role("table", name=f"Values compared by {refused.rule}").first

    expect(compared).to_contain_text("2020-01-01T00:00:00")
    expect(compared).to_contain_text("2026-10-02T10:15:30")


def test_facts_and_changes_are_shown(window: Window, caller: Caller) -> None:
    """An accepted request shows what was looked up for it, and each changed field before and
    after; the changed record is one click away."""
    before = caller.records("activity", id=QUEUED[0])[0]
    assert pick.send(caller).status == 204
    after = caller.records("activity", id=QUEUED[0])[0]
    page = window.go("requests/1")

    expect(page.locator(".verdict")).to_contain_text("Passed every rule it met")
    expect(page.get_by_role("table", name="Facts looked up")).to_contain_text("targets")
    change = page.locator("table.diff", has_text=QUEUED[0])
    fields = set(change.locator("tbody th").all_inner_texts())
    assert fields == {name for name in after if after[name] != before[name]}
    row = change.locator("tr", has=page.get_by_role("rowheader", name="assignee", exact=True))
    expect(row.locator(".after")).to_have_text(str(after["assignee"]))
    change.get_by_role("link", name=QUEUED[0]).click()
    expect(page).to_have_url(window.address(f"tables/egain/activity/{QUEUED[0]}"))


def test_what_was_sent_and_answered_is_shown(window: Window, caller: Caller) -> None:
    """Query, headers and bodies stand as they were sent, the credential hidden."""
    assert task.send(caller).status == 201
    page = window.go("requests/1")

    expect(_section(page, "Query")).to_contain_text("searchContactOnAttribute=email.emailAddress")
    expect(_section(page, "Body sent")).to_contain_text('"subject": "Call back"')
    headers = page.get_by_role("table", name="Headers sent")
    expect(headers).to_contain_text("Accept-Language".lower())
    expect(_section(page, "Sent")).to_contain_text("***")
    expect(_section(page, "Sent")).not_to_contain_text("token-anna")
    expect(page.get_by_role("table", name="Headers of the answer")).to_contain_text("201 Created")
    search.send(caller)
    page.reload()
    page.get_by_role("link", name="Later").click()
    expect(_section(page, "Body of the answer")).to_contain_text("{")
    page.get_by_role("link", name="Earlier").click()
    expect(page).to_have_url(window.address("requests/1"))


def test_the_smallest_change_is_sent(window: Window, caller: Caller) -> None:
    """Once the page stands the change is offered by itself: what to change, a curl line to copy,
    and a button that sends it; what it sent passes, and stands in the list."""
    pick.send(caller, body=NOTHING)
    page = window.go("requests/1")
    change = page.locator("#change")
    expect(change.get_by_role("table", name="What to change")).to_contain_text("body.activity")
    curl = change.locator("#change-curl")
    expect(curl).to_contain_text("curl -i -X PATCH")

    window.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=window.url)
    change.get_by_role("button", name="Copy").click()
    expect(change.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == curl.inner_text()
    change.get_by_role("button", name="Send it changed").click()

    expect(page).to_have_url(window.address("requests/2"))
    expect(page.locator(".verdict")).to_contain_text("Passed every rule it met")
    entries = caller.in_world("GET", "/journal").json["entries"]
    assert [each["status"] for each in entries] == [400, 204]


def test_a_request_is_sent_again(window: Window, caller: Caller) -> None:
    """The same once more is a new entry, with its credential, and is judged anew."""
    pick.send(caller)
    page = window.go("requests/1")
    page.get_by_role("button", name="Send it again").click()

    expect(page).to_have_url(window.address("requests/2"))
    expect(page.locator(".verdict")).to_contain_text("Refused by pick.")
    expect(page.locator(".about")).to_contain_text("asked by user 1101")


def test_where_only_the_world_can_change_it_is_said(window: Window, caller: Caller) -> None:
    """A refusal that no change of the request can mend says that the world has to change."""
    caller.in_world("PATCH", "/egain/settings", {"secureMessaging": False})
    body = {name: VALID_EMAIL[name] for name in ("type", "subject")}
    body["payload"] = {"email": {"emailAddresses": {"receiver": "help@service.example.com"}}}
    refused = email.send(caller, body=body, headers=v3("token-cora"))
    assert refused.rule == "email.secure-messaging-for-customers"
    page = window.go("requests/1")

    change = page.locator("#change")
    expect(change.locator(".says")).to_be_visible()
    expect(change.locator(".says")).to_contain_text("the setting secureMessaging")
    expect(change.get_by_role("button", name="Send it changed")).to_have_count(0)
    change.get_by_role("link", name="Change the world").click()
    expect(page).to_have_url(window.address("world"))


@pytest.mark.parametrize("body", ["{", '"\\ud800"', "[" * 5000, '["\\"\\ud800\\""]'])
def test_a_body_that_is_none_is_explained_too(window: Window, caller: Caller, body: str) -> None:
    """Whatever was sent, its page stands."""
    email.send(caller, body=body)
    page = window.go("requests/1")

    expect(page.locator(".verdict")).to_contain_text("Refused by")
    expect(page.locator("#change form button", has_text="Look")).to_have_count(0)


def test_a_change_that_cannot_be_had_may_be_asked_for_again(window: Window, caller: Caller) -> None:
    """When the stub does not answer, the button to ask comes back and works."""
    pick.send(caller, body=NOTHING)
    address = window.address("requests/1/change?part=yes")
    window.page.route(address, lambda route: route.fulfill(status=503))
    window.expect_refusal(address)
    page = window.go("requests/1")
    again = page.get_by_role("button", name="Look for it again")
    expect(again).to_be_enabled()
    page.unroute(address)
    again.click()

    expect(page.get_by_role("table", name="What to change")).to_contain_text("body.activity")
