"""Servers as processes on the server's core: started, waited for, ended."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from subprocess import Popen

from benchmarks.bench.calls import Call, ask
from benchmarks.bench.processes import SERVER_CORE, end, on_core, resident, start

_SAID = re.compile(rb"listening on http://127\.0\.0\.1:(\d+)")


class NotStarted(Exception):
    """A server did not come up; the text says why."""


@dataclass(frozen=True)
class Kind:
    """How a server is started: a command that is given its port (0: it says which it took).

    `checks` is what it does with a request, `state` whether a request changes later answers;
    `warm` are the seconds of load before it is measured.
    """

    name: str
    command: Callable[[int], Sequence[str]]
    version: str
    checks: str
    state: bool = False
    warm: float = 1.0
    tells_port: bool = False
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


class Server:
    """A running server; `port` is where it listens, `is_warm` whether it was loaded before. Raises
    NotStarted."""

    def __init__(self, kind: Kind, cache: Path, within: float = 60) -> None:
        self.kind = kind
        self.is_warm = False
        cache.mkdir(parents=True, exist_ok=True)
        self._log = cache / f"{kind.name.replace(' ', '-').replace('@', '')}.log"
        self.port = 0 if kind.tells_port else free_port()
        command = on_core(SERVER_CORE, kind.command(self.port))
        try:
            self.process: Popen[bytes] = start(
                command, self._log, folder=kind.folder, environment=kind.environment
            )
        except OSError as error:
            raise NotStarted(f"{command[0]} cannot be run: {error.strerror}") from None
        began = time.monotonic()
        try:
            self._wait(began + within)
        except BaseException:
            self.stop()
            raise

    def _wait(self, until: float) -> None:
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise NotStarted(f"ended with {self.process.returncode}: {self._last_words()}")
            said = _SAID.search(self._log.read_bytes()) if self.kind.tells_port else None
            if said is not None:
                self.port = int(said[1])
            if self.port and self._answers():
                return
            time.sleep(0.05)
        raise NotStarted(f"did not answer in time: {self._last_words()}")

    def _answers(self) -> bool:
        try:
            ask(self.port, Call("GET", "/"), timeout=5)
        except (OSError, HTTPException):
            return False
        return True

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        return " / ".join(line.strip() for line in lines if line.strip())[-200:]

    @property
    def pid(self) -> int:
        """The process whose time counts, with those below it."""
        return self.process.pid

    @property
    def resident(self) -> float:
        """MB that it holds in memory now."""
        return resident(self.pid)

    def stop(self) -> None:
        """End it."""
        end(self.process)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
