"""Connexion takes what the stub answers, and refuses what the stub's own check of answers does."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from oracle.amount import DRAWS, OPERATIONS, of_each_drawn
from oracle.answer_differences import (
    ANSWER_DIFFERENCES,
    AnswerDifference,
    explained,
    without_points,
)
from oracle.answering import answers, verdict_of
from oracle.bounds import bounds_of_answers
from oracle.calling import Told
from oracle.known import Known
from oracle.sides import REFUSED, TAKEN, Plain, Stubbed
from rulebound.contract_tests.apis import Apis
from rulebound.mock_server.conformance import Conformance


@pytest.fixture(scope="module")
def answered(known: Mapping[str, Known], stub: Stubbed) -> dict[str, list[Told]]:
    """Operation id -> the answers to its known requests, each once."""
    found: dict[str, list[Told]] = {}
    for id, each in known.items():
        asked = [*each.valid, *each.effects, *(one for _, one in each.cases)]
        told = [_bare(stub.told(one)) for one in asked]
        found[id] = list({(one.status, one.body, str(one.headers)): one for one in told}.values())
    return found


def _bare(told: Told) -> Told:
    """An answer without what the stub says of itself."""
    headers = {k: v for k, v in told.headers.items() if not k.startswith("rulebound-")}
    headers.pop("content-length", None)
    return Told(told.status, headers, told.body)


def _is_json(told: Told) -> bool:
    return not told.body or told.headers["content-type"] == "application/json"


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_what_the_stub_answers_is_valid_to_connexion(
    known: Mapping[str, Known],
    answered: Mapping[str, list[Told]],
    plain: Plain,
    operation_id: str,
) -> None:
    """Acceptances and refusals, of JSON and of XML."""
    asked = known[operation_id].valid[0]
    wrong = [told for told in answered[operation_id] if plain.verdict_on(asked, told) != TAKEN]
    assert wrong == []
    assert {each.status for each in answered[operation_id]} >= {400, 401}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_drawn_answers_fare_alike(
    apis: Apis,
    known: Mapping[str, Known],
    answered: Mapping[str, list[Told]],
    plain: Plain,
    operation_id: str,
) -> None:
    """Around the stub's answers the two draw the line at the same place."""
    operation = apis.owner(operation_id)[1]
    conformance = Conformance(operation)
    asked = known[operation_id].valid[0]
    near = [told for told in answered[operation_id] if _is_json(told)]
    fared = {TAKEN: 0, REFUSED: 0}

    def alike(told: Told) -> None:
        ours, theirs = verdict_of(conformance, told), plain.verdict_on(asked, told)
        if (ours, theirs) == (TAKEN, REFUSED):
            told = without_points(told)
            theirs = plain.verdict_on(asked, told)
        if ours == theirs:
            fared[ours] += 1
        assert ours == theirs or (ours == REFUSED and explained(told, operation, theirs))

    of_each_drawn(answers(near, operation, bounds_of_answers(operation)), alike)
    assert min(fared.values()) > DRAWS / 20, "the draws are all of one kind"


@pytest.mark.parametrize("difference", ANSWER_DIFFERENCES, ids=lambda each: each.name)
def test_a_listed_difference_occurs(
    apis: Apis,
    known: Mapping[str, Known],
    good: Mapping[str, Told],
    plain: Plain,
    difference: AnswerDifference,
) -> None:
    """What is listed as a difference is one: else it could hide another."""
    operation = apis.owner(difference.operation)[1]
    asked = known[difference.operation].valid[0]
    told = difference.example(_bare(good[difference.operation]))
    ours, theirs = verdict_of(Conformance(operation), told), plain.verdict_on(asked, told)
    assert (theirs, ours) in ((TAKEN, REFUSED), (REFUSED, TAKEN))
    assert theirs == difference.plain
    assert difference.concerns(told, operation)


def test_a_check_that_connexion_leaves_out_is_noticed(
    apis: Apis, known: Mapping[str, Known], good: Mapping[str, Told]
) -> None:
    """The comparison is one: told not to check answers, Connexion takes what the stub does not."""
    operation = apis.owner("searchActivities")[1]
    asked = known[operation.id].valid[0]
    told = Told(200, {"content-type": "application/json"}, b'{"activity":[{}]}')
    assert verdict_of(Conformance(operation), told) == REFUSED
    strict, lax = Plain(apis, good), Plain(apis, good, validate_responses=False)
    try:
        assert strict.verdict_on(asked, told) == REFUSED
        assert lax.verdict_on(asked, told) == TAKEN
        assert not explained(told, operation, TAKEN)
    finally:
        strict.close()
        lax.close()
