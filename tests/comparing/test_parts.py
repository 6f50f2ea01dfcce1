"""What is no difference, and what is one although a side may answer so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Expect
from rulebound.contract_tests.comparing import Comparison
from rulebound.contract_tests.comparing import running as comparing
from rulebound.contract_tests.comparing.judged import Given, are_excused
from rulebound.contract_tests.comparing.normal import MADE, Normal, Terms
from rulebound.contract_tests.comparing.pairing import Pairing
from rulebound.contract_tests.targets.target import BudgetSpent
from rulebound.contract_tests.wire.deadline import RunOver
from rulebound.contract_tests.wire.message import Answer, TargetFault, WireRequest
from rulebound.openapi.model import Tolerated

TERMS = Terms(datetime.now(UTC), frozenset({"501"}), "stamp")
JSON = ("Content-Type", "application/json")


def built(apis: Apis, operation: str) -> Built:
    """A request of an operation."""
    api, found = apis.owner(operation)
    return Built(WireRequest(found.method, found.path), api, found, Expect())


def shown(
    apis: Apis, operation: str, status: int, body: bytes, *headers: tuple[str, str]
) -> Normal:
    """What is compared of an answer."""
    return TERMS.normal(built(apis, operation), Answer(status, (JSON, *headers), body, 0.0))


@pytest.mark.parametrize(
    "name", ["id", "Id", "ID", "customerId", "customer_id", "row-key", "API_KEY"]
)
def test_an_id_that_was_made_is_no_difference(apis: Apis, name: str) -> None:
    """`id` and `key` as a word of a name tell of what a server made up."""
    answers = [
        shown(apis, "searchActivities", 200, b'{"%s": "%d"}' % (name.encode(), n)) for n in (7, 8)
    ]
    assert not list(answers[0].unlike(answers[1]))


@pytest.mark.parametrize("name", ["valid", "paid", "void", "hockey", "PAID", "identity", "keyword"])
def test_a_word_that_only_ends_so_is_compared(apis: Apis, name: str) -> None:
    """What stands under `paid` is no id."""
    answers = [
        shown(apis, "searchActivities", 200, b'{"%s": "%d"}' % (name.encode(), n)) for n in (7, 8)
    ]
    assert [where for where, _, _ in answers[0].unlike(answers[1])] == [f"/{name}"]


def test_only_addresses_and_sessions_are_made(apis: Apis) -> None:
    """Of the declared headers these differ by nature, others are compared as they are."""
    request = built(apis, "searchActivities")
    responses = {"200": {"headers": {"X-egain-session": {}, "Location": {}, "X-Count": {}}}}
    operation = SimpleNamespace(responses=responses, id="searchActivities")
    changed = SimpleNamespace(api=request.api, operation=operation, request=request.request)
    headers = (("X-egain-session", "abc"), ("Location", "/a/77"), ("X-Count", "3"))
    answer = Answer(200, headers, b"", 0.0)
    found = TERMS.normal(changed, answer).headers  # type: ignore[arg-type]
    assert found == {"x-egain-session": MADE, "location": MADE, "x-count": "3"}


Answers = tuple[tuple[int, str], tuple[int, str]]


@pytest.mark.parametrize(
    ("rule", "mine", "answers", "excused"),
    [
        # The document tolerates a 204 here, and wants 400 400-100.
        ("pick.language-given", None, ((204, ""), (400, "400-100")), True),
        ("pick.language-given", None, ((204, ""), (500, "")), False),
        ("pick.language-given", None, ((204, ""), (404, "404-1")), False),
        ("pick.language-given", None, ((204, ""), (406, "")), True),
        # The profile of the left tolerates something.
        ("pick.signed-in", 409, ((409, ""), (401, "401-100")), False),
        ("pick.at-least-one", 409, ((409, ""), (400, "400-387")), True),
        ("pick.at-least-one", 409, ((409, ""), (500, "")), False),
        ("pick.at-least-one", 409, ((400, "400-387"), (409, "")), False),
        # What a page firmly refuses is not right because it is tolerated.
        ("pick.at-least-one", 204, ((204, ""), (400, "400-387")), False),
        ("pick.at-least-one", None, ((400, "400-387"), (400, "400-387")), False),
    ],
)
def test_both_sides_must_be_right_or_tolerated(
    apis: Apis, rule: str, mine: int | None, answers: Answers, excused: bool
) -> None:
    """What one side may answer hides nothing that the other may not."""
    request = built(apis, "pickActivities")
    tolerated = (() if mine is None else (Tolerated(mine),), ())

    def given(place: int) -> Given:
        status, code = answers[place]
        target = SimpleNamespace(tolerates=lambda _: tolerated[place])
        body = b'{"code": "%s"}' % code.encode()
        return Given(SimpleNamespace(target=target), request, Answer(status, (JSON,), body, 0.0))  # type: ignore[arg-type]

    found = request.operation.rule(rule)
    assert are_excused((given(0), given(1)), (found,)) is excused


def _late(count: int, data: st.DataObject) -> None:
    if data.draw(st.integers(0, 99)) > -1 and count > 2:
        raise RunOver("the time of the run is over")


def _spent(count: int, data: st.DataObject) -> None:
    if data.draw(st.integers(0, 99)) > -1 and count > 2:
        raise BudgetSpent("the budget of 3 requests is used up")


def _dead(count: int, data: st.DataObject) -> None:
    if data.draw(st.integers(0, 99)) > -1 and count > 2:
        raise TargetFault("no answer")


def _unsteady(count: int, data: st.DataObject) -> None:
    data.draw(st.integers() if count % 2 else st.text())
    data.draw(st.booleans() if count % 3 else st.binary(min_size=3))


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (_late, "the time of the run is over"),
        (_spent, "the budget of 3 requests is used up"),
        (_dead, "no answer"),
        (_unsteady, "different ways"),
    ],
)
def test_what_ends_half_way_is_put_down(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[int, st.DataObject], None], says: str
) -> None:
    """Some requests were compared, then a side is silent, unsteady, late or may be asked no more:
    that is told, and is no proof that they are alike."""
    count = iter(range(10_000))
    properties = [(1.0, lambda data: act(next(count), data))]
    monkeypatch.setattr(comparing, "_properties", lambda pairing: properties)
    found = Comparison(compared=3)
    pairing = Pairing(None, None, "pickActivities", found)  # type: ignore[arg-type]
    comparing._operation(pairing, comparing.Effort(), float("inf"), None)
    assert says in found.unfinished["pickActivities"]
    assert not found.not_compared and found.exit_code == 2
