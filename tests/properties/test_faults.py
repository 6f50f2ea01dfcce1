"""The properties are tested: they find each fault, and nothing on a healthy stub."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from properties.faults import FAULTS
from properties.faulty_stub import Fault, FaultyStub
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.properties import Failure, run
from rulebound.contract_tests.targets.stub import Stub

# The bar of every seed is held by benchmarks/property_faults.py; a few must do here.
SEEDS = (3, 4, 5)
Tries = Callable[[Fault, str, int], list[Failure]]
MADE_FOR = [(fault, made) for fault, names in FAULTS.items() for made in names]


@pytest.fixture
def tries(stub_url: str, apis: Apis, conformance: SchemaConformance) -> Tries:
    """Runs the properties made for a fault against a stub that has it."""

    def run_made_for(fault: Fault, made: str, seed: int) -> list[Failure]:
        name, *operations = made.split()
        with FaultyStub(stub_url, fault) as faulty:
            target = Stub(faulty.url)
            failures = run(
                target,
                apis,
                operations,
                seed=seed,
                examples=30,
                shrinking=0,
                most=1,
                conformance=conformance,
                only=lambda layer: layer.name == name,
            )
            target.close()
        return failures

    return run_made_for


def test_a_healthy_stub_has_no_failure(
    stub_url: str, apis: Apis, conformance: SchemaConformance
) -> None:
    """Every property of every operation is tried, and none reports anything."""
    target, tried = Stub(stub_url), []
    failures = run(target, apis, seed=1, examples=8, conformance=conformance, finished=tried.append)
    target.close()
    assert not failures, "\n".join(map(str, failures))
    assert {layer.operation for layer in tried} == {id for api in apis.all for id in api.files}
    assert {name.split()[0] for _, name in MADE_FOR} <= {layer.name for layer in tried}


@pytest.mark.parametrize(
    ("fault", "made"), MADE_FOR, ids=[f"{fault.__name__}-{made}" for fault, made in MADE_FOR]
)
def test_each_fault_is_found(fault: Fault, made: str, tries: Tries) -> None:
    """The property made for a fault finds it, and shows the requests that do."""
    found = (tries(fault, made, seed) for seed in SEEDS)
    failures = next(filter(None, found), [])
    assert len(failures) == 1, f"not found: {fault.__doc__}"
    assert failures[0].request.startswith(("curl -i", "# after", "printf"))
    assert failures[0].what and failures[0].relation and failures[0].operation
