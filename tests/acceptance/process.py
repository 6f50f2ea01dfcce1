"""The installed command, as a process: a stub that serves, or a run that ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from processes import comes_up, interrupted

COMMANDS = Path(sys.executable).parent
COMMAND = str(COMMANDS / "rulebound")
READY = "listening on "


def run(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """`rulebound` with these arguments, to its end."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )


class Served:
    """`rulebound serve --port 0` with these arguments in a folder, as long as the context is open.

    `url` is where it listens; `printed` holds what it has said so far.
    """

    def __init__(
        self,
        *arguments: str | Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.printed: list[str] = []
        self.url = ""
        self.process = subprocess.Popen(
            [COMMAND, "serve", "--port", "0", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not comes_up(self.process, lambda: bool(self.url)):
            self.stop()
            raise AssertionError("the stub did not start:\n" + "".join(self.printed))

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """Interrupt it as Ctrl-C does; gives its exit code."""
        code = interrupted(self.process)
        self._reader.join(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.printed.append(line)
            if line.startswith(READY):
                self.url = line.removeprefix(READY).strip()
