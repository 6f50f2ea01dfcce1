"""The fault desk: set in the browser, met by the next calls of the API, and taken off."""

from __future__ import annotations

from http.client import BadStatusLine, RemoteDisconnected

import pytest
from acceptance.asked import QUEUED, pick, search
from acceptance.wire import Caller
from console.window import Window
from playwright.sync_api import Page, expect

LABELS = {
    "milliseconds": "Milliseconds, if late",
    "status": "Status, if another",
    "seconds": "Retry-After, seconds",
}


def _set(page: Page, kind: str, operation: str = "", calls: str = "", **fields: str) -> None:
    page.get_by_label("Operation").select_option(operation)
    page.get_by_label("What goes wrong").select_option(kind)
    for label, text in fields.items():
        page.get_by_label(LABELS[label]).fill(text)
    page.get_by_label("For how many calls").fill(calls)
    with page.expect_navigation():
        page.get_by_role("button", name="Set it").click()


def test_a_fault_meets_the_next_calls(window: Window, caller: Caller) -> None:
    """Set for two calls of one operation it meets these two and no others, and the desk counts
    them down."""
    page = window.go("faults")
    expect(page.get_by_role("heading", name="Nothing goes wrong here")).to_be_visible()
    _set(page, "429", "searchActivities", "2", seconds="7")
    standing = page.locator("table.faults tbody tr")
    expect(standing).to_contain_text("searchActivities")
    expect(standing.locator(".figure")).to_have_text("2")

    assert pick.send(caller).status == 204
    met = search.send(caller)
    assert (met.status, met.headers["retry-after"]) == (429, "7")
    page.reload()
    expect(standing.locator(".figure")).to_have_text("1")
    assert search.send(caller).status == 429
    assert search.send(caller).status == 200
    page.reload()
    expect(page.get_by_role("heading", name="Nothing goes wrong here")).to_be_visible()
    window.go("requests?status=4xx")
    expect(page.locator("#requests tbody tr")).to_have_count(2)


def test_a_fault_is_taken_off(window: Window, caller: Caller) -> None:
    """A fault without an end stands until it is taken off, alone or with all the others."""
    page = window.go("faults")
    _set(page, "500")
    _set(page, "latency", "pickActivities", milliseconds="1")
    assert search.send(caller).status == 500
    page.get_by_role("button", name="Take off 500").click()
    expect(page.locator("table.faults tbody tr")).to_have_count(1)
    assert search.send(caller).status == 200
    _set(page, "status", status="418")
    assert search.send(caller).status == 418
    page.get_by_role("button", name="Take all off").click()
    expect(page.get_by_role("heading", name="Nothing goes wrong here")).to_be_visible()
    assert search.send(caller).status == 200


def test_a_connection_drops(window: Window, caller: Caller) -> None:
    """A dropped connection is one, and its request stands in the list."""
    page = window.go("faults")
    _set(page, "drop", "searchActivities", "1")
    with pytest.raises((RemoteDisconnected, BadStatusLine, ConnectionError)):
        search.send(caller)
    assert search.send(caller).status == 200


def test_old_records_are_read(window: Window, caller: Caller) -> None:
    """What only reads is answered from before the fault was set; what writes is not."""
    before = search.send(caller).content
    page = window.go("faults")
    _set(page, "stale", "searchActivities")
    customer = caller.records("activity", id=QUEUED[0])[0]["customer"]
    query = {"customer": customer}
    old = search.send(caller, query=query).content
    assert pick.send(caller).status == 204
    assert search.send(caller, query=query).content == old
    assert search.send(caller).content == before
    page.get_by_role("button", name="Take all off").click()
    expect(page.get_by_role("heading", name="Nothing goes wrong here")).to_be_visible()
    assert search.send(caller, query=query).content != old


def test_only_the_fields_of_a_kind_are_shown(window: Window) -> None:
    """The form asks for what the chosen kind needs, and for nothing else."""
    shown = {
        "latency": {"Milliseconds"},
        "429": {"Retry-After"},
        "500": set(),
        "status": {"Status", "Retry-After"},
        "drop": set(),
        "stale": set(),
    }
    page = window.go("faults")
    for kind, wanted in shown.items():
        page.get_by_label("What goes wrong").select_option(kind)
        found = {
            label
            for label in ("Milliseconds", "Status", "Retry-After")
            if page.get_by_label(label).is_visible()
        }
        assert found == wanted, kind


def test_nonsense_is_refused_in_words(window: Window, caller: Caller) -> None:
    """What is no number is answered by a sentence, and nothing is set."""
    page = window.go("faults")
    window.expect_refusal(window.address("faults/add"))
    _set(page, "latency", milliseconds="long")
    expect(page.locator("main")).to_contain_text("Instead:")
    assert search.send(caller).status == 200
