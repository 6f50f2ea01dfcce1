"""A stub behind a real socket, one for all tests; each test works in a world of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build

# Test modules are imported by path, so what they share has to be found by itself.
sys.path.append(str(Path(__file__).parent))

from stub_calls import Caller, Running


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """The stub with every API that comes with Rulebound."""
    served = Running(build(Settings()))
    yield served
    served.stop()


@pytest.fixture
def call(running: Running) -> Caller:
    """A caller in a fresh world."""
    return running.caller.in_new_world()
