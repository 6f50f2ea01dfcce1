"""Plain Connexion refuses the requests that the stub's compiled checks refuse, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from oracle.amount import DRAWS, OPERATIONS, of_each_drawn
from oracle.bounds import bounds_of_request
from oracle.calling import Asked, Told
from oracle.compared import Compared
from oracle.differences import DIFFERENCES, Difference, mended
from oracle.drawing import requests
from oracle.known import Known
from oracle.sides import HIDING, TAKEN, Plain, Stubbed
from rulebound.contract_tests.apis import Apis
from rulebound.openapi.conditions import SchemaClaim

WITH_BODY = [id for id in OPERATIONS if id not in ("logoutUser", "searchActivities")]


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_drawn_requests_fare_alike(
    apis: Apis, known: Mapping[str, Known], compared: Compared, operation_id: str
) -> None:
    """Around valid requests the two draw the line at the same place."""
    near = requests(known[operation_id], bounds_of_request(apis.owner(operation_id)[1]))

    def alike(asked: Asked) -> None:
        assert compared.faults(asked) == []

    of_each_drawn(near, alike)
    assert min(compared.taken, compared.refused) > DRAWS / 10, "the draws are all of one kind"


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_witnesses_fare_alike(
    apis: Apis, known: Mapping[str, Known], compared: Compared, operation_id: str
) -> None:
    """So do the requests of all cases, which break every rule on a schema."""
    found = {id: compared.faults(asked) for id, asked in known[operation_id].cases}
    assert {id: faults for id, faults in found.items() if faults} == {}
    rules = apis.owner(operation_id)[1].of_kind("reject")
    on_schemas = {rule.id for rule in rules if isinstance(rule.condition, SchemaClaim)}
    assert on_schemas <= compared.rules, "no request of a witness breaks it for both"


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.name)
def test_a_listed_difference_occurs(
    apis: Apis, known: Mapping[str, Known], compared: Compared, difference: Difference
) -> None:
    """What is listed as a difference is one: else it could hide another."""
    valid = known[difference.operation].valid[0]
    assert compared.plain.verdict(valid) == compared.stub.verdict(valid)[0] == TAKEN
    asked = difference.example(valid)
    stub, ids = compared.stub.verdict(asked)
    plain = compared.plain.verdict(asked)
    rules = [rule for rule in apis.owner(asked.operation)[1].rules if rule.id in ids]
    assert plain != stub
    assert all(difference.covers(asked, plain, rule) for rule in rules or [None])
    if not rules:
        again = mended(asked)
        assert compared.plain.verdict(again) == compared.stub.verdict(again)[0] == TAKEN


OFF: Mapping[str, tuple[Mapping[str, Any], list[str]]] = {
    "bodies": ({"validator_map": {"body": {}}}, WITH_BODY),
    "unknown parameters": ({"strict_validation": False}, ["pickActivities", "searchActivities"]),
}


@pytest.mark.parametrize("unchecked", OFF)
def test_a_check_that_connexion_leaves_out_is_noticed(
    apis: Apis,
    known: Mapping[str, Known],
    good: Mapping[str, Told],
    stub: Stubbed,
    unchecked: str,
) -> None:
    """The comparison is one: Connexion without a part of its checks differs from the stub."""
    options, operations = OFF[unchecked]
    lax = Plain(apis, good, **options)
    try:
        for id in operations:
            compared = Compared(apis, lax, stub)
            assert any(compared.faults(asked) for _, asked in known[id].cases), id
    finally:
        lax.close()


UNCHECKED = ("pick.at-most-75", "pick.known-elements", "pick.unpin-value", "pick.query-known")


def test_a_check_that_the_stub_leaves_out_is_noticed(
    apis: Apis, known: Mapping[str, Known], plain: Plain
) -> None:
    """And a stub without some of its checks differs from Connexion."""
    lax = Stubbed(HIDING | set(UNCHECKED))
    try:
        compared = Compared(apis, plain, lax)
        for rule in UNCHECKED:
            own = [it for id, it in known["pickActivities"].cases if id.startswith(f"{rule}/break")]
            assert own
            assert all(compared.faults(asked) for asked in own), rule
    finally:
        lax.close()
