"""One line per thread to one target."""

import threading

from rulebound.contract_tests.wire.deadline import RunDeadline
from rulebound.contract_tests.wire.line import DEADLINE, MOST_BYTES, Line, StaleConnection
from rulebound.contract_tests.wire.message import Answer, NoAnswer, TargetFault, WireRequest

MOST_FAULTS = 5


class NotSent(TargetFault):
    """The target had been given up, so the request was not sent."""


class Lines:
    """Sends over a connection of the calling thread.

    In: the address of the target, the seconds an exchange may take, the bytes an answer may have,
    the time of the whole run where that is limited, and `again` as a line has it. After MOST_FAULTS
    requests in a row without an answer the target is given up: every further `send` raises
    TargetFault at once, so that a dead or silent target cannot hold up a run. One that answers
    what cannot be used (too much, too deep, no HTTP) is there.
    """

    def __init__(
        self,
        url: str,
        deadline: float = DEADLINE,
        *,
        most_bytes: int = MOST_BYTES,
        run: RunDeadline | None = None,
        again: bool = True,
    ) -> None:
        self.url, self._again = url, again
        self._deadline, self._most_bytes, self._run = deadline, most_bytes, run
        self._own = threading.local()
        self._all: list[Line] = []
        self._faults = 0

    def send(self, request: WireRequest) -> Answer:
        """Send a request. Raises TargetFault, UnsendableRequest, and RunOver (a TargetFault) when
        the time of the run is over."""
        if self._run is not None:
            self._run.check()
        if self._faults >= MOST_FAULTS:
            raise NotSent(f"given up after {MOST_FAULTS} requests in a row without an answer")
        try:
            within = None if self._run is None else self._run.left()
            answer = self._line().send(request, within)
        except StaleConnection:
            # Of the connection, and no fault of the target.
            raise
        except TargetFault as error:
            if self._run is not None:
                # Cut off by the run, an answer that did not come says nothing about the target.
                self._run.check()
            self._faults = self._faults + 1 if isinstance(error, NoAnswer) else 0
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
            deadline, most_bytes = self._deadline, self._most_bytes
            line = Line(self.url, deadline=deadline, most_bytes=most_bytes, again=self._again)
            self._own.line = line
            self._all.append(line)
        return line
