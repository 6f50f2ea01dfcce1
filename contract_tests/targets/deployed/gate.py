"""What a deployment lets through: side effects, hosts, and how many requests in what time.

Everything that is sent to a deployment passes here, so nothing outside the limits can be sent.
"""

from collections import Counter
from collections.abc import Mapping
from threading import Lock

from pyrate_limiter import Duration, Limiter, Rate
from rulebound.contract_tests.side_effects import CHANGE, READ
from rulebound.contract_tests.targets.target import NotReached
from rulebound.fixtures.profiles import Budget, OperationBudget

_NO_BUDGET = OperationBudget()


class Gate:
    """Lets requests through one by one, or says why not.

    `effects`: operation id -> side effect; `allow`: the side effects that may be had; `share`: by
    how many runs the rates are shared at the same time. For many threads.
    """

    def __init__(
        self,
        allow: frozenset[str],
        effects: Mapping[str, str],
        budget: Budget,
        share: int = 1,
    ) -> None:
        self.allow = allow
        self._effects, self._budget = effects, budget
        self._sent: Counter[str] = Counter()
        self._lock = Lock()
        self._every = _limiter(budget.per_second, 1.0, share)
        self._of = {
            id: _limiter(each.calls, each.seconds or 1.0, share)
            for id, each in budget.operations.items()
        }

    def admit(self, operation: str, *, method: str, burst: bool = False, own: bool = False) -> None:
        """Wait for the request's turn. Raises NotReached for what may not be sent.

        With `burst` the operation's own rate is left out, as the case is about going beyond it;
        `own` is a request for the run's own credentials, which every run needs.
        """
        if not own:
            self._allowed(operation, method)
        self._count(operation)
        if self._every is not None:
            self._every.try_acquire("every")
        limited = self._of.get(operation)
        if limited is not None and not burst:
            limited.try_acquire(operation)

    def _allowed(self, operation: str, method: str) -> None:
        effect = self._effects.get(operation, CHANGE)
        # A case may send another method than its operation's, and so do something else.
        if method not in ("GET", "HEAD", "OPTIONS") and effect == READ:
            effect = CHANGE
        if effect not in self.allow:
            allowed = ", ".join(sorted(self.allow)) or "nothing"
            raise NotReached(f"not allowed here: it would {effect} (allowed: {allowed}; --allow)")

    def window(self, operation: str) -> float:
        """The seconds in which the operation's rate counts; 0 where the profile names no rate."""
        budget = self._budget.operations.get(operation, _NO_BUDGET)
        return (budget.seconds or 0.0) if budget.calls else 0.0

    def _count(self, operation: str) -> None:
        most = self._budget.operations.get(operation, _NO_BUDGET).requests
        with self._lock:
            if self._budget.requests is not None and self._sent.total() >= self._budget.requests:
                raise NotReached(f"the budget of {self._budget.requests} requests is used up")
            if most is not None and self._sent[operation] >= most:
                raise NotReached(f"the budget of {most} requests of {operation} is used up")
            self._sent[operation] += 1


def _limiter(calls: float | None, seconds: float, share: int) -> Limiter | None:
    """At most `calls` in any `seconds`, shared by `share`; a rate below one call stretches them."""
    if calls is None:
        return None
    own = calls / share
    if own < 1:
        own, seconds = 1, seconds / own
    return Limiter(Rate(int(own), int(seconds * Duration.SECOND)))
