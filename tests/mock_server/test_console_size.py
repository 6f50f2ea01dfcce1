"""The console over a full journal and a large table: no answer is large, none needs all of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rulebound.mock_server.journal import MOST_ENTRIES
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import PICK, Caller, Running, as_user

RECORDS = 100_000
MOST_BYTES = 300 * 1024


@pytest.fixture(scope="module")
def full() -> Iterator[Caller]:
    """A stub whose default world holds as many requests as a journal keeps, and many records."""
    served = Running(build(Settings()))
    call = served.caller
    long = {"activity": [{"id": str(number), "lastModified": "x" * 50} for number in range(75)]}
    for _ in range(100):
        call("PATCH", f"{PICK}?odd={'long' * 1000}", long, as_user())
        call("PATCH", PICK, long, as_user())
    world = served.stub.worlds.get("default")
    for entry in world.journal.last(200) * (MOST_ENTRIES // 200 - 1):
        world.journal.add(entry._replace(number=world.journal.next_number()))
    with world.worlds["egain"].transaction() as view:
        row = dict(next(iter(view.scan("activity"))))
        for number in range(RECORDS):
            note = f"note {number}" + " and more" * 20
            view.insert("activity", {**row, "id": str(700_000_000 + number), "subject": note})
    yield call
    served.stop()


@pytest.mark.parametrize(
    "path",
    [
        "requests",
        "requests?page=50",
        "requests?status=4xx",
        "requests/199",
        "requests/200",
        "rules",
        "world",
        "actors",
        "faults",
        "try",
        "tables/egain/activity",
        "tables/egain/activity?page=1000&order=newest",
        "tables/egain/activity?q=more",
        "tables/egain/activity/700000001",
        "tables/egain/customer/1061",
    ],
)
def test_no_page_is_large(full: Caller, path: str) -> None:
    """However much there is, a page stays below 300 KB."""
    told = full("GET", f"/_rulebound/console/default/{path}", timeout=30)

    assert told.status == 200
    assert 1000 < len(told.content) <= MOST_BYTES


def test_a_full_journal_and_a_large_table_are_gone_through(full: Caller) -> None:
    """The last page holds what the last page holds, and a search finds one among all."""
    base = "/_rulebound/console/default"
    last = full("GET", f"{base}/requests?page=100")
    assert b"9,901\xe2\x80\x9310,000 of 10,000" in last.content
    assert last.content.count(b'<tr id="request-') == 100

    found = full("GET", f"{base}/tables/egain/activity?q=NOTE+99999", timeout=30)
    assert b"1\xe2\x80\x931 of 1" in found.content
    assert b"/tables/egain/activity/700099999" in found.content
