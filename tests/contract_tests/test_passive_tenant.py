"""Traffic of a deployment that is no stub of ours: nothing is held against it, its faults are."""

from __future__ import annotations

import pytest
from rulebound.contract_tests.judging.bench import Bench, Unchecked
from rulebound.contract_tests.opening import opened_target
from rulebound.contract_tests.planning import Selection, plan
from rulebound.contract_tests.running import run_plan
from rulebound.contract_tests.verify import VerifyOptions
from tenant.process import running

from tests.contract_tests.har_recording import Entry, Judged, RecordedTarget, judged, the_apis

ALL = ("read", "create", "change")
FAULTS = {
    "pick-200": "pick.answers-204",
    "pick-any-parameter": "pick.query-known",
    "pick-any-unpin": "pick.unpin-value",
    "pick-more-than-75": "pick.at-most-75",
    "pick-unknown-elements": "pick.known-elements",
    "appointment-any-type": "appointment.plain-types",
    "appointment-any-notification": "appointment.notify-by-values",
    "appointment-late-reminder": "appointment.reminder-minutes",
    "appointment-bends-dates": "appointment.real-dates",
    "appointment-says-html": "appointment.answers-json",
}


def traffic(
    folder: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    chosen: Selection,
    *faults: str,
) -> list[Entry]:
    """What the witnesses of chosen rules send to a tenant, and its answers."""
    with running(*faults) as tenant:
        for name, value in tenant.variables.items():
            monkeypatch.setenv(name, value)
        options = VerifyOptions(profile=tenant.profile(folder.mktemp("profile")), allow=ALL)
        with opened_target(options, (), the_apis()) as target:
            recorded = RecordedTarget(target)
            run_plan(Bench(the_apis(), recorded, Unchecked()), plan(the_apis(), chosen), 1)
    return recorded.entries


def test_nothing_is_held_against_a_deployment_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server with ids of its own that keeps the pages breaks nothing."""
    chosen = Selection(rules=("pick.a*", "search.so*", "task.cu*", "email.cu*", "appointment.k*"))
    entries = traffic(tmp_path_factory, monkeypatch, chosen)
    found = judged(tmp_path_factory.mktemp("found"), entries)
    assert (found.code, found.wrong) == (0, {})
    assert found.report["totals"]["kept"] > 15


def test_faults_of_a_deployment_are_named_by_their_rules(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten faults at once, each named by the rule it breaks."""
    chosen = Selection(rules=tuple(FAULTS.values()))
    entries = traffic(tmp_path_factory, monkeypatch, chosen, *FAULTS)
    found: Judged = judged(tmp_path_factory.mktemp("found"), entries)
    assert found.code == 1
    assert set(FAULTS.values()) - set(found.wrong) == set()
