"""Properties on an independent deployment: nothing on a healthy one, and faults without a case."""

from __future__ import annotations

import pytest
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.properties import Layer, run
from tenant.process import Running, running
from tenant_runs.conftest import Opened


def test_a_healthy_deployment_has_no_failure(
    healthy: Running, deployed: Opened, apis: Apis, conformance: SchemaConformance
) -> None:
    """Every kind of property is tried on pick and search, and none reports anything."""
    tried: list[Layer] = []
    with deployed(healthy) as target:
        failures = run(
            target,
            apis,
            ["pickActivities", "searchActivities"],
            seed=2,
            examples=2,
            conformance=conformance,
            only=lambda layer: layer.name != "drawing.refuses",
            finished=tried.append,
        )
    assert not failures, "\n".join(map(str, failures))
    kinds = {layer.name.partition(".")[0] for layer in tried}
    assert kinds == {"drawing", "conforming", "searching", "machine", "racing"}


@pytest.mark.parametrize(
    ("fault", "operation", "layer", "relation"),
    [
        ("pick-404", "pickActivities", "drawing.refuses", "pick.exists"),
        ("search-short-page", "searchActivities", "searching.pages", "searching"),
        ("email-drops-issue-type", "createIncomingEmailActivity", "drawing.promises", "email."),
    ],
)
def test_a_fault_is_found(  # noqa: PLR0917 - a fault, and what finds it
    fault: str,
    operation: str,
    layer: str,
    relation: str,
    deployed: Opened,
    apis: Apis,
    conformance: SchemaConformance,
) -> None:
    """The property made for it finds a fault, and shows requests in the deployment's own terms."""
    with running(fault) as there, deployed(there) as target:
        failures = run(
            target,
            apis,
            [operation],
            seed=1,
            examples=25,
            shrinking=0,
            conformance=conformance,
            only=lambda each: each.name == layer,
        )
    assert [failure.operation for failure in failures] == [operation]
    assert failures[0].relation.startswith(relation)
    assert there.url in failures[0].request
    assert not any(secret in str(failures[0]) for secret in there.variables.values() if secret[8:])


def test_without_restore_only_reading_is_tried(
    healthy: Running, deployed: Opened, apis: Apis, conformance: SchemaConformance
) -> None:
    """What cannot be put back is not changed: those properties are told as not tried, and why."""
    tried: list[Layer] = []
    untried: dict[str, str] = {}
    with deployed(healthy, restore=False) as target:
        failures = run(
            target,
            apis,
            ["searchActivities", "createTaskActivity"],
            examples=2,
            conformance=conformance,
            finished=tried.append,
            untried=lambda layer, reason: untried.update({layer.name: reason}),
        )
    assert not failures
    assert {layer.name.partition(".")[0] for layer in tried} == {"searching"}
    assert "no restore" in untried["keeping.created"]
    assert "several worlds" in untried["racing.worlds"]


def test_a_name_that_is_not_bound_is_told(
    healthy: Running, deployed: Opened, apis: Apis, conformance: SchemaConformance
) -> None:
    """A profile that leaves out a record lets nothing be drawn there, and says which it is."""
    untried: dict[str, str] = {}
    with deployed(healthy, without="activity.email-queued") as target:
        run(
            target,
            apis,
            ["pickActivities"],
            examples=2,
            conformance=conformance,
            untried=lambda layer, reason: untried.update({layer.name: reason}),
        )
    assert "activity.email-queued" in untried["drawing.accepts"]
