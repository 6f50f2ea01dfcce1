"""What requests leave behind: nothing that has to be sought."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from rulebound.stub_thread import StubThread

REQUESTS = 50
PATHS = ("/core/casemgr/v3/nothing", "/core/casemgr/v3/activity/pick")


@pytest.fixture
def line() -> Iterator[HTTPConnection]:
    """A connection to a stub in this process, while nothing is collected."""
    with StubThread() as stub:
        connection = HTTPConnection(urlsplit(stub.url).netloc, timeout=10)
        gc.disable()
        try:
            yield connection
        finally:
            gc.enable()
            connection.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_request_leaves_no_cycles(line: HTTPConnection, path: str) -> None:
    """Else collections would have to clear up behind requests, while others wait."""
    for _ in range(5):
        _ask(line, path)
    gc.collect()
    for _ in range(REQUESTS):
        _ask(line, path)

    assert gc.collect() < REQUESTS


def _ask(line: HTTPConnection, path: str) -> None:
    line.request("GET", path)
    line.getresponse().read()
