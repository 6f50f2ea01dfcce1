"""`rulebound serve` of the library as a process, on a store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

from stores.openings import TESTS

COMMAND = str(Path(sys.executable).with_name("rulebound"))
LIBRARY = str(TESTS / "mock_server" / "library")
CARD = {"Cookie": "card=card-rosa", "Content-Type": "application/json"}


@dataclass
class Process:
    """A stub that serves; what it tells is in `told`."""

    process: subprocess.Popen[str]
    port: int
    told: IO[str]

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        """Status and body of an answer, on a connection of its own."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, body, CARD)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def add(self) -> int:
        """The status that adding a book gets."""
        return self.ask("POST", "/library/books", '{"title": "Persuasion"}')[0]

    def count(self) -> int:
        """How many books there are."""
        return self.ask("GET", "/library/books")[1].count('"title"')

    @property
    def errors(self) -> str:
        """What it said on standard error."""
        self.told.seek(0)
        return self.told.read()

    def workers(self) -> list[int]:
        """The processes it has made."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        return [int(each) for each in Path(children).read_text().split()]

    def end(self, by: int = signal.SIGINT) -> int:
        """End it; its exit code."""
        self.process.send_signal(by)
        return self.process.wait(15)


@contextmanager
def serving(
    address: str, *options: str, limited: Callable[[], None] | None = None
) -> Iterator[Process]:
    """A stub of the library on this store, once it says that it listens."""
    arguments = ["serve", "--folder", LIBRARY, "--port", "0", "--quiet", *options]
    with (
        tempfile.TemporaryFile("w+") as told,
        subprocess.Popen(
            [COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
            env={**os.environ, "RULEBOUND_SERVE_STORE": address},
            preexec_fn=limited,  # noqa: PLW1509 - no thread is running here
        ) as process,
    ):
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith("listening on http://"), said
            yield Process(process, int(said.rpartition(":")[2]), told)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(15)


def refused(*options: str) -> str:
    """What `serve` says against these options; it ends with 2 and says it in one line."""
    command = [COMMAND, "serve", "--folder", LIBRARY, "--port", "0", "--quiet", *options]
    told = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (told.returncode, told.stdout) == (2, ""), told
    assert len(told.stderr.splitlines()) == 1, told.stderr
    return told.stderr
