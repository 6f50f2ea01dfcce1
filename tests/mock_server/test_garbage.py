"""What requests leave behind: nothing that has to be sought."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from rulebound.stub_thread import StubThread

REQUESTS = 50
UNKNOWN = {"Authorization": "Bearer nobody"}
ASKED = {
    "no address": ("/core/casemgr/v3/nothing", {}),
    "no method": ("/core/casemgr/v3/activity/pick", {}),
    "no credential": ("/ws/v12/interaction/activity?customer=1", {}),
    "unknown credential": ("/ws/v12/interaction/activity?customer=1", UNKNOWN),
}


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


@pytest.mark.parametrize("asked", ASKED)
def test_a_request_leaves_no_cycles(line: HTTPConnection, asked: str) -> None:
    """Else collections would have to clear up behind requests, while others wait."""
    for _ in range(5):
        _ask(line, *ASKED[asked])
    gc.collect()
    for _ in range(REQUESTS):
        _ask(line, *ASKED[asked])

    assert gc.collect() < REQUESTS


def _ask(line: HTTPConnection, path: str, headers: Mapping[str, str]) -> None:
    line.request("GET", path, headers=headers)
    line.getresponse().read()
