"""Several processes that serve one listening socket; one that dies is replaced."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rulebound.mock_server.parentage import end_with_parent

ENDS_WITHIN = 10.0
"""Seconds in which workers finish what they are at, before they are killed."""
_STOPPING = (signal.SIGINT, signal.SIGTERM)
_PAUSE = 0.5
"""Seconds before a worker is replaced that has hardly begun, so that the machine has rest."""


class Crew:
    """`count` processes, each a fork of this one that does `work` until it is told to end.

    `work` is handed what to call once it serves. This process must have no other thread that
    matters, and no connection that a fork may not use.
    """

    def __init__(self, count: int, work: Callable[[Callable[[], None]], None]) -> None:
        self._count = count
        self._work = work
        self._begun: dict[int, float] = {}
        self._heard, self._said = os.pipe()

    def run(self, ready: Callable[[], None]) -> int | None:
        """Serve until SIGINT or SIGTERM, which is given back; call `ready` once all serve.

        None where a worker ended before that: then none is left.
        """
        with _signals_noted() as noted:
            try:
                for _ in range(self._count):
                    self._start(noted)
                return self._watched(noted, ready)
            finally:
                self._stop()

    def _watched(self, noted: socket.socket, ready: Callable[[], None]) -> int | None:
        serving, said = 0, False
        while True:
            readable, _, _ = select.select([noted.fileno(), self._heard], [], [], 1.0)
            if self._heard in readable:
                serving += len(os.read(self._heard, 1024))
            if serving >= self._count and not said:
                ready()
                said = True
            if noted.fileno() in readable:
                came = [number for number in noted.recv(1024) if number in _STOPPING]
                if came:
                    return came[0]
            for pid, how in list(self._dead()):
                begun = self._begun.pop(pid)
                if not said:
                    return None
                sys.stderr.write(f"worker {pid} ended ({how}); another one takes its place\n")
                sys.stderr.flush()
                if time.monotonic() - begun < _PAUSE:
                    time.sleep(_PAUSE)
                self._start(noted)

    def _start(self, noted: socket.socket) -> None:
        own = os.getpid()
        pid = os.fork()
        if pid:
            self._begun[pid] = time.monotonic()
            return
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for number in (signal.SIGTERM, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            noted.close()
            end_with_parent(str(own))
            with suppress(KeyboardInterrupt):
                self._work(self._serves)
            code = 0
        except Exception:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _serves(self) -> None:
        """Said by a worker of itself."""
        os.write(self._said, b".")

    def _dead(self) -> Iterator[tuple[int, str]]:
        for pid in list(self._begun):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                code = os.waitstatus_to_exitcode(status)
                yield pid, f"signal {-code}" if code < 0 else f"exit code {code}"

    def _stop(self) -> None:
        """Let all end what they are at; kill those that do not."""
        for pid in self._begun:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + ENDS_WITHIN
        while self._begun:
            if time.monotonic() > end:
                for pid in self._begun:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            for pid in list(self._begun):
                with suppress(ChildProcessError):
                    if not os.waitpid(pid, os.WNOHANG)[0]:
                        continue
                del self._begun[pid]
            time.sleep(0.02)
        os.close(self._heard)
        os.close(self._said)


@contextmanager
def _signals_noted() -> Iterator[socket.socket]:
    """A socket on which the numbers of signals arrive, as long as the context is open."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    numbers = (*_STOPPING, signal.SIGCHLD)
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    woken = signal.set_wakeup_fd(writer.fileno())
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()
