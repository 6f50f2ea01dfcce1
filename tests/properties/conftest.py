"""The kit's APIs and a stub of its own, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.targets.process import StubProcess


@pytest.fixture(scope="session")
def apis() -> Apis:
    """Everything the kit ships."""
    return load_apis(shipped())


@pytest.fixture(scope="session")
def conformance() -> SchemaConformance:
    """Checks answers against the documents; dear to make, so made once."""
    return SchemaConformance()


@pytest.fixture(scope="session")
def stub_url() -> Iterator[str]:
    """Where the kit's own stub answers."""
    with StubProcess() as process:
        yield process.url
