"""What holds for every test."""

import signal

import pytest
from hypothesis import settings
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.judging.conformance import SchemaConformance

# Timings say nothing on a busy machine; they belong in benchmarks/.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

# Begun in the background, the tests would hand on to every process that Ctrl-C is to be ignored.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def apis() -> Apis:
    """Everything the kit ships."""
    return load_apis(shipped())


@pytest.fixture(scope="session")
def conformance() -> SchemaConformance:
    """Checks answers against the documents; dear to make, so made once."""
    return SchemaConformance()
