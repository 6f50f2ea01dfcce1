"""What a deployment lets through: side effects, hosts, and how many requests in what time.

Everything that is sent to a deployment passes here, so nothing outside the limits can be sent.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

from rulebound.contract_tests.side_effects import CHANGE, effect_of
from rulebound.contract_tests.targets.deployed.spending import NO_BUDGET, Spending
from rulebound.contract_tests.targets.deployed.waiting import Pause
from rulebound.contract_tests.targets.deployed.window import Window, window_of
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.deadline import RunDeadline, RunOver
from rulebound.contract_tests.wire.message import WireRequest
from rulebound.fixtures.profiles import Budget
from rulebound.openapi.model import Operation

LAST_SECONDS = 5.0
"""So long what ends a session waits once the run itself has ended."""


@dataclass(frozen=True)
class Errand:
    """What a request is sent for. With `burst` the operation's own rate is left out, as the case
    is about going beyond it; `own` is what every run needs: its credentials, and the data put back.
    `opens`, `ends`: a session that has an end."""

    burst: bool = False
    own: bool = False
    opens: bool = False
    ends: bool = False


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
        budget, share = limits.budget, limits.share
        self.spending = Spending(budget, share)
        self._every = window_of(budget.per_second, 1.0, share)
        self._of = {
            id: window_of(each.calls, each.seconds or 1.0, share)
            for id, each in budget.operations.items()
        }
        self._stopped, self._shut = Event(), Event()

    def stop(self) -> None:
        """From now on let nothing through but what ends sessions; whoever waits hears so."""
        self._stopped.set()
        for window in (self._every, *self._of.values()):
            if window is not None:
                window.wake()

    def shut(self) -> None:
        """From now on let nothing through."""
        self._shut.set()
        self.stop()

    @contextmanager
    def turn(self, request: WireRequest, errand: Errand) -> Iterator[None]:
        """Wait for the request's turn, which lasts until the context is left: send it within.

        Raises NotReached for what may not be sent, and RunOver where its turn would come after the
        run.
        """
        if not errand.own:
            self._allowed(request)
        self._is_open(errand)
        self.spending.take(request.operation, opens=errand.opens, ends=errand.ends)
        try:
            self._left_alone(errand)
            mine = self._of.get(request.operation)
            with self._place(self._every, errand), self._place(mine, errand, pushed=errand.burst):
                # What the others of this run heard in the meantime counts as well.
                self._left_alone(errand)
                yield
        except BaseException:
            if errand.opens:
                self.spending.release()
            raise

    def _allowed(self, request: WireRequest) -> None:
        operation, allow = self._limits.operations.get(request.operation), self._limits.allow
        effect = CHANGE if operation is None else effect_of(operation, request.method)
        if effect not in allow:
            allowed = ", ".join(sorted(allow)) or "nothing"
            raise NotReached(f"not allowed here: it would {effect} (allowed: {allowed}; --allow)")

    def window(self, operation: str) -> float:
        """The seconds in which the operation's rate counts; 0 where the profile names no rate."""
        budget = self._limits.budget.operations.get(operation, NO_BUDGET)
        return (budget.seconds or 0.0) if budget.calls else 0.0

    def _is_open(self, errand: Errand) -> None:
        if self._shut.is_set() or (self._stopped.is_set() and not errand.ends):
            raise NotReached("the run has ended; nothing more is sent")

    def _left_alone(self, errand: Errand) -> None:
        """Wait as long as the target asks for it."""
        if not self._stopped.is_set():
            self.pause.wait(woken=self._stopped)
        self._is_open(errand)
        if self._stopped.is_set():
            self.pause.wait(LAST_SECONDS)

    @contextmanager
    def _place(
        self, window: Window | None, errand: Errand, *, pushed: bool = False
    ) -> Iterator[None]:
        if window is None:
            yield
            return
        if pushed:
            window.push_in()
        else:
            self._enter(window, errand)
        try:
            yield
        finally:
            window.leave()

    def _enter(self, window: Window, errand: Errand) -> None:
        seconds = self._limits.deadline.left()
        if self._stopped.is_set():
            seconds = min(seconds, LAST_SECONDS)
        if not window.enter(seconds, None if errand.ends else self._stopped):
            self._is_open(errand)
            raise RunOver("the time of the run ends before the rate lets this request through")
