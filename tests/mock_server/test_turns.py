"""Long work is done by few at once, and once for all who ask for the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from rulebound.mock_server.explaining.turns import Busy, Turns

LONG = 30.0


def test_no_more_than_so_many_work_at_once() -> None:
    """The third of two is told that it is too much, and has its turn when one is done."""
    turns: Turns[bool] = Turns(2, 0.01)
    begun, end = (Event(), Event()), Event()

    def work(began: Event) -> bool:
        began.set()
        return end.wait(LONG)

    with ThreadPoolExecutor(2) as pool:
        at_work = [pool.submit(turns.of, n, lambda n=n: work(begun[n])) for n in (0, 1)]
        assert all(each.wait(LONG) for each in begun)
        with pytest.raises(Busy):
            turns.of(2, lambda: True)
        end.set()
        assert [each.result() for each in at_work] == [True, True]
    assert turns.of(2, lambda: True)


class Key:
    """Equal to every other one; tells when it is compared."""

    def __init__(self, compared: Event) -> None:
        self._compared = compared

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        self._compared.set()
        return True


def test_who_asks_for_the_same_gets_the_same() -> None:
    """What is under way is not begun once more."""
    turns: Turns[object] = Turns(1, LONG)
    begun, compared, end = Event(), Event(), Event()
    made: list[object] = []

    def work() -> object:
        begun.set()
        assert end.wait(LONG)
        made.append(object())
        return made[-1]

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(turns.of, Key(compared), work)
        assert begun.wait(LONG)
        other = pool.submit(turns.of, Key(compared), work)
        assert compared.wait(LONG)
        end.set()
        assert first.result() is other.result()
    assert len(made) == 1


def test_what_goes_wrong_is_raised_and_forgotten() -> None:
    """The next one begins anew."""
    turns: Turns[int] = Turns(1, LONG)
    with pytest.raises(ZeroDivisionError):
        turns.of("a", lambda: 1 // 0)
    assert turns.of("a", lambda: 1) == 1
