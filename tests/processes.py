"""Waiting for a process: until it is up, and until it has ended."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any


def comes_up(
    process: subprocess.Popen[Any], is_up: Callable[[], bool], within: float = 60.0
) -> bool:
    """Whether it is up within so many seconds; False as soon as it has ended."""
    end = time.monotonic() + within
    while not is_up():
        if process.poll() is not None or time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def interrupted(process: subprocess.Popen[Any], within: float = 10.0) -> int:
    """End it as Ctrl-C does, or kill it where that takes longer than so many seconds; its exit
    code. One that has ended is left as it is."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        return process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(within)
