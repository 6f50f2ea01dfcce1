"""One line per thread to one target."""

import threading

from rulebound.contract_tests.wire.line import DEADLINE, Line
from rulebound.contract_tests.wire.message import Answer, TargetFault, WireRequest

MOST_FAULTS = 5


class Lines:
    """Sends over a connection of the calling thread.

    After MOST_FAULTS faults in a row the target is given up: every further `send` raises
    TargetFault at once, so that a dead or silent target cannot hold up a run.
    """

    def __init__(self, url: str, deadline: float = DEADLINE) -> None:
        self.url = url
        self._deadline = deadline
        self._own = threading.local()
        self._all: list[Line] = []
        self._faults = 0

    def send(self, request: WireRequest) -> Answer:
        """Send a request. Raises TargetFault and UnsendableRequest."""
        if self._faults >= MOST_FAULTS:
            raise TargetFault(f"given up after {MOST_FAULTS} requests in a row without an answer")
        try:
            answer = self._line().send(request)
        except TargetFault:
            self._faults += 1
            raise
        self._faults = 0
        return answer

    def close(self) -> None:
        """Close every connection."""
        for line in self._all:
            line.close()

    def _line(self) -> Line:
        line: Line | None = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = Line(self.url, deadline=self._deadline)
            self._all.append(line)
        return line
