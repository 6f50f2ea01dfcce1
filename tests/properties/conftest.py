"""The kit's APIs and a stub of its own, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rulebound.contract_tests.targets.process import StubProcess


@pytest.fixture(scope="session")
def stub_url() -> Iterator[str]:
    """Where the kit's own stub answers."""
    with StubProcess() as process:
        yield process.url
