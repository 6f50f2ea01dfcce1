"""The faults of one world, and how a call meets them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from rulebound.fixtures import World
from rulebound.mock_server.faults.fault import Fault
from rulebound.openapi.model import Operation


@dataclass(slots=True)
class Standing:
    """A fault that was set; `left`, the calls still to meet it, is all of it that changes.

    A stale one keeps the world, by seed, as it stood when the fault was set.
    """

    number: int
    fault: Fault
    left: int | None
    past: Mapping[str, World]

    def as_json(self) -> dict[str, Any]:
        """The fault with its number and the calls that are left."""
        return {"number": self.number, **replace(self.fault, calls=self.left).as_json()}

    def words(self, *, counted: bool = True) -> str:
        """What it does and how long; with `counted`, for a call that was one of those it is for."""
        if counted or self.left is None:
            return f"{self.fault.words()}, {_still(self.left)}"
        calls = "the next call" if self.left == 1 else f"the next {self.left} calls"
        return f"{self.fault.words()}, for {calls}"


class Desk:
    """The faults of one world. They are replaced as a whole, never changed.

    A call meets at most one latency and one other fault, of each the one set first; the next one
    has its turn when that is used up. A world that is reset has none, nor has a fork of it.
    Safe to use from any thread. Every change of it is made in a turn of its world.
    """

    __slots__ = ("_lock", "_turn", "_worlds", "last", "standing")

    def __init__(
        self, worlds: Mapping[str, World], turn: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self.standing: tuple[Standing, ...] = ()
        self.last = 0
        self._worlds = worlds
        self._turn = turn
        self._lock = Lock()

    def all(self) -> tuple[Standing, ...]:
        """Those that stand, in the order in which they were set."""
        return self.standing

    def set(self, faults: Iterable[Fault]) -> None:
        """Have these and no others."""
        with self._turn(), self._lock:
            self.standing = tuple(self._stood(each) for each in faults)

    def add(self, fault: Fault) -> Standing:
        """Have one more."""
        with self._turn(), self._lock:
            added = self._stood(fault)
            self.standing = (*self.standing, added)
        return added

    def take_off(self, number: int) -> bool:
        """Have the one of this number no longer; False when there is none."""
        with self._turn(), self._lock:
            kept = tuple(each for each in self.standing if each.number != number)
            found = len(kept) < len(self.standing)
            self.standing = kept
        return found

    def clear(self) -> None:
        """Have none."""
        self.set(())

    def stand(self, last: int, standing: Iterable[Standing]) -> None:
        """Have these, `last` being the number given last, as another replica of the world has."""
        with self._lock:
            self.last, self.standing = last, tuple(standing)

    def meet(self, operation: Operation, *, counting: bool = True) -> tuple[Standing, ...]:
        """The faults that a call of this operation meets now, a latency first.

        With `counting` the call is one of those a fault was set for.
        """
        with self._turn(), self._lock:
            met: dict[bool, Standing] = {}
            for each in self.standing:
                if each.fault.concerns(operation):
                    met.setdefault(each.fault.kind == "latency", each)
            for each in met.values():
                if counting and each.left is not None:
                    each.left -= 1
            self.standing = tuple(each for each in self.standing if each.left != 0)
        return tuple(met[late] for late in (True, False) if late in met)

    def _stood(self, fault: Fault) -> Standing:
        self.last += 1
        stale = fault.kind == "stale"
        past = {seed: world.fork() for seed, world in self._worlds.items()} if stale else {}
        return Standing(self.last, fault, fault.calls, past)


def _still(left: int | None) -> str:
    if left is None:
        return "until it is taken off"
    return f"for this call and {left} more" if left else "for this call and no more"
