"""A stub that was started by another program ends with it, however that one ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

PARENT = "RULEBOUND_PARENT"
"""The environment variable that holds the process id of the program to end with."""
_EVERY_SECONDS = 1.0


class NoParent(ValueError):
    """The variable holds no process id."""


def end_with_parent(pid: str | None) -> None:
    """Watch the process `pid` in a thread of its own; once it is gone, end this one by SIGTERM.

    Does nothing without a pid. Raises NoParent.
    """
    if not pid:
        return
    if not pid.isdecimal() or not 0 < int(pid[:19]) < 2**31:
        raise NoParent(f"{PARENT} is {pid!r:.40}; write the process id of the parent, or unset it")
    threading.Thread(target=_watch, args=(int(pid),), name="parentage", daemon=True).start()


def _watch(pid: int) -> None:
    own_parent = os.getppid() == pid
    while not _gone(pid, own_parent):
        time.sleep(_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def _gone(pid: int, own_parent: bool) -> bool:
    """A killed parent may linger as a zombie, but its children have another parent by then."""
    if own_parent and os.getppid() != pid:
        return True
    if sys.platform == "win32":
        # There a signal of any number would end the parent instead of asking for it.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
