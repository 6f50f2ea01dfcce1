"""One line per thread to one target."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from rulebound.contract_tests.targets.tapes import Exchange, Tape
from rulebound.contract_tests.wire.deadline import RunDeadline
from rulebound.contract_tests.wire.framing import AnswerReader
from rulebound.contract_tests.wire.known import HoldingReader, KeepingReader
from rulebound.contract_tests.wire.line import (
    DEADLINE,
    MOST_BYTES,
    Line,
    Reading,
    StaleConnection,
)
from rulebound.contract_tests.wire.message import Answer, NoAnswer, TargetFault, WireRequest

MOST_FAULTS = 5


class NotSent(TargetFault):
    """The target had been given up, so the request was not sent."""


class _Own(threading.local):
    """What a thread has: its line, where its exchanges are put down, and those that were had while
    a tape was played, which are not had again."""

    line: Line | None = None
    kept: list[Exchange] | None = None
    heard: deque[tuple[bytes, AnswerReader | TargetFault]] | None = None


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
        self._own = _Own()
        self._all: list[Line] = []
        self._faults = 0

    def send(self, request: WireRequest) -> Answer:
        """Send a request. Raises TargetFault, UnsendableRequest, and RunOver (a TargetFault) when
        the time of the run is over."""
        own = self._own
        data = self._line().bytes_of(request)
        if own.heard:
            return self._heard(own.heard, data)
        reading = AnswerReader if own.kept is None else KeepingReader
        reader = self._exchanged(request.method, data, reading)
        if own.kept is not None and isinstance(reader, KeepingReader):
            own.kept.append(Exchange(request.method, data, reader))
        return reader.answer

    @contextmanager
    def taping(self) -> Iterator[list[Exchange]]:
        """The exchanges of this thread as they are had."""
        kept = self._own.kept = []
        try:
            yield kept
        finally:
            self._own.kept = None

    def again(self, tape: Tape, world: bytes) -> bool:
        """Play a tape in a world; whether every answer was as on the tape.

        Where one is not, or does not come, nothing more is sent; what was sent already is answered
        by `send` with what came, until `forget`.
        """
        had: deque[tuple[bytes, AnswerReader | TargetFault]] = deque()
        for entry in tape:
            data = entry.before + world + entry.after
            try:
                reader = self._exchanged(
                    entry.method, data, partial(HoldingReader, answer=entry.answer)
                )
            except TargetFault as fault:
                had.append((data, fault))
                break
            had.append((data, reader))
            if not reader.known:
                break
        else:
            return True
        self._own.heard = had
        return False

    def forget(self) -> None:
        """What was had while a tape was played is done with."""
        self._own.heard = None

    @staticmethod
    def _heard(had: deque[tuple[bytes, AnswerReader | TargetFault]], data: bytes) -> Answer:
        sent, came = had.popleft()
        assert sent == data, "a case asks otherwise than its tape"
        if isinstance(came, TargetFault):
            raise came
        if isinstance(came, HoldingReader) and came.known:
            came.read()
        return came.answer

    def _exchanged(self, method: str, data: bytes, reading: Reading) -> AnswerReader:
        if self._run is not None:
            self._run.check()
        if self._faults >= MOST_FAULTS:
            raise NotSent(f"given up after {MOST_FAULTS} requests in a row without an answer")
        try:
            within = None if self._run is None else self._run.left()
            reader = self._line().exchange(method, data, within, reading)
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
        return reader

    def close(self) -> None:
        """Close every connection."""
        for line in self._all:
            line.close()

    def _line(self) -> Line:
        line = self._own.line
        if line is None:
            deadline, most_bytes = self._deadline, self._most_bytes
            line = Line(self.url, deadline=deadline, most_bytes=most_bytes, again=self._again)
            self._own.line = line
            self._all.append(line)
        return line
