"""`rulebound serve` as processes of its own, on any store and with any number of workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from processes import interrupted
from stores_proof.wire import Clients, Line, request

READY = "listening on http://"
COMMAND = str(Path(sys.executable).with_name("rulebound"))


class Served:
    """A stub that runs until `stop` or `kill`.

    In: the options of `serve` but its port, and what the command is put behind (`ip netns
    exec ..`).
    Raises AssertionError, with what it printed, when it does not come up.
    """

    def __init__(
        self, options: Sequence[str] = (), before: Sequence[str] = (), port: int = 0
    ) -> None:
        self.told: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115  # closed by stop and kill
        command = [*before, COMMAND, "serve", "--port", str(port), "--quiet", *options]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=self.told,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(READY):
                self.host, _, told = line.strip().removeprefix(READY).rpartition(":")
                self.port = int(told)
                return
        self.kill()
        raise AssertionError(f"{' '.join(command)} did not come up:\n{self.errors}")

    @property
    def errors(self) -> str:
        """What it said on standard error."""
        if not self.told.closed:
            self.told.seek(0)
            self._errors = self.told.read()
        return self._errors

    def line(self) -> Line:
        """A new connection."""
        return Line(self.host, self.port)

    @contextmanager
    def clients(self, count: int, workers: int) -> Iterator[Clients]:
        """Connections that are served by `workers` processes, as evenly as the system lets them be.

        Raises AssertionError when one process alone takes them, of several that there should be.
        """
        most = -(-count // workers)
        taken: dict[int, list[Line]] = {}
        spare: list[Line] = []
        try:
            for _ in range(80 * workers):
                line = self.line()
                mine = taken.setdefault(self.owner(line), [])
                (mine if len(mine) < most else spare).append(line)
                if sum(map(len, taken.values())) == count:
                    break
            lines = [line for mine in taken.values() for line in mine]
            assert len(taken) >= min(workers, 2), f"one process takes all: {list(taken)}"
            yield Clients((lines + spare)[:count])
        finally:
            for line in (*spare, *(line for mine in taken.values() for line in mine)):
                line.close()

    def owner(self, line: Line) -> int:
        """The process that holds the other end of a connection, asked once so that it is taken."""
        line.ask(request("GET", "/_rulebound/documents"))
        inode = _inode(self.port, line.wire.getsockname()[1])
        for pid in self.processes():
            with suppress(OSError):
                for link in Path(f"/proc/{pid}/fd").iterdir():
                    if str(link.readlink()) == f"socket:[{inode}]":
                        return pid
        raise AssertionError("no process of the stub holds the connection")

    def processes(self) -> list[int]:
        """All processes of the stub that live: those of its session."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
                if int(session) == self.process.pid and state != "Z":
                    found.append(int(stat.parent.name))
        return found

    def kill(self) -> None:
        """Kill all its processes at once, as a power cut would, and wait until they are gone."""
        while left := self.processes():
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.poll()
            time.sleep(0.01)
        self._close()

    def stop(self) -> None:
        """End it as Ctrl-C does; killed when it does not end within ten seconds."""
        interrupted(self.process)
        self.kill()

    def _close(self) -> None:
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        _ = self.errors
        self.told.close()


def _inode(server: int, client: int) -> str:
    """The socket of the server's end of a connection between two ports of this machine."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        ends = [int(fields[place].rpartition(":")[2], 16) for place in (1, 2)]
        if ends == [server, client]:
            return fields[9]
    raise AssertionError("the connection is not there")
