"""What every store keeps to: the memory of a process, a SQLite file, a PostgreSQL database."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

import pytest
from rulebound.fixtures import World
from rulebound.mock_server.answers import Answer
from rulebound.mock_server.depths import Change, Depth
from rulebound.mock_server.faults.fault import Fault
from rulebound.mock_server.journal import MOST_EXPLAINED, Entry
from rulebound.mock_server.stores import turn
from rulebound.mock_server.worlds import WorldRefusal
from rulebound.openapi.conditions import Requirement
from rulebound.openapi.expressions import compile_condition
from rulebound.openapi.trace import Outcome, Switches, Trace
from stores.histories import History
from stores.openings import LIBRARY, Opened, opened

STEPS = 250
ADD = next(each for each in LIBRARY.operations if each.id == "addBook")
RULE = ADD.rules[0]


@cache
def _in_memory(seed: int) -> list[Any]:
    with opened("memory") as store:
        history = History(store, Random(seed))
        return [history.step() for _ in range(STEPS)]


@pytest.mark.parametrize("seed", range(4))
def test_the_same_history_gives_the_same_answers(shared: Opened, seed: int) -> None:
    """Whoever of two does a thing and whoever looks: it is as in the memory of one."""
    history = History(shared, Random(seed))

    for number, expected in enumerate(_in_memory(seed)):
        assert (number, history.step()) == (number, expected)


def test_the_history_meets_what_it_is_about() -> None:
    """Of each deed some are done; a history in which nothing happens would show nothing."""
    seen = [step for seed in range(4) for step in _in_memory(seed)]

    assert {name for name, *_ in seen} == {
        *("write", "break_off", "look", "set_about", "fault", "around")
    }
    assert sum("already has a record" in str(what) for *_, what in seen) > 20
    assert sum(name == "fault" and "stale" in str(what) for name, _, what in seen) > 5


def test_what_one_writes_the_other_sees_at_once(store: Opened) -> None:
    """Records in their order, and the numbers of what comes next."""
    here, there = store.here.get("default"), store.there.get("default")
    made = []
    for number in range(6):
        side = (here, there)[number % 2].worlds["small"]
        with side.transaction() as transaction:
            row = transaction.insert("item", {"id": transaction.new_id("item")})
            made.append(row["id"])

    assert made == sorted(set(made), key=int)
    assert [row["id"] for row in _scan(store.here.get("default").worlds["small"])][-6:] == made
    assert store.here.get("default").digest() == store.there.get("default").digest()


def test_a_stale_fault_shows_the_old_records_to_all(store: Opened) -> None:
    """Those of the moment when it was set, whoever meets it, and it is used up together."""
    here = store.here.get("default")
    old = here.digest()
    here.faults.add(Fault("stale", calls=2))
    with here.worlds["shelves"].transaction() as transaction:
        transaction.delete("book", "10")

    find = next(each for each in LIBRARY.operations if each.id == "findBooks")
    (met,) = store.there.get("default").faults.meet(find)
    assert met.past["shelves"].view().get("book", "10") is not None
    (met,) = store.here.get("default").faults.meet(find)
    assert store.here.get("default").digest(met.past["small"]) != old
    assert store.there.get("default").faults.meet(find) == ()


def test_a_rule_is_replaced_for_all(store: Opened) -> None:
    """By the same condition, and back again."""
    here = store.here.get("default")
    new = Requirement(compile_condition("made.title == 'x'", {*ADD.names, "made", "before"}))
    with here.turn():
        here.switches = Switches(frozenset(["book.added"]), {"book.added": new})

    there = store.there.get("default")
    assert there.switches == here.switches
    there.reset()
    assert store.here.get("default").switches == Switches()


def _entry(number: int) -> Entry:
    outcome = Outcome(RULE, "broken", {"value": ["a", 2**70], "path": "title"})
    return Entry(
        number=number,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        method="POST",
        path="/x",
        query="a=1",
        body=b"\xff\0",
        status=400,
        api="library",
        operation="addBook",
        actor={"kind": "user", "id": "1"},
        rule=RULE.id,
        trace=Trace((Outcome(RULE, "kept"), outcome), outcome),
        credentials=frozenset(["card"]),
    )


def test_the_journal_is_one_for_all(store: Opened) -> None:
    """Entries come back as they were written, in the order of their numbers, with what explains
    them; cleared by one, it is empty for all, and numbers go on."""
    depth = Depth(
        (("a", "b\ud800"),), b"\xfe", "/root",
        Answer(400, (("c", "d"),), b"e\0", "text/plain", "r"),
        {"id": "1"}, {"limit": 5}, {"fact": [{"a": 1.5}]},
        (Change("item", "1", None, {"id": "1"}),), "/x", "a=1",
        {RULE.id: Requirement(compile_condition("made.title == 'x'", {"made"}))},
    )  # fmt: skip
    sides = [store.here.get("default").journal, store.there.get("default").journal]
    numbers = [sides[n % 2].add(_entry(sides[n % 2].next_number()), depth) for n in range(6)]

    assert numbers == [1, 2, 3, 4, 5, 6]
    for journal in sides:
        assert journal.last(9) == [_entry(number) for number in numbers]
        assert journal.after(4) == [_entry(5), _entry(6)]
        assert (journal.newest, journal.get(3)) == (6, _entry(3))
        assert journal.depth(2) == depth
        assert journal.counts()[1] == {RULE.id: 6}
    sides[0].clear()
    assert [each.last(9) for each in sides] == [[], []]
    assert [sides[1].counts()[1], sides[1].depth(2)] == [{}, None]
    assert sides[1].add(_entry(sides[1].next_number())) == 7
    assert sides[0].last(9) == [_entry(7)]


def test_of_the_oldest_requests_only_the_line_is_kept(store: Opened) -> None:
    """What explains them is forgotten; how many are explained has a bound."""
    journal = store.here.get("default").journal
    depth = Depth((), b"", "", Answer(200))
    with store.here.get("default").turn():
        for _ in range(MOST_EXPLAINED + 128):
            journal.add(_entry(journal.next_number()), depth)

    explained = [n for n in range(1, MOST_EXPLAINED + 129) if journal.depth(n) is not None]
    assert len(explained) <= MOST_EXPLAINED + 64
    assert explained[-1] == MOST_EXPLAINED + 128
    assert len(journal.last(10_000)) == MOST_EXPLAINED + 128


def test_who_looks_away_for_long_begins_anew(
    shared: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records that came and went leave no traces for ever; an old replica does not miss them."""
    monkeypatch.setattr(turn, "_SWEPT_EVERY", 10)
    shared.there.get("default")
    world = shared.here.get("default").worlds["small"]
    kept = {row["id"] for row in _scan(world)}
    for number in range(100, 130):
        with world.transaction() as transaction:
            transaction.insert("item", {"id": str(number)})
        if number == 105:
            assert "105" in {r["id"] for r in _scan(shared.there.get("default").worlds["small"])}
        with world.transaction() as transaction:
            transaction.delete("item", str(number))

    assert {row["id"] for row in _scan(shared.there.get("default").worlds["small"])} == kept
    assert shared.here.get("default").digest() == shared.there.get("default").digest()


def test_a_fork_of_a_busy_world_is_whole_for_others(shared: Opened) -> None:
    """Of a thousand changes a fork has all for whoever meets it, and a reset leads back to them."""
    here = shared.here.get("default")
    with here.worlds["small"].transaction() as transaction:
        for number in range(100, 1300):
            transaction.insert("item", {"id": str(number)})
        transaction.delete("item", "150")
    fork = shared.here.add(shared.here.draft("default"), here.switches)
    with fork.worlds["small"].transaction() as transaction:
        transaction.insert("item", {"id": "5000"})
        transaction.delete("item", "100")

    there = shared.there.get(fork.id)
    assert [r["id"] for r in _scan(there.worlds["small"])][-2:] == ["1299", "5000"]
    there.reset()
    assert shared.here.get(fork.id).digest() == shared.there.get("default").digest()


def _scan(world: World) -> list[Any]:
    with world.transaction() as view:
        return list(view.scan("item"))


@pytest.mark.parametrize("id", ["", "\0", "a\0b", "\ud800", "é", "x" * 5000, "0" * 16, "0" * 17])
def test_an_id_that_no_world_has(store: Opened, id: str) -> None:
    """Is told so, also where the database cannot be asked for such a text."""
    assert store.here.find(id) is None
    assert store.here.met(id) is None
    for ask in (store.here.get, store.here.draft, store.here.delete):
        with pytest.raises(WorldRefusal, match="there is no world"):
            ask(id)


def test_replicas_of_deleted_worlds_are_forgotten(shared: Opened) -> None:
    """A process that meets one short-lived world after the other does not keep them all."""
    ids = [shared.here.add(shared.here.draft(None), Switches()).id for _ in range(60)]
    for id in ids:
        assert shared.there.find(id) is not None
        shared.here.delete(id)
    fresh = shared.here.add(shared.here.draft(None), Switches()).id
    shared.there.find(fresh)

    assert len(shared.there._known) < 60
    assert [shared.there.find(id) for id in ids] == [None] * 60
