"""Calls that are to come faster than a rate allows, and whether they did."""

import time
from dataclasses import dataclass

from rulebound.contract_tests.targets.target import NotReached


@dataclass
class Burst:
    """The calls of one case to `operation`, of which a deployment counts those of `seconds` (0:
    not known)."""

    operation: str
    seconds: float
    calls: int = 0
    _began: float = 0.0

    def called(self) -> None:
        """Hear that a call was answered. Raises NotReached when the calls took longer than they are
        counted for: then the first ones may count no more, and an acceptance says nothing."""
        took = time.monotonic() - self._began if self.calls else 0.0
        if self.seconds and took >= self.seconds:
            raise NotReached(
                f"{self.calls} calls took {took:.1f} s, and the deployment counts those of "
                f"{self.seconds:g} s: its answers, or the rate it may be asked at, are too slow"
            )

    def calling(self) -> None:
        """Hear that a call is about to be made."""
        if not self.calls:
            self._began = time.monotonic()
        self.calls += 1
