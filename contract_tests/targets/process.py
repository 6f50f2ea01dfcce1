"""A stub as a process of its own, started and stopped by the proof."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType

STARTS_WITHIN = 60.0
ENDS_WITHIN = 5.0
_READY = "listening on "


class StubFailed(Exception):
    """The stub did not come up; the text holds what it printed."""


class StubProcess:
    """`python -m rulebound.mock_server --port 0`, running as long as the context is open.

    In: further arguments of that command. Raises StubFailed.
    """

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        command = [sys.executable, "-m", "rulebound.mock_server", "--port", "0", *arguments]
        self._printed: list[str] = []
        self._ready = threading.Event()
        self.url = ""
        # Its own group: a Ctrl-C is ours to handle, and the stub is ended by us.
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            start_new_session=True,
            # Killed, we could not end it: the stub watches for our end by itself.
            env={**os.environ, "PYTHONUNBUFFERED": "1", "RULEBOUND_PARENT": str(os.getpid())},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._ready.wait(STARTS_WITHIN)
        except BaseException:
            # Interrupted: nobody else knows of the process yet.
            self.stop()
            raise
        if not self.url:
            self.stop()
            raise StubFailed("the stub did not start:\n" + "".join(self._printed[-40:]))

    def __enter__(self) -> "StubProcess":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process; forcibly when it does not end by itself within seconds."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(ENDS_WITHIN)
        self._reader.join(ENDS_WITHIN)
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def printed(self) -> str:
        """The last lines it printed."""
        return "".join(self._printed[-40:])

    def _read(self) -> None:
        stream = self._process.stdout
        if stream is None:
            return
        for line in stream:
            self._printed.append(line)
            del self._printed[:-200]
            if not self.url and _READY in line:
                self.url = line.split(_READY, 1)[1].split()[0].rstrip("/")
                self._ready.set()
        self._ready.set()
