"""What a deployment lets through: side effects, hosts, and how many requests in what time.

Everything that is sent to a deployment passes here, so nothing outside the limits can be sent.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from rulebound.contract_tests.side_effects import CHANGE, effect_of
from rulebound.contract_tests.targets.deployed.waiting import Pause
from rulebound.contract_tests.targets.deployed.window import Window, window_of
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.deadline import RunDeadline, RunOver
from rulebound.contract_tests.wire.message import WireRequest
from rulebound.fixtures.profiles import Budget, OperationBudget
from rulebound.openapi.model import Operation

_NO_BUDGET = OperationBudget()


@dataclass(frozen=True)
class Limits:
    """`allow`: the side effects that may be had; `operations` by id; `share`: by how many runs the
    budget is shared; `deadline` is the run's."""

    allow: frozenset[str]
    operations: Mapping[str, Operation]
    budget: Budget
    deadline: RunDeadline
    share: int = 1


class Gate:
    """Lets requests through one by one, or says why not. For many threads.

    `pause` is held wherever the target asks to be left alone.
    """

    def __init__(self, limits: Limits, pause: Pause) -> None:
        self.pause, self._limits = pause, limits
        self._sent: Counter[str] = Counter()
        self._lock = Lock()
        budget, share = limits.budget, limits.share
        self._every = window_of(budget.per_second, 1.0, share)
        self._of = {
            id: window_of(each.calls, each.seconds or 1.0, share)
            for id, each in budget.operations.items()
        }

    @contextmanager
    def turn(
        self, request: WireRequest, *, burst: bool = False, own: bool = False
    ) -> Iterator[None]:
        """Wait for the request's turn, which lasts until the context is left: send it within.

        Raises NotReached for what may not be sent, and RunOver where its turn would come after the
        run. With `burst` the operation's own rate is left out, as the case is about going beyond
        it; `own` is what every run needs: its credentials, and the data put back.
        """
        if not own:
            self._allowed(request)
        self._count(request.operation)
        self.pause.wait()
        mine = self._of.get(request.operation)
        with self._place(self._every, pushed=False), self._place(mine, pushed=burst):
            # What the others of this run heard in the meantime counts as well.
            self.pause.wait()
            yield

    def _allowed(self, request: WireRequest) -> None:
        operation, allow = self._limits.operations.get(request.operation), self._limits.allow
        effect = CHANGE if operation is None else effect_of(operation, request.method)
        if effect not in allow:
            allowed = ", ".join(sorted(allow)) or "nothing"
            raise NotReached(f"not allowed here: it would {effect} (allowed: {allowed}; --allow)")

    def window(self, operation: str) -> float:
        """The seconds in which the operation's rate counts; 0 where the profile names no rate."""
        budget = self._limits.budget.operations.get(operation, _NO_BUDGET)
        return (budget.seconds or 0.0) if budget.calls else 0.0

    def _count(self, operation: str) -> None:
        budget, share = self._limits.budget, self._limits.share
        own = budget.operations.get(operation, _NO_BUDGET).requests
        with self._lock:
            if _used_up(budget.requests, self._sent.total(), share):
                raise NotReached(f"the budget of {_part(budget.requests, share)} is used up")
            if _used_up(own, self._sent[operation], share):
                said = f"{_part(own, share)} of {operation}"
                raise NotReached(f"the budget of {said} is used up")
            self._sent[operation] += 1

    @contextmanager
    def _place(self, window: Window | None, *, pushed: bool) -> Iterator[None]:
        if window is None:
            yield
            return
        if pushed:
            window.push_in()
        elif not window.enter(self._limits.deadline.left()):
            raise RunOver("the time of the run ends before the rate lets this request through")
        try:
            yield
        finally:
            window.leave()


def _used_up(most: int | None, sent: int, share: int) -> bool:
    return most is not None and sent >= most // share


def _part(most: int | None, share: int) -> str:
    return f"{most} requests" if share == 1 else f"{most} requests, shared by {share} runs,"
