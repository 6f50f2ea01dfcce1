"""The page of a world: settings, clock, and worlds made, forked, reset, dropped and exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from acceptance.asked import QUEUED, VALID_EMAIL, email, pick
from acceptance.wire import Caller
from console.lived_in import NOTHING
from console.window import Window
from playwright.sync_api import Page, expect


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _told(page: Page) -> Any:
    return page.get_by_role("status")


def _in(window: Window, page: Page) -> Caller:
    """A caller in the world that the page shows."""
    return Caller(window.url, page.url.partition("/console/")[2].partition("/")[0])


def test_a_setting_is_switched(window: Window, caller: Caller) -> None:
    """A switch turns a setting, a value is set as JSON, and the API obeys; nonsense is refused in
    words and changes nothing."""
    page = window.go("world")
    row = page.locator("tr", has=page.get_by_text("departmentalization", exact=True))
    expect(row.locator(".switch")).to_have_text("on")
    _press(page, "Switch off departmentalization")
    expect(_told(page)).to_contain_text("The setting is changed")
    expect(row.locator(".switch")).to_have_text("off")
    messaging = page.locator("tr", has=page.get_by_text("secureMessaging", exact=True))
    messaging.get_by_role("button").click()
    expect(messaging.locator(".switch")).to_have_text("off")
    refused = email.send(caller, body={**VALID_EMAIL, "secure": True})
    assert refused.rule == "email.secure-messaging-for-staff"
    licences = page.get_by_label("licences, as JSON", exact=True)
    licences.fill("[]")
    licences.press("Enter")
    expect(_told(page)).to_contain_text("The setting is changed")
    now = caller.in_world("PATCH", "/egain/settings", {}).json
    assert now["departmentalization"] is False
    assert now["licences"] == []

    licences.fill("no JSON")
    window.expect_refusal(window.address("world/settings/egain"))
    licences.press("Enter")
    expect(page.locator("main")).to_contain_text("Instead:")
    assert caller.in_world("PATCH", "/egain/settings", {}).json == now


def test_the_clock_is_frozen_advanced_and_run(window: Window) -> None:
    """The clock stands where it is put, moves on by so many seconds, and runs with real time."""
    page = window.go("world")
    clock = page.locator("#clock")
    page.get_by_label("Moment", exact=True).fill("2030-05-01T10:00:00Z")
    _press(page, "Stand at")
    expect(clock.locator("tr").first).to_contain_text("2030-05-01 10:00:00 UTC")
    expect(clock.locator("tr").first).to_contain_text("stands")
    page.get_by_label("Seconds", exact=True).fill("90")
    _press(page, "Move on by seconds")
    expect(clock.locator("tr").first).to_contain_text("2030-05-01 10:01:30 UTC")
    _press(page, "Run with real time")
    expect(_told(page)).to_contain_text("The clock is set")
    expect(clock.locator("tr").first).to_contain_text("runs")
    expect(clock.locator("tr").first).not_to_contain_text("2030")


@pytest.mark.parametrize(
    ("label", "text", "button", "path"),
    [
        ("Moment", "yesterday", "Stand at", "world/clock"),
        ("Seconds", "many", "Move on by seconds", "world/clock"),
    ],
)
def test_a_clock_that_cannot_be_set_is_refused(
    window: Window, label: str, text: str, button: str, path: str
) -> None:
    """What is no moment and no number is answered by a sentence, and the clock stays."""
    page = window.go("world")
    before = page.locator("#clock table").inner_text()
    page.get_by_label(label, exact=True).fill(text)
    window.expect_refusal(window.address(path))
    _press(page, button)
    expect(page.locator("main")).to_contain_text("Instead:")
    window.go("world")
    assert page.locator("#clock table").inner_text() == before


def test_worlds_are_made_forked_reset_and_deleted(window: Window, caller: Caller) -> None:
    """A fork holds what this world holds and goes its own way; a reset puts everything back; a
    deleted world is gone from the list."""
    assert pick.send(caller).status == 204
    picked = caller.records("activity", id=QUEUED[0])
    page = window.go("world")
    _press(page, "Fork")
    expect(_told(page)).to_contain_text("This is the new world")
    fork = _in(window, page)
    assert fork.world != caller.world
    assert fork.records("activity", id=QUEUED[0]) == picked

    window.go("world")
    _press(page, "Reset")
    expect(_told(page)).to_contain_text("The world stands again")
    assert caller.records("activity", id=QUEUED[0]) != picked
    assert fork.records("activity", id=QUEUED[0]) == picked

    page.get_by_role("table", name="Worlds").get_by_role("link", name=str(fork.world)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(fork.world))
    _press(page, "Delete")
    expect(_told(page)).to_contain_text("The world is gone")
    expect(page.get_by_role("heading", level=1)).to_contain_text("default")
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    assert fork.control("GET", f"/worlds/{fork.world}/digest").status == 404


def test_fresh_worlds_are_made(window: Window) -> None:
    """A new world is as the seed has it, its clock standing or running as asked."""
    page = window.go("world")
    page.get_by_role("button", name="New world, clock standing").click()
    expect(page.locator("#clock tr").first).to_contain_text("stands")
    standing = _in(window, page)
    page.get_by_role("button", name="New world, clock running").click()
    expect(page.locator("#clock tr").first).to_contain_text("runs")
    running = _in(window, page)

    assert pick.send(standing, body=NOTHING).rule == "pick.at-least-one"
    assert pick.send(running).status == 204


def test_a_world_is_exported(window: Window, caller: Caller, tmp_path: Path) -> None:
    """The file saved is YAML, and holds clock, settings, rules and every record."""
    pick.send(caller)
    caller.in_world("PUT", "/rules/pick.at-least-one", {"on": False})
    page = window.go("world")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Export as YAML").click()
    saved = tmp_path / saving.value.suggested_filename
    saving.value.save_as(saved)
    written = yaml.load(saved.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    assert saved.name == f"world-{caller.world}.yaml"
    assert written["rules_off"] == ["pick.at-least-one"]
    assert written["seeds"]["egain"]["clock"]["running"] is False
    assert written["seeds"]["egain"]["settings"]["departmentalization"] is True
    assert written["seeds"]["egain"]["tables"]["activity"] == caller.records("activity")
