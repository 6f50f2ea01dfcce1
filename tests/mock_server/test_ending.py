"""A stub that is told to end finishes what is under way, and takes nothing new."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException

import pytest
from stub_calls import Caller, Told
from test_plain import CARD, LIBRARY

BOOKS = "/library/books"


class Ending:
    """A stub in a process of its own, which a test tells to end."""

    def __init__(self, process: subprocess.Popen[str], call: Caller) -> None:
        self.process, self.call = process, call

    def end(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def ended(self, within: float) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(within)

    def told(self) -> str:
        """What it wrote on standard error."""
        assert self.process.stderr is not None
        return self.process.stderr.read()


@pytest.fixture
def ending() -> Iterator[Ending]:
    """A stub of the library."""
    command = [sys.executable, "-m", "rulebound.mock_server", str(LIBRARY)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*command, "--port", "0", "--quiet"], **pipes) as process:  # type: ignore[call-overload]
        try:
            line = process.stdout.readline()
            yield Ending(process, Caller("127.0.0.1", int(line.rpartition(":")[2])))
        finally:
            process.kill()


def _late(ending: Ending, milliseconds: int) -> tuple[threading.Thread, list[Told]]:
    """A call that is answered late, under way in a thread."""
    fault = {"kind": "latency", "milliseconds": milliseconds}
    assert ending.call.control("POST", "/worlds/default/faults", fault).status == 201
    answers: list[Told] = []

    def ask() -> None:
        with suppress(OSError, HTTPException):
            answers.append(ending.call("GET", BOOKS, None, CARD, timeout=20))

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    return thread, answers


def test_what_is_under_way_is_answered(ending: Ending) -> None:
    """The answer comes, with the word that the connection ends; new callers are refused."""
    thread, answers = _late(ending, 1500)
    with socket.create_connection((ending.call.host, ending.call.port)) as idle:
        ending.end()
        time.sleep(0.5)

        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((ending.call.host, ending.call.port))
        assert idle.recv(100) == b""
    thread.join(10)
    assert [each.status for each in answers] == [200]
    assert answers[0].headers["connection"] == "close"
    assert ending.ended(5) == 0
    assert ending.told() == ""


def test_streams_end(ending: Ending) -> None:
    """A page that watches is told that there is no more, by the end of what it reads."""
    with socket.create_connection((ending.call.host, ending.call.port), timeout=5) as wire:
        wire.sendall(b"GET /_rulebound/worlds/default/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"text/event-stream" in wire.recv(4096)
        ending.end()
        heard = b"".join(iter(lambda: wire.recv(4096), b""))

    assert heard.endswith(b"0\r\n\r\n")
    assert ending.ended(5) == 0
    assert ending.told() == ""


def test_what_does_not_end_is_dropped(ending: Ending) -> None:
    """A body that does not come and an answer that is held back are not waited for too long."""
    thread, answers = _late(ending, 60_000)
    with socket.create_connection((ending.call.host, ending.call.port), timeout=20) as wire:
        head = f"POST {BOOKS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
        wire.sendall(head.encode())
        time.sleep(0.2)
        ending.end()

        assert ending.ended(9) == 0
    assert ending.told() == ""
    assert answers == []
    thread.join(5)


def test_it_ends_as_well_when_it_is_told_by_another_signal(ending: Ending) -> None:
    """What a supervisor sends ends it in the same way."""
    thread, answers = _late(ending, 800)
    ending.process.terminate()
    thread.join(10)

    assert [each.status for each in answers] == [200]
    ending.ended(5)
    assert ending.told() == ""
