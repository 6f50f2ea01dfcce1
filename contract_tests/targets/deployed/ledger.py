"""What a run has made on a deployment, line by line, so that a person can clean up after it."""

import json
import os
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.target import NotReached

_SHORT = 8
"""A secret shorter than this stands in many an id, and tells nothing there."""


SENDING = "sending"
"""The folder beside a ledger for what is under way."""


def left_sending(state: Path) -> str | None:
    """That requests were under way when their run was killed, for people to read; None where the
    state folder has no such line. Those of a run that still goes on are no concern."""
    left = [each for each in (state / SENDING).glob("*.json") if not _goes_on(each)]
    if not left:
        return None
    many = "1 request was" if len(left) == 1 else f"{len(left)} requests were"
    told = f"{many} being sent when a run was killed, and may have made a record that no ledger has"
    return f"{told}: {state / SENDING} says by which operation; look for it, then delete the file"


def _goes_on(intent: Path) -> bool:
    """Whether the process that a line under way is of lives; it stands in the file's name."""
    number = intent.stem.split("-")[-2:][0]
    if not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


class Ledger:
    """Appends to a file of JSON lines; each is on disk before the next request is sent.

    While a request is under way its line stands in the folder `sending` beside the file, so that it
    is there even where the run is killed; afterwards it is taken away again.

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
            (self.path.parent / SENDING).mkdir(exist_ok=True)

    def begin(self, *, api: str, operation: str, marked: bool) -> int:
        """Hear of a request that makes a record, just before it is sent, and by which operation;
        `marked`: whether the record says so itself. The number is for `end`.

        Raises NotReached where nothing is put down any more, and OSError where it cannot be.
        """
        line = {"api": api, "operation": operation, "marked": marked}
        with self._lock:
            if self._closed:
                raise NotReached("the run has ended; nothing more is made")
            number = next(self._tickets)
            intent = self._intent(number)
            if intent is not None:
                intent.write_text(self._line(line, None), encoding="utf-8", errors="replace")
            self._under_way[number] = line
        return number

    def end(self, number: int, *, made: bool, id: str | None = None, said: str = "") -> None:
        """Hear what came of it, and put it down where something was `made`. Without an id it is
        not known what was made, or whether anything was. `said` is what the id was taken from.

        Raises OSError where the file cannot be written any more.
        """
        with self._lock:
            line = self._under_way.pop(number, None)
            if line is not None and made:
                # The end of an address that repeats a secret is no id.
                self._write(line, None if id is None or self._vault.is_piece(id, said) else id)
            self._forget(number)

    def close(self) -> None:
        """Put down what is still under way: whoever would hear of it is gone. Raises OSError."""
        with self._lock:
            self._closed = True
            while self._under_way:
                number, line = self._under_way.popitem()
                self._write(line, None)
                self._forget(number)

    def _intent(self, number: int) -> Path | None:
        """Where the line of a request stands while it is under way; runs share the folder."""
        if self.path is None:
            return None
        return self.path.parent / SENDING / f"{self.run}-{os.getpid()}-{number}.json"

    def _forget(self, number: int) -> None:
        intent = self._intent(number)
        if intent is not None:
            intent.unlink(missing_ok=True)

    def _write(self, line: dict[str, Any], id: str | None) -> None:
        if self.path is not None:
            with self.path.open("a", encoding="utf-8", errors="replace") as file:
                file.write(self._line(line, id))

    def _line(self, line: dict[str, Any], id: str | None) -> str:
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
        return json.dumps(whole, ensure_ascii=False) + "\n"
