"""What a test asks for by name: `stub`, `world`, `actor`, `clock`.

Loaded in every run of pytest, so it imports nothing heavy at its top.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rulebound.contract_tests.pytest_stub.actors import Actors
    from rulebound.contract_tests.pytest_stub.server import Server
    from rulebound.contract_tests.pytest_stub.stub import Stub
    from rulebound.contract_tests.pytest_stub.world import Clock, World

# ruff: noqa: PLC0415 - what a fixture needs is imported when a test asks for it


@pytest.fixture(scope="session")
def rulebound_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """The stub itself, one for all tests of a process; `url` is where it is."""
    from rulebound.contract_tests.pytest_stub.choice import chosen
    from rulebound.contract_tests.pytest_stub.faults import StubFault
    from rulebound.contract_tests.pytest_stub.server import served

    try:
        context = served(chosen(pytestconfig))
        server = context.__enter__()
    except StubFault as fault:
        pytest.fail(f"rulebound: {fault}", pytrace=False)
    yield server
    context.__exit__(None, None, None)


@pytest.fixture
def rulebound_world(rulebound_server: Server, pytestconfig: pytest.Config) -> Iterator[World]:
    """What `world` is, also where somebody has a `world` of their own."""
    from rulebound.contract_tests.pytest_stub.library import library
    from rulebound.contract_tests.pytest_stub.world import World

    with closing(World(rulebound_server.control, library(pytestconfig))) as made:
        yield made


@pytest.fixture
def world(rulebound_world: World) -> World:
    """The test's own world of the stub: records, settings, rules and journal; `headers` for clients
    other than `stub`. Its clock stands at the seed's time."""
    return rulebound_world


@pytest.fixture
def stub(
    rulebound_server: Server, rulebound_world: World, request: pytest.FixtureRequest
) -> Iterator[Stub]:
    """A running stub: `get`, `post`, `patch` and so on send to the test's own world of it."""
    from rulebound.contract_tests.pytest_stub.hooks import STUB
    from rulebound.contract_tests.pytest_stub.library import library
    from rulebound.contract_tests.pytest_stub.stub import Stub

    with closing(Stub(rulebound_server.url, rulebound_world, library(request.config))) as made:
        request.node.stash[STUB] = made
        yield made


@pytest.fixture(scope="session")
def actor(pytestconfig: pytest.Config) -> Actors:
    """The headers that an actor of the seed signs in with, by its name: `actor("anna")`."""
    from rulebound.contract_tests.pytest_stub.actors import Actors
    from rulebound.contract_tests.pytest_stub.library import library

    return Actors(library(pytestconfig))


@pytest.fixture
def clock(rulebound_world: World) -> Clock:
    """The clock of the test's world: `freeze`, `advance`, `run`, `now`."""
    from rulebound.contract_tests.pytest_stub.world import Clock

    return Clock(rulebound_world)
