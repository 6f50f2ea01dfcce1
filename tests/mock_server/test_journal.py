"""The journal in memory: bounded over all worlds, and whole whoever clears it meanwhile."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from rulebound.fixtures.clock import SEED_TIME
from rulebound.mock_server.answers import Answer
from rulebound.mock_server.budget import Budget
from rulebound.mock_server.control.journals import asked_of
from rulebound.mock_server.depths import Change, Depth
from rulebound.mock_server.journal import Entry, Journal
from rulebound.mock_server.stub import Stub
from rulebound.mock_server.worlds import ServedWorld
from stub_calls import A_TASK, PICK, TASK, Caller, Running, as_user

LARGE = 1_000_000


def _note(journal: Journal, depth: Depth) -> int:
    number = journal.next_number()
    journal.add(Entry(number, SEED_TIME, "GET", "/", "", b"", 200, "egain-v3"), depth)
    return number


def _with_body(size: int) -> Depth:
    return Depth((), bytes(size), "", Answer(200))


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads that give way to each other as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
def test_a_journal_is_cleared_and_counted_while_it_is_written() -> None:
    """Who resets a world or looks at its rules does not stop the requests, nor the counting of
    what is kept."""
    budget = Budget(3 * LARGE)
    journal = Journal(most=20, budget=budget)
    done, failed = threading.Event(), []

    def clear() -> None:
        try:
            while not done.is_set():
                journal.clear(), journal.counts(), journal.last(5)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=clear) for _ in range(2)]
    for thread in threads:
        thread.start()
    depth = _with_body(LARGE)
    try:
        for _ in range(5000):
            _note(journal, depth)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert failed == []
    journal.clear()
    assert budget.taken == 0 and journal.last(1) == []


def test_all_worlds_together_keep_so_much() -> None:
    """What was kept first goes first, whosever it is; a world that is cleared makes room."""
    budget = Budget(3 * LARGE + 10_000)
    one, other = Journal(budget=budget), Journal(budget=budget)
    depth = _with_body(LARGE)

    first, second = _note(one, depth), _note(one, depth)
    later = [_note(other, depth) for _ in range(2)]
    assert one.depth(first) is None and one.depth(second) is not None
    assert all(other.depth(each) for each in later)

    other.clear()
    _note(one, depth), _note(one, depth)
    assert one.depth(second) is not None


@pytest.mark.parametrize(
    "depth",
    [
        Depth((*[("x", "y")] * 9, ("big", "a" * LARGE), *[("x", "y")] * 9), b"", "", Answer(200)),
        Depth((), b"", "", Answer(200, (("x-big", "a" * LARGE),))),
        Depth((), b"", "", Answer(200), path={"id": "a" * LARGE}),
        Depth((), b"", "", Answer(200), address="a" * LARGE),
        Depth((), b"", "", Answer(200), query="a" * LARGE),
        Depth((), b"", "", Answer(200), facts={"all": [{"text": "a" * 1000}] * 1000}),
        Depth((), b"", "", Answer(200), changes=(Change("t", "1", {"b": "a" * LARGE}, None),)),
    ],
    ids=["headers", "answer", "path", "address", "query", "facts", "changes"],
)
def test_all_that_is_kept_counts(depth: Depth) -> None:
    """Not the bodies alone: headers, addresses, facts and changes fill the memory too."""
    assert LARGE * 0.9 < depth.size < LARGE * 1.5


def _served(stub: Stub, call: Caller) -> ServedWorld:
    return stub.worlds.get(call.world or "default")


def test_what_is_over_the_limits_is_not_kept(running: Running, call: Caller) -> None:
    """An address of megabytes is cut in the list, and headers of megabytes are kept nowhere."""
    call("GET", f"{PICK}?q={'b' * 50_000}", None, as_user())
    call("GET", f"{PICK}/{'c' * 50_000}", None, as_user())
    call("GET", PICK, None, {f"X-{n}": "a" * (200_000 if n == 10 else 1) for n in range(20)})

    journal = _served(running.stub, call).journal
    # The last one is refused before it is a request, unless it came in one piece.
    assert len(journal.last(3)) >= 2
    assert all(len(each.path + each.query) < 4100 for each in journal.last(3))
    assert len(str(journal.depth(3))) < 5000


def test_a_large_value_that_broke_a_rule_is_not_kept(running: Running, call: Caller) -> None:
    """The rules judged are kept for thousands of requests, so of what broke them a part."""
    long = {**A_TASK, "subject": "x" * 300_000}
    wide = {**A_TASK, "type": {"value": ["y" * 10] * 30_000}}
    told = [call("POST", TASK, body, as_user()) for body in (long, wide)]
    assert [each.status for each in told] == [400, 400]

    for entry in _served(running.stub, call).journal.last(2):
        assert entry.trace is not None and entry.trace.deciding in entry.trace.outcomes
        assert entry.rule == entry.trace.deciding.rule.id
        assert len(str([each.details for each in entry.trace.outcomes])) < 10_000


def test_a_long_query_is_still_explained(running: Running, call: Caller) -> None:
    """What is cut in the list is whole where the request is judged once more."""
    query = f"x={'b' * 2500}&searchContactOnAttribute=email.emailAddress"
    call("POST", f"/core/casemgr/v3/activity/task?{query}", {}, as_user())

    asked = asked_of(_served(running.stub, call), "last")
    assert (asked.path, asked.query) == ("/core/casemgr/v3/activity/task", query)


def test_a_deleted_world_gives_back_its_room(running: Running, call: Caller) -> None:
    """What explained its requests is forgotten with it."""
    served = _served(running.stub, call)
    call("GET", PICK, None, as_user())
    assert served.journal.depth(1) is not None

    call.control("DELETE", f"/worlds/{call.world}")
    assert served.journal.depth(1) is None
