"""The time a whole run may take."""

import time
from collections.abc import Callable

from rulebound.contract_tests.wire.message import TargetFault


class RunOver(TargetFault):
    """The time of the run is over; nothing more is sent."""


class RunDeadline:
    """A deadline that begins when it is made.

    In: the seconds a run may take, and the clock they are counted by (seconds that only grow).
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self._clock = seconds, clock
        self._until = clock() + seconds

    def left(self) -> float:
        """The seconds that are left, never less than 0."""
        return max(0.0, self._until - self._clock())

    def check(self) -> None:
        """Raises RunOver when no time is left."""
        if self.left() <= 0:
            raise RunOver(f"the time of the run ({self.seconds:g} s) is over")
