"""How long a target asks to be left alone."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event, Lock

from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.deadline import RunDeadline, RunOver
from rulebound.contract_tests.wire.message import Answer

TOO_MANY = 429
LONGEST = 60.0
"""The seconds a run waits where a target asks for it, whatever its profile's patience."""
UNSAID = 5.0
"""The seconds it waits where a target does not say how long."""


def asked_to_wait(answer: Answer) -> float | None:
    """The seconds for which an answer asks (Retry-After, seconds or a date); None without."""
    value = (answer.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        wished = parsedate_to_datetime(value)
        # A date without a zone is in GMT.
        wished = wished.replace(tzinfo=wished.tzinfo or UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return max(0.0, (wished - datetime.now(UTC)).total_seconds())


class Pause:
    """The time for which nothing is sent, as the target asked for it. For many threads.

    `longest`: the seconds that are waited for at most; `deadline` is the run's.
    """

    def __init__(self, longest: float, deadline: RunDeadline) -> None:
        self._longest, self._deadline = max(longest, LONGEST), deadline
        self._until, self._lock = 0.0, Lock()

    def hold(self, seconds: float) -> None:
        """Send nothing for so long, whoever wants to."""
        with self._lock:
            self._until = max(self._until, time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """The seconds that are still to be waited."""
        return max(0.0, self._until - time.monotonic())

    def wait(self, longest: float | None = None, *, woken: Event | None = None) -> None:
        """Wait until something may be sent, or until `woken`. Raises NotReached where that takes
        too long, and RunOver where the run would be over."""
        longest = self._longest if longest is None else longest
        while seconds := self.left:
            if seconds > longest:
                raise NotReached(f"the target asks to wait {seconds:.0f} s before the next request")
            if seconds > self._deadline.left():
                raise RunOver(
                    f"the time of the run ends before the {seconds:.0f} s that the target asks for"
                )
            if woken is None:
                time.sleep(seconds)
            elif woken.wait(seconds):
                return
