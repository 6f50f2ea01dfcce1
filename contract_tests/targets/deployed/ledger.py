"""What a run has made on a deployment, line by line, so that a person can clean up after it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from rulebound.contract_tests.secrets import Vault


class Ledger:
    """Appends to a file of JSON lines; each is on disk before the next request is sent.

    In: the file (`ready` makes it with its folder), the run's id, and what must not reach
    the file. For many threads. `path` None keeps nothing.
    """

    def __init__(self, path: Path | None, run: str, vault: Vault) -> None:
        self.path, self.run = path, run
        self._vault, self._lock = vault, Lock()

    def ready(self) -> None:
        """See to it that the file can be written. Raises OSError where it cannot: what cannot be
        put down must not be made."""
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.open("a", encoding="utf-8").close()

    def made(self, *, api: str, operation: str, id: str | None, marked: bool) -> None:
        """Put down a record: its id, the operation that made it, and whether it says so itself.
        Without an id it is not known what was made, or whether anything was.

        Raises OSError where the file cannot be written any more.
        """
        if self.path is None:
            return
        line = {
            "run": self.run,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "api": api,
            "operation": operation,
            "id": None if id is None else self._vault.hide(id),
            "marked": marked,
        }
        text = json.dumps(line, ensure_ascii=False) + "\n"
        with self._lock, self.path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(text)
