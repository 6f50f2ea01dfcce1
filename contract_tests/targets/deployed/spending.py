"""How many requests of a budget have been sent."""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.targets.target import BudgetSpent
from rulebound.fixtures.profiles import Budget, OperationBudget

NO_BUDGET = OperationBudget()


@dataclass
class Spending:
    """What is left of a budget that `share` runs have together. For many threads.

    For every session that is opened one request is kept back, by which it is ended.
    """

    budget: Budget
    share: int
    _sent: Counter[str] = field(default_factory=Counter)
    _kept_back: int = 0
    _lock: Lock = field(default_factory=Lock)

    def take(self, operation: str, *, opens: bool = False, ends: bool = False) -> None:
        """Count a request. Raises BudgetSpent where none is left for it."""
        most, own = self.budget.requests, self.budget.operations.get(operation, NO_BUDGET).requests
        with self._lock:
            ends = ends and self._kept_back > 0
            wanted = self._sent.total() + self._kept_back + (2 if opens else 0 if ends else 1)
            if self._is_beyond(most, wanted):
                raise BudgetSpent(f"the budget of {self._part(most)} is used up")
            if self._is_beyond(own, self._sent[operation] + 1):
                raise BudgetSpent(f"the budget of {self._part(own)} of {operation} is used up")
            self._sent[operation] += 1
            self._kept_back += opens - ends

    def release(self) -> None:
        """Hear that a session was not opened, so that nothing ends it."""
        with self._lock:
            self._kept_back -= 1

    def _is_beyond(self, most: int | None, wanted: int) -> bool:
        return most is not None and wanted > most // self.share

    def _part(self, most: int | None) -> str:
        shared = "" if self.share == 1 else f", shared by {self.share} runs,"
        return f"{counted(most or 0, 'request')}{shared}"
