"""A stub that another program started does not outlive it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from rulebound.mock_server.parentage import PARENT

LIBRARY = Path(__file__).parent / "library"
STUB = [sys.executable, "-m", "rulebound.mock_server", "--port", "0", "--quiet", str(LIBRARY)]
# A parent that starts a stub as a group of its own, says where it listens, and does nothing more.
STARTING = f"""
import os, subprocess, time
command, env = {STUB!r}, {{**os.environ, {PARENT!r}: str(os.getpid())}}
pipe = subprocess.PIPE
stub = subprocess.Popen(command, env=env, stdout=pipe, text=True, start_new_session=True)
print(stub.pid, stub.stdout.readline(), flush=True)
time.sleep(60)
"""


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def test_a_stub_ends_when_its_parent_is_killed() -> None:
    """Even a parent that could not say goodbye leaves no stub behind."""
    command = [sys.executable, "-c", STARTING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, _, said = parent.stdout.readline().partition(" ")
        port = int(said.strip().rpartition(":")[2])
        assert _listens(port)
        parent.kill()
    end = time.monotonic() + 6
    while _listens(port) and time.monotonic() < end:
        time.sleep(0.1)

    left = _listens(port)
    if left:
        os.kill(int(pid), signal.SIGKILL)
    assert not left


@pytest.mark.parametrize("pid", ["parent", "0", "-1", "9" * 30])
def test_a_parent_that_is_no_process_id_is_told(pid: str) -> None:
    """Exit code 2 and a sentence that names the variable."""
    env = {**os.environ, PARENT: pid}

    told = subprocess.run(STUB, env=env, capture_output=True, text=True, timeout=30, check=False)

    assert told.returncode == 2
    assert PARENT in told.stderr
    assert "Traceback" not in told.stderr
