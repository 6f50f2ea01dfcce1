"""Targets that try to hurt: each exchange and each run ends in time, in bounded memory, rightly."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.behaviours import (
    NO_CONTENT,
    Hostile,
    after_request,
    deflate_bomb,
    nested_bomb,
)
from tests.hostile.certificates import Certificates, make_certificates
from tests.hostile.server import serving
from tests.hostile.targets import HOSTILE, redirects

DEADLINE = 0.5
MOST_GROWTH = 64.0
MEETING = Path(__file__).parent.parent / "hostile" / "meeting.py"
FRIENDLY = Hostile("friendly", after_request(NO_CONTENT), None, tls="good")
TARGETS = (*HOSTILE, *redirects("http://127.0.0.1:9/"))
NAMES = [target.name for target in TARGETS]

Results = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of every kind."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def trap() -> Iterator[socket.socket]:
    """Another host, which no redirect must lead to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture(scope="module")
def urls(certificates: Certificates, trap: socket.socket) -> Iterator[Mapping[str, str]]:
    """Where every target answers, the friendly one too."""
    # Packed before anybody waits for them.
    nested_bomb(), deflate_bomb()
    elsewhere = redirects(f"http://127.0.0.1:{trap.getsockname()[1]}/")
    with serving((*HOSTILE, *elsewhere, FRIENDLY), certificates) as found:
        yield found


def meet(how: str, urls: Mapping[str, str], trusted: Path) -> Results:
    """What came of meeting every target in this way."""
    wish = {"how": how, "deadline": DEADLINE, "targets": dict(urls)}
    done = subprocess.run(
        [sys.executable, str(MEETING)],
        input=json.dumps(wish),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SSL_CERT_FILE": str(trusted)},
    )
    assert done.returncode == 0, done.stderr
    found: Results = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def by_line(urls: Mapping[str, str], certificates: Certificates) -> Results:
    """Exchanges with every target."""
    return meet("line", urls, certificates.trusted)


@pytest.fixture(scope="module")
def by_verify(urls: Mapping[str, str], certificates: Certificates) -> Results:
    """Runs against every target."""
    return meet("verify", urls, certificates.trusted)


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_an_exchange_ends_by_its_deadline(target: Hostile, by_line: Results) -> None:
    """Every hostile answer is an answer to judge or a fault that says what happened, in time."""
    met = by_line[target.name]
    first, second = met["told"].splitlines()
    wanted = "answer" if target.fault is None else f"fault: .*({target.fault})"
    assert re.match(wanted, first), met["told"]
    assert re.match(wanted, second), met["told"]
    # Servers hold on for 20 s: what ends before was ended by the deadline.
    assert met["seconds"] < 10


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_an_exchange_takes_bounded_memory(target: Hostile, by_line: Results) -> None:
    """Whatever arrives, no exchange makes the process grow by more than 64 MiB."""
    assert by_line[target.name]["grown"] <= MOST_GROWTH


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_a_run_ends_and_says_what_it_met(target: Hostile, by_verify: Results) -> None:
    """A run against a hostile target ends in time, without a traceback, by the right exit code."""
    met = by_verify[target.name]
    assert "Traceback" not in met["told"], met["told"]
    assert met["code"] == target.code, met["told"]
    assert met["seconds"] < 15
    assert met["grown"] <= MOST_GROWTH


def test_a_friendly_target_is_met(by_line: Results) -> None:
    """A known certificate of the right host is accepted, so the others are refused for a reason."""
    assert by_line[FRIENDLY.name]["told"] == "answer 204\nanswer 204"


def test_no_redirect_is_followed(by_line: Results, by_verify: Results, trap: socket.socket) -> None:
    """Nobody ever knocked at the host that a target pointed to."""
    assert by_line["redirect to another host"]["told"].startswith("answer 307")
    assert by_verify["redirect to another host"]["code"] == 2
    with pytest.raises(BlockingIOError):
        trap.accept()
