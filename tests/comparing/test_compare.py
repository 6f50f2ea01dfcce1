"""Two targets compared: what is real is told, named and judged, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.comparing import Comparison, compare
from rulebound.contract_tests.comparing.command import CompareOptions, run
from rulebound.contract_tests.comparing.running import Effort
from rulebound.contract_tests.comparing.sides import opened
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.planning import Selection
from rulebound.contract_tests.targets.process import StubProcess
from tenant.process import Running, running

from tests.comparing.relay import relayed

# Of these the pages do not say whether they are shown, and the tenant and the stub chose otherwise.
OPEN = (
    "/activity/*/type/subtype/displayValue",
    "/activity/*/channel/displayValue",
    "/activity/*/status/assigned",
    "/activity/*/lastModified/user/loginId",
    "/activity/*/created/user/loginId",
    "/activity/*/userLastWorked/loginId",
)


@pytest.fixture(scope="module")
def healthy() -> Iterator[Running]:
    """A tenant without a fault."""
    with running() as there:
        yield there


@pytest.fixture(scope="module")
def stub_url() -> Iterator[str]:
    """Where a stub answers."""
    with StubProcess() as process:
        yield process.url


def _compared(
    words: tuple[str, str], apis: Apis, conformance: SchemaConformance, *operations: str
) -> Comparison:
    effort = Effort(seed=1, examples=4, shrinking=1, ignored=OPEN)
    with (
        opened(words[0], apis, (), conformance) as left,
        opened(words[1], apis, (), conformance) as right,
    ):
        return compare(left, right, operations, effort)


def _profile(there: Running, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder.mkdir()
    for name, value in there.variables.items():
        monkeypatch.setenv(name, value)
    return str(there.profile(folder))


def test_a_healthy_deployment_answers_as_the_stub(  # noqa: PLR0917 - both sides
    healthy: Running,
    stub_url: str,
    apis: Apis,
    conformance: SchemaConformance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ids, dates and credentials of two worlds are no difference; only what is open on the page
    is, which is listed here."""
    profile = _profile(healthy, tmp_path / "p", monkeypatch)
    found = _compared((stub_url, profile), apis, conformance, "pickActivities", "loginUser")
    assert not found.differences, found.differences
    assert found.compared > 50
    assert not found.not_compared


def test_a_budget_used_up_half_way_is_no_proof(
    healthy: Running, stub_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not asked, as no more may be sent, is not alike: exit 2, and it is said."""
    profile = Path(_profile(healthy, tmp_path / "p", monkeypatch))
    text = profile.read_text()
    assert "budget:" not in text
    profile.write_text(f"{text}budget: {{requests: 40}}\n")
    told: list[str] = []
    chosen = Selection(operations=("searchActivities",))
    effort = Effort(seed=1, examples=10, shrinking=1, ignored=OPEN)
    assert run(CompareOptions(stub_url, str(profile), chosen, effort=effort), told.append) == 2
    assert "searchActivities: the budget of 40 requests is used up" in told[0]


@pytest.mark.parametrize(
    ("fault", "operation", "rule"),
    [("pick-404", "pickActivities", "pick.exists"), ("pick-200", "pickActivities", "")],
)
def test_a_fault_is_named_and_the_side_that_has_it(  # noqa: PLR0917 - both sides
    fault: str,
    operation: str,
    rule: str,
    healthy: Running,
    apis: Apis,
    conformance: SchemaConformance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A release with a fault differs from the one before by the rule it breaks; the requests are
    each in the terms of their own side."""
    before = _profile(healthy, tmp_path / "before", monkeypatch)
    with running(fault) as there:
        after = _profile(there, tmp_path / "after", monkeypatch)
        found = _compared((before, after), apis, conformance, operation)
    told = [each for each in found.differences if not rule or each.rule == rule]
    assert told
    assert {each.verdict for each in told} == {"left keeps the page, right does not"}
    assert all(healthy.url in each.on_left.request for each in told)
    assert all(there.url in each.on_right.request for each in told)


def test_what_cannot_be_put_back_is_not_sent(  # noqa: PLR0917 - both sides
    healthy: Running,
    stub_url: str,
    apis: Apis,
    conformance: SchemaConformance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A side without a way to put data back gets no request that changes something, and the
    comparison says which operation that costs."""
    _profile(healthy, tmp_path / "p", monkeypatch)
    profile = str(healthy.profile(tmp_path / "p", restore=False))
    found = _compared((stub_url, profile), apis, conformance, "pickActivities")
    assert found.compared == 0 and not found.differences
    assert "no restore" in found.not_compared["pickActivities"]


def test_the_command_says_what_it_compared(
    stub_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two stubs are alike: exit 0, and the JSON counts what was compared."""
    told: list[str] = []
    options = CompareOptions(
        stub_url,
        stub_url,
        Selection(operations=("logoutUser",)),
        form="json",
        effort=Effort(examples=2, shrinking=0),
    )
    assert run(options, told.append) == 0
    said = json.loads(told[0])
    assert said["compared"] > 0 and said["differences"] == []
    assert "rulebound:" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "said"), [("nowhere.yaml", "is no target"), ("http://127.0.0.1:9", "no answer")]
)
def test_a_side_that_is_not_there_is_one_sentence(
    word: str, said: str, stub_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be compared ends with exit 2 and the reason, without a traceback."""
    assert run(CompareOptions(stub_url, word), lambda text: None) == 2
    error = capsys.readouterr().err
    assert error.startswith("rulebound: ") and said in error and error.count("\n") == 1


LOGOUT = Selection(operations=("logoutUser",))


def test_a_side_that_dies_half_way_is_no_proof(
    stub_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No difference was found until a side stopped answering: exit 2, and it is said."""
    told: list[str] = []
    effort = Effort(examples=5, shrinking=0)
    with relayed(stub_url, requests=40) as dying:
        assert run(CompareOptions(stub_url, dying, LOGOUT, effort=effort), told.append) == 2
    assert f"not compared to the end: logoutUser: the target gave no answer: {dying}" in told[0]
    ended = (
        "requests compared, no difference so far\nexit 2: not compared to the end: see why above"
    )
    assert told[0].endswith(f" {ended}")


def test_time_that_is_over_is_no_proof(stub_url: str) -> None:
    """What there was no time for is not alike."""
    told: list[str] = []
    options = CompareOptions(stub_url, stub_url, LOGOUT, form="json", effort=Effort(seconds=1e-9))
    assert run(options, told.append) == 2
    assert json.loads(told[0])["unfinished"] == {"logoutUser": "the time was over"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--operation", "logoutUsr"), "did you mean logoutUser"),
        (("--operation", "logoutUser", "--api", "ece-v13"), "did you mean ece-v12"),
        (("--examples", "0"), "'--examples'"),
        (("--seconds", "nan"), "'--seconds'"),
        (("--seconds", "inf"), "'--seconds'"),
        (("--seconds", "0"), "'--seconds'"),
        (("--ignore", "pick.exist"), "did you mean pick.exists"),
        (("--ignore", "activity/*/link"), "is neither a rule nor a place"),
    ],
)
def test_an_option_that_says_nothing_is_told(given: tuple[str, ...], says: str) -> None:
    """A misspelt name or a number without sense ends with 2 before anything is started."""
    command = [sys.executable, "-m", "rulebound.cli", "compare", "stub", "stub", *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and says in done.stderr, done.stderr
    assert not done.stdout and "Traceback" not in done.stderr
