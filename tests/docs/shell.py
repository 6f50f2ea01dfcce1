"""A shell as a page's reader has it: one folder, `rulebound` on the path, variables kept."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from acceptance.process import Served

BIN = Path(sys.executable).parent
LOCAL = "http://127.0.0.1:8400"
ACTIVATE = ". .venv/bin/activate"
_SERVES = re.compile(r"((?:[A-Z_]+=\S+ )*)(?:make|rulebound) serve\b([^#]*)")


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    code: int
    output: str


@dataclass
class Shell:
    """Gives commands in a folder, one after the other."""

    folder: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def __post_init__(self) -> None:
        path = f"{BIN}:{self.environment['PATH']}"
        self.environment = {**self.environment, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}

    def give(self, command: str) -> Done:
        """A command's end. Variables it sets are there for the next."""
        kept = self.folder / ".env-after"
        script = f"set -a\n{command}\ncode=$?; env -0 > {kept}; exit $code"
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        after = kept.read_text("utf-8").split("\0")
        self.environment |= dict(each.split("=", 1) for each in after if each)
        kept.unlink()
        return Done(done.returncode, done.stdout + done.stderr)


class Desk:
    """A reader's two terminals: in one the stub that the page has them start, in the other the
    commands. Where the page says port 8400 another one is used, which nobody sees."""

    def __init__(self, folder: Path, make: Path) -> None:
        self.shell = Shell(folder)
        # Lines of a table that is as wide as it likes; a stub asked for by name of a port.
        self.shell.environment |= {"COLUMNS": "200", "NO_COLOR": "1"}
        self._make = make
        self._code = 0
        self.served: Served | None = None

    def give(self, command: str) -> Done:
        """What a command printed, with the page's address in it."""
        if command == ACTIVATE:  # which is what the shell has from the beginning
            return Done(0, "")
        if command == "echo $?":
            return Done(0, str(self._code))
        if command.startswith("make "):
            command = self._recipe(command)
        serves = _SERVES.match(command)
        if serves is not None:
            return self._serve(*(part.split() for part in serves.groups()))
        url = self.served.url if self.served else LOCAL
        done = self.shell.give(re.sub("^curl ", "curl -sS ", command.replace(LOCAL, url)))
        self._code = done.code
        return Done(done.code, done.output.replace(url, LOCAL))

    def close(self) -> None:
        """End the stub."""
        if self.served is not None:
            self.served.stop()

    def _recipe(self, command: str) -> str:
        """What make does after its set-up, which is tried by .ci/newcomer."""
        dry = subprocess.run(
            [*command.split(), "-n", "--no-print-directory", "-C", self._make],
            capture_output=True,
            text=True,
            check=True,
        )
        return dry.stdout.splitlines()[-1].removeprefix(".venv/bin/")

    def _serve(self, variables: list[str], words: list[str]) -> Done:
        self.close()
        given = dict(each.split("=", 1) for each in variables)
        environment = {**self.shell.environment, **given}
        self.served = Served(*words, environment=environment, folder=self.shell.folder)
        url = self.served.url
        self.shell.environment["RULEBOUND_EXPLAIN_URL"] = url
        return Done(0, "".join(self.served.printed).replace(url, LOCAL))


@contextmanager
def desk(folder: Path, make: Path) -> Iterator[Desk]:
    """Both terminals, until the page is read."""
    opened = Desk(folder, make)
    try:
        yield opened
    finally:
        opened.close()
