"""The checker of histories itself: it finds an order where there is one, and none where not."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores_proof.linearizable import NEVER, Done, explain
from stores_proof.picking import CLIENTS, Group, pick_in_worlds
from stores_proof.picks import NOW, PICKED, Pick, Read, answer, group_at_first
from stores_proof.racy_server import FLAWS, serving
from stores_proof.wire import Clients, Line

OLD = "2026-09-02T09:00:00.000Z"
FREE = group_at_first([OLD])
PAIR = group_at_first([OLD, OLD])
ANNA, GINA = ("1101", NOW), ("1105", NOW)


def _pick(user: str, date: str = OLD, *places: int) -> Pick:
    return Pick(user, tuple((place, date) for place in places or (0,)))


def _done(*calls: tuple[int, object, Hashable, int, int]) -> list[Done]:
    return [Done(*call) for call in calls]


GOOD = {
    "nothing at all": [],
    "one after another": [
        (0, _pick("anna"), PICKED, 1, 2),
        (1, _pick("bob", NOW), PICKED, 3, 4),
        (0, _pick("anna", NOW), PICKED, 5, 6),
    ],
    "at the same time, the later one first": [
        (0, _pick("gina"), "pick.pull-user", 1, 4),
        (1, _pick("anna"), PICKED, 2, 3),
    ],
    "a read during a pick sees it already": [
        (0, _pick("anna"), PICKED, 1, 6),
        (1, Read(0), ANNA, 2, 3),
        (2, Read(0), ANNA, 4, 5),
    ],
    "a read during a pick does not see it yet": [
        (0, _pick("anna"), PICKED, 1, 4),
        (1, Read(0), ("", OLD), 2, 3),
    ],
    "never answered, and carried out": [
        (0, _pick("anna"), None, 1, NEVER),
        (1, Read(0), ("", OLD), 2, 3),
        (1, Read(0), ANNA, 4, 5),
    ],
    "never answered, and not carried out": [
        (0, _pick("anna"), None, 1, NEVER),
        (1, _pick("gina"), PICKED, 2, 3),
        (1, Read(0), GINA, 4, 5),
    ],
}
BAD = {
    "two are given it at the same time": [
        (0, _pick("anna"), PICKED, 1, 4),
        (1, _pick("gina"), PICKED, 2, 3),
    ],
    "what was granted is gone": [
        (0, _pick("anna"), PICKED, 1, 2),
        (1, Read(0), ("", OLD), 3, 4),
    ],
    "seen, and then not": [
        (0, _pick("anna"), PICKED, 1, 6),
        (1, Read(0), ANNA, 2, 3),
        (2, Read(0), ("", OLD), 4, 5),
    ],
    "seen before it was asked for": [
        (1, Read(0), ANNA, 1, 2),
        (0, _pick("anna"), PICKED, 3, 4),
    ],
    "refused although nobody was before": [
        (0, _pick("gina"), "pick.pull-user", 1, 2),
        (1, _pick("anna"), PICKED, 3, 4),
    ],
    "an old date is good again": [
        (0, _pick("anna"), PICKED, 1, 2),
        (1, _pick("bob", OLD), PICKED, 3, 4),
    ],
    "a failure that no rule explains": [(0, _pick("anna"), "status 500", 1, 2)],
    "never answered, seen, and then not": [
        (0, _pick("anna"), None, 1, NEVER),
        (1, Read(0), ANNA, 2, 3),
        (1, Read(0), ("", OLD), 4, 5),
    ],
}
HALVES = [
    (0, _pick("anna", OLD, 0, 1), PICKED, 1, 6),
    (1, Read(0), ANNA, 2, 3),
    (2, Read(1), ("", OLD), 4, 5),
]


@pytest.mark.parametrize("calls", GOOD.values(), ids=GOOD)
def test_what_some_order_explains_is_explained(calls: Sequence[tuple]) -> None:
    """With an order that holds every operation that was answered."""
    history = _done(*calls)

    found = explain(history, FREE, answer)

    assert found
    assert {done for done in history if done.ended != NEVER} <= set(found.order)


@pytest.mark.parametrize("calls", BAD.values(), ids=BAD)
def test_what_no_order_explains_is_not_explained(calls: Sequence[tuple]) -> None:
    """And the operations that nothing leads on to are told."""
    found = explain(_done(*calls), FREE, answer)

    assert not found
    assert found.stuck


def test_a_pick_of_two_is_seen_whole_or_not_at_all() -> None:
    """One of the two taken and the other one not yet is no state that there ever is."""
    assert not explain(_done(*HALVES), PAIR, answer)
    assert explain(_done(*HALVES[:2]), PAIR, answer)


@st.composite
def _histories(draw: st.DrawFn) -> list[Done]:
    """Up to five operations that overlap anyhow, answered anyhow."""
    count = draw(st.integers(1, 5))
    ticks = draw(st.permutations(range(2 * count)))
    found = []
    for client in range(count):
        began, ended = sorted(ticks[2 * client : 2 * client + 2])
        user = draw(st.sampled_from(["anna", "bob", "gina"]))
        asked = draw(st.sampled_from([Read(0), _pick(user), _pick(user, NOW)]))
        read = st.sampled_from([("", OLD), ANNA, GINA, ("1102", NOW)])
        told: st.SearchStrategy[Hashable] = st.sampled_from(
            [PICKED, "pick.pull-user", "pick.not-own", "pick.stale"]
        )
        if draw(st.integers(0, 9)) == 0:
            found.append(Done(client, asked, None, began, NEVER))
            continue
        found.append(Done(client, asked, draw(read if asked == Read(0) else told), began, ended))
    return found


def _by_trying_all(history: Sequence[Done]) -> bool:
    """The meaning of it, word for word: some order of all answered operations and any of the
    others follows the model, with none before one that had ended when it began."""
    open_ones = [done for done in history if done.ended == NEVER]
    closed = [done for done in history if done.ended != NEVER]
    for chosen in range(1 << len(open_ones)):
        some = [done for place, done in enumerate(open_ones) if chosen >> place & 1]
        if any(map(_follows, permutations(closed + some))):
            return True
    return False


def _follows(order: Sequence[Done]) -> bool:
    state: Hashable = FREE
    for place, done in enumerate(order):
        if any(later.ended < done.began for later in order[place + 1 :]):
            return False
        told, state = answer(state, done.asked)
        if done.told not in (None, told):
            return False
    return True


@settings(max_examples=400)
@given(_histories())
def test_it_agrees_with_trying_every_order(history: list[Done]) -> None:
    """Over short histories, where all orders can be tried."""
    assert bool(explain(history, FREE, answer)) == _by_trying_all(history)


def _picked_at(flaw: str) -> list[Group]:
    with serving(flaw) as (host, port):
        lines = [Line(host, port) for _ in range(CLIENTS)]
        groups = list(pick_in_worlds(Clients(lines), 1500, seed=1))
        for line in lines:
            line.close()
    return groups


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_server_that_is_wrong_under_load_is_caught(flaw: str) -> None:
    """The clients and the checker together find each way of being wrong."""
    groups = _picked_at(flaw)

    assert not all(group.explained() for group in groups)
    if flaw == "reads, then writes":
        assert any(group.assigned_twice() for group in groups)


def test_a_server_that_is_right_is_not_accused() -> None:
    """The same server without a flaw."""
    groups = _picked_at("")

    assert all(group.explained() for group in groups)
    assert not any(group.assigned_twice() for group in groups)
