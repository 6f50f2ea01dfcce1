"""A run of the properties: repeatable, in time, and only what the target and the API allow."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from properties.faults import astral_crash, undeclared_property
from properties.faulty_stub import Exchange, FaultyStub
from rulebound.contract_tests.apis import Apis, load_apis, own
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.properties import Failure, Layer, run
from rulebound.contract_tests.targets.deployment import plain_deployment
from rulebound.contract_tests.targets.process import StubProcess
from rulebound.contract_tests.targets.stub import Stub
from rulebound.contract_tests.wire.message import Answer

TOY = Path(__file__).resolve().parent.parent / "toy" / "notes"
REPEATABLE = ("drawing.accepts", "drawing.agrees", "searching.selects", "machine.play")


def _is_repeatable(layer: Layer) -> bool:
    return layer.name in REPEATABLE


def _requests(url: str, apis: Apis, conformance: SchemaConformance, seed: int) -> list[str]:
    """Every request of a run, in order, without what names the world."""
    sent: list[str] = []

    def recording(x: Exchange) -> Answer:
        sent.append(f"{x.request.method} {x.request.address} {x.request.body!r}")
        return x.pass_on()

    with FaultyStub(url, recording) as faulty:
        target = Stub(faulty.url)
        run(
            target,
            apis,
            ["searchActivities", "pickActivities"],
            seed=seed,
            examples=5,
            conformance=conformance,
            only=_is_repeatable,
        )
        target.close()
    return sent


def test_the_same_seed_sends_the_same_requests(
    stub_url: str, apis: Apis, conformance: SchemaConformance
) -> None:
    """Two runs with one seed send the same, a run with another seed does not."""
    first = _requests(stub_url, apis, conformance, 11)
    assert len(first) > 100
    assert _requests(stub_url, apis, conformance, 11) == first
    assert _requests(stub_url, apis, conformance, 12) != first


def test_a_silent_target_ends_the_run(apis: Apis, conformance: SchemaConformance) -> None:
    """A target that does not answer is told twice at most, at once."""
    started = time.monotonic()
    failures = run(Stub("http://127.0.0.1:9"), apis, conformance=conformance)
    assert [failure.relation for failure in failures] == ["answers", "answers"]
    assert all(failure.operation for failure in failures)
    assert time.monotonic() - started < 10


def test_the_deadline_ends_the_run(
    stub_url: str, apis: Apis, conformance: SchemaConformance
) -> None:
    """However many examples are wished for, the run ends in time."""
    target, tried = Stub(stub_url), []
    started = time.monotonic()
    failures = run(
        target,
        apis,
        examples=10_000,
        deadline=2,
        conformance=conformance,
        finished=tried.append,
    )
    target.close()
    assert time.monotonic() - started < 6
    assert tried and all(failure.relation == "no-server-error" for failure in failures)


def test_without_worlds_only_searches_are_related(
    stub_url: str, apis: Apis, conformance: SchemaConformance
) -> None:
    """On a deployment nothing is written: only the relations between searches are tried."""
    target, tried = plain_deployment(stub_url, apis), []
    failures = run(target, apis, examples=2, conformance=conformance, finished=tried.append)
    target.close()
    assert not failures
    assert {layer.name.partition(".")[0] for layer in tried} == {"searching"}


def test_only_the_operations_wished_for_are_tried(apis: Apis) -> None:
    """Naming an operation leaves the others alone."""
    tried: list[Layer] = []
    run(Stub("http://127.0.0.1:9"), apis, ["logoutUser"], finished=tried.append)
    assert {layer.operation for layer in tried} == {"logoutUser"}


def test_where_nothing_is_to_be_seen_nothing_is_related(
    stub_url: str, apis: Apis, conformance: SchemaConformance
) -> None:
    """A search without any activity is no failure of the relations between searches."""

    def empty(x: Exchange) -> Answer:
        return Answer(204, (), b"")

    with FaultyStub(stub_url, empty) as faulty:
        target = plain_deployment(faulty.url, apis)
        assert not run(target, apis, examples=2, conformance=conformance)
        target.close()


@pytest.mark.parametrize(
    ("fault", "relation"),
    [
        (lambda x: x.pass_on(), None),
        (astral_crash, "no-server-error"),
        (undeclared_property, None),
    ],
    ids=["healthy", "crash", "a fault of another API"],
)
def test_an_own_api_is_drawn_around(fault: object, relation: str | None) -> None:
    """An API of one's own gets every property that needs nothing but its document and witnesses."""
    tried: list[Layer] = []
    with StubProcess([str(TOY)]) as process, FaultyStub(process.url, fault) as faulty:
        target = Stub(faulty.url)
        failures: list[Failure] = run(
            target, load_apis([own(TOY)]), examples=20, shrinking=0.5, finished=tried.append
        )
        target.close()
    assert {failure.relation for failure in failures} == ({relation} if relation else set())
    assert {layer.name.partition(".")[0] for layer in tried} == {"drawing", "conforming"}


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"7", b'"x"', b"[]", b"{}", b"\xff"),
        *(b'{"activity": 1}', b'{"activity": [1]}', b'{"activity": [{}]}'),
        b'{"activity": [{"id": "1", "created": "x", "status": 1, "customAttributes": [1]}]}',
        b'{"activity": [{"id": 1, "created": {"date": 1}, "customer": {"id": [1]}}], '
        b'"paginationInfo": [1]}',
    ],
)
def test_whatever_a_target_answers_is_a_failure(
    body: bytes, stub_url: str, apis: Apis, conformance: SchemaConformance
) -> None:
    """A target that answers everything with 200 and one body is found out, and nothing breaks."""

    def constant(x: Exchange) -> Answer:
        return Answer(200, (("Content-Type", "application/json"),), body)

    with FaultyStub(stub_url, constant) as faulty:
        target = Stub(faulty.url)
        failures = run(target, apis, examples=3, shrinking=0, conformance=conformance)
        target.close()
    assert {failure.relation for failure in failures} - {"answers"}
    assert len(failures) > 10
