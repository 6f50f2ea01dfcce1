"""What a run has made on a deployment, line by line, so that a person can clean up after it."""

import json
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.target import NotReached

_SHORT = 8
"""A secret shorter than this stands in many an id, and tells nothing there."""


class Ledger:
    """Appends to a file of JSON lines; each is on disk before the next request is sent.

    In: the file (`ready` makes it with its folder), the run's id, and what must not reach
    the file. For many threads. `path` None keeps nothing.
    """

    def __init__(self, path: Path | None, run: str, vault: Vault) -> None:
        self.path, self.run = path, run
        self._vault, self._lock = vault, Lock()
        self._tickets, self._under_way, self._closed = count(), dict[int, dict[str, Any]](), False

    def ready(self) -> None:
        """See to it that the file can be written. Raises OSError where it cannot: what cannot be
        put down must not be made."""
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.open("a", encoding="utf-8").close()

    def begin(self, *, api: str, operation: str, marked: bool) -> int:
        """Hear of a request that makes a record, just before it is sent, and by which operation;
        `marked`: whether the record says so itself. The number is for `end`.

        Raises NotReached where nothing is put down any more.
        """
        line = {"api": api, "operation": operation, "marked": marked}
        with self._lock:
            if self._closed:
                raise NotReached("the run has ended; nothing more is made")
            number = next(self._tickets)
            self._under_way[number] = line
        return number

    def end(self, number: int, *, made: bool, id: str | None = None) -> None:
        """Hear what came of it, and put it down where something was `made`. Without an id it is
        not known what was made, or whether anything was.

        Raises OSError where the file cannot be written any more.
        """
        with self._lock:
            line = self._under_way.pop(number, None)
            if line is not None and made:
                self._write(line, id)

    def close(self) -> None:
        """Put down what is still under way: whoever would hear of it is gone. Raises OSError."""
        with self._lock:
            self._closed = True
            while self._under_way:
                self._write(self._under_way.popitem()[1], None)

    def _write(self, line: dict[str, Any], id: str | None) -> None:
        if self.path is None:
            return
        # An id of which a part is hidden is none; the whole is left out only if it is a secret.
        hidden = id is None or self._vault.holds(id, _SHORT)
        whole = {
            "run": self.run,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "api": line["api"],
            "operation": line["operation"],
            "id": None if hidden else id,
            "marked": line["marked"],
        }
        with self.path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(json.dumps(whole, ensure_ascii=False) + "\n")
