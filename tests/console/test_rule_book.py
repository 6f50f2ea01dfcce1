"""The rule book: found by words, pasted as a link, switched off and on."""

from __future__ import annotations

from acceptance.asked import pick
from acceptance.wire import Caller
from console.conftest import Opening
from console.lived_in import NOTHING
from console.window import Window
from playwright.sync_api import Page, expect
from rulebound.contract_tests.apis import Apis

RULE = "pick.at-least-one"


def _listed(page: Page) -> list[str]:
    return page.locator(".book tbody th a").all_inner_texts()


def test_every_rule_is_in_the_book(window: Window, apis: Apis) -> None:
    """The pages of the book hold every rule of every operation, each once, under its topic."""
    known = [rule for api in apis.all for each in api.document.operations for rule in each.rules]
    page = window.go("rules")
    found = _listed(page)
    while page.get_by_role("link", name="Next").count():
        with page.expect_navigation():
            page.get_by_role("link", name="Next").click()
        found += _listed(page)

    assert len(found) == len(set(found))
    assert set(found) == {each.id for each in known}


def test_rules_are_found_by_words(window: Window) -> None:
    """Words of the sentence, the id, the source or the code find a rule; what finds nothing says
    so."""
    page = window.go("rules")
    for words in ("picks at least one", "P44 at-least-one", "400-387 least"):
        page.get_by_label("Search").fill(words)
        with page.expect_navigation():
            page.get_by_label("Search").press("Enter")
        expect(page.locator(".book tbody th a").first).to_have_text(RULE)
        assert RULE in _listed(page)
        assert len(_listed(page)) < 5
    page.get_by_label("Search").fill("no rule has these words")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="No rule is like that")).to_be_visible()
    page.get_by_role("link", name="Show all rules").click()
    page.get_by_label("Operation").select_option("pickActivities")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("h2.operation")).to_have_count(1)
    assert all(each.startswith("pick.") for each in _listed(page))


def test_how_often_a_rule_was_met_is_counted(window: Window, caller: Caller) -> None:
    """The book counts, for this world, how often each rule was met and broken, and leads to the
    requests it refused."""
    pick.send(caller, body=NOTHING)
    pick.send(caller, body=NOTHING)
    pick.send(caller)
    page = window.go("rules?show=broken")
    assert _listed(page) == [RULE]
    row = page.locator(".book tbody tr")
    expect(row.locator(".figure")).to_have_text(["3", "2"])

    page.get_by_role("link", name=RULE).click()
    expect(page.locator(".figures dd")).to_have_text(["3", "2"])
    page.get_by_role("link", name="Requests it refused").click()
    expect(page.locator("#requests tbody tr")).to_have_count(2)


def test_a_link_to_a_rule_may_be_pasted(opened: Opening) -> None:
    """Its address alone shows a rule whole: sentence, reading, source, answer, condition, place,
    and how to see its witnesses."""
    page = opened("default").go(f"rules/{RULE}")

    expect(page.get_by_role("heading", level=1)).to_have_text(RULE)
    for words in ("A request picks at least one activity.", "P44", "400-387", "pickActivities"):
        expect(page.locator("main")).to_contain_text(words)
    expect(page.get_by_role("region", name="Condition")).to_be_visible()
    expect(page.locator("#explain")).to_contain_text(f"rulebound explain {RULE}")


def test_a_rule_is_switched_off_and_on(window: Window, caller: Caller) -> None:
    """Switched off on its page it refuses no more, in this world alone; switched on it does."""
    page = window.go(f"rules/{RULE}")
    page.get_by_role("button", name="Switch it off here").click()
    expect(page.get_by_role("status")).to_contain_text("switched")
    assert pick.send(caller, body=NOTHING).rule != RULE
    assert pick.send(caller.new_world(), body=NOTHING).rule == RULE
    window.go("rules?show=off")
    assert _listed(page) == [RULE]
    window.go("requests/1")
    expect(page.locator(".tally")).to_contain_text("1 off")

    window.go(f"rules/{RULE}")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("button", name="Switch it off here")).to_be_visible()
    assert pick.send(caller, body=NOTHING).rule == RULE


def test_a_rule_nearly_named_is_suggested(window: Window) -> None:
    """A mistyped address says which rule may be meant."""
    page = window.go("rules/pick.at-least-on", status=404)

    expect(page.locator("main")).to_contain_text(f"Did you mean {RULE}")
