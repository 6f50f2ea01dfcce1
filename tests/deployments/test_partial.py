"""A partial profile: what it lacks keeps rules from being reached, by its name, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from deployments.plain import names_of
from deployments.staging import Staging, run
from rulebound import cli
from rulebound.contract_tests.apis import Apis

RULES = (
    *("pick.leaves-queue", "pick.users-only", "search.by-queue", "search.shows-created-by"),
    *("login.body-given", "task.content-type-given", "appointment.body-given"),
)
Wanted = dict[str, Any]
Change = Callable[[Wanted], None]


def egain(wanted: Wanted) -> Any:
    """What is bound of the eGain world."""
    return wanted["worlds"]["egain"]


def without(*path: str) -> Change:
    """Removes what lies at a path of the eGain world."""

    def change(wanted: Wanted) -> None:
        owner = egain(wanted)
        for key in path[:-1]:
            owner = owner[key]
        del owner[path[-1]]

    return change


def without_api(wanted: Wanted) -> None:
    """Removes an API."""
    del wanted["apis"]["leadsquared-v2"]


def unset(wanted: Wanted) -> None:
    """A password in a variable that is not there."""
    egain(wanted)["records"]["user.anna"]["password"] = {"env": "NOWHERE_SET"}


MISSING: dict[str, tuple[Change, str]] = {
    "actor": (without("actors", "anna"), "anna"),
    "actor-of-one-case": (without("actors", "cora"), "cora"),
    "console": (without("actors", "anna-console"), "anna-console"),
    "reader": (without("actors", "auditor-console"), "auditor-console"),
    "record": (without("records", "queue.service"), "queue.service"),
    "record-of-all": (without("records", "activity.email-queued"), "activity.email-queued"),
    "field": (without("records", "user.anna", "loginId"), "loginId"),
    "variable": (unset, "user.anna"),
    "api": (without_api, "leadsquared-v2"),
    "reads": (without("reads", "activity"), "activity"),
    "read-field": (without("reads", "activity", "fields", "queue"), "queue"),
}


def checked(folder: Path, wanted: Wanted, *chosen: str) -> dict[str, set[str]]:
    """What a check of the profile says is missing: each name, with the rules that it costs."""
    file = folder / "profile.yaml"
    file.write_text(json.dumps(wanted, ensure_ascii=False), "utf-8")
    rules = [part for rule in chosen for part in ("--rule", rule)]
    command = ["profile", "check", str(file), "--offline", "--format", "json", *rules]
    done = CliRunner().invoke(cli.main, command)
    assert done.exit_code in (0, 1), done.output
    data = json.loads(done.output)
    gaps = {
        f"{gap['name']} {' '.join(gap['details'])}": {*gap["rules"]}
        for gap in (*data["missing"], *data["beyond"])
    }
    for api, count in data["untried"].items():
        gaps[api] = {rule for rule in RULES if rule.startswith("appointment.")}
        assert count == len(gaps[api])
    return gaps


@pytest.fixture(scope="module")
def names(apis: Apis) -> set[str]:
    """The records that the rules speak of: with fewer of them a profile is sooner read."""
    return names_of(apis, *RULES)


@pytest.fixture(scope="module")
def whole(
    staging: Staging, names: set[str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The verdicts with nothing missing."""
    staging.anew()
    ran = run(tmp_path_factory.mktemp("whole"), staging.profile(records=names), *RULES)
    assert ran.code == 0
    return ran.verdicts


def test_a_whole_profile_reaches_all(whole: dict[str, str]) -> None:
    """What is missing below is what these rules need: with it they are kept."""
    assert whole == dict.fromkeys(RULES, "kept")


@pytest.mark.parametrize("missing", MISSING)
def test_what_is_missing_is_named_by_each_rule_that_needs_it(
    staging: Staging, names: set[str], whole: dict[str, str], tmp_path: Path, missing: str
) -> None:
    """A run does not reach those rules that a check says it would not, each for the missing name;
    the others are judged as before, and the exit code is that of theirs."""
    change, name = MISSING[missing]
    staging.anew()
    wanted = staging.profile(records=names)
    change(wanted)
    gaps = checked(tmp_path, wanted, *RULES)
    costs = set().union(*gaps.values())
    ran = run(tmp_path, wanted, *RULES)
    lost = {rule for rule, verdict in ran.verdicts.items() if verdict == "not reached"}
    assert lost == costs and lost
    assert ran.code == 0
    for rule in ran.report["rules"]:
        if rule["id"] in lost:
            assert name in rule["why"], rule["why"]
        else:
            assert rule["verdict"] == whole[rule["id"]]
            assert rule["planned"] == rule["conducted"]
    assert any(name in said for said in gaps)


def test_nothing_judged_is_no_success(staging: Staging, tmp_path: Path) -> None:
    """Where no rule at all is reached the exit code is 2, and the reasons are there."""
    staging.anew()
    wanted = staging.profile(actors=set())
    ran = run(tmp_path, wanted, *RULES[:4])
    assert ran.code == 2
    assert {*ran.verdicts.values()} == {"not reached"}
    assert all("the profile binds no actor" in rule["why"] for rule in ran.report["rules"])


def test_a_setting_that_is_otherwise_is_named(staging: Staging, tmp_path: Path) -> None:
    """What needs another setting than the deployment has says which, in a check as in a run."""
    staging.anew()
    wanted, rule = staging.profile(), "email.secure-default"
    (said,) = [name for name, rules in checked(tmp_path, wanted, rule).items() if rule in rules]
    assert said.startswith("secureMessaging")
    ran = run(tmp_path, wanted, rule, "login.body-given")
    assert (ran.code, ran.verdicts[rule]) == (0, "not reached")
    assert "secureMessaging" in ran.rule(rule)["why"]


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"actor": "nobody"}, "nobody"),
        ({"body": {"queue": {"$of": "queue.sales"}}}, "queue.sales"),
    ],
)
def test_what_a_record_is_made_of_is_named(
    staging: Staging, tmp_path: Path, change: Wanted, missing: str
) -> None:
    """Who should make a record, and what it is made of, count as what the rule needs."""
    staging.anew()
    wanted = staging.profile()
    making = {"operation": "createTaskActivity", "actor": "anna"} | change
    egain(wanted)["records"]["activity.email-queued"] = {"provision": making}
    egain(wanted)["records"].pop("queue.sales")
    gaps = checked(tmp_path, wanted, "pick.leaves-queue")
    ran = run(tmp_path, wanted, "pick.leaves-queue")
    assert ran.verdicts == {"pick.leaves-queue": "not reached"}
    assert any(missing in said for said in gaps)


def test_a_field_that_is_not_to_be_had_costs_only_who_needs_it(
    staging: Staging, tmp_path: Path
) -> None:
    """A password in a variable that is not set keeps nobody from using the user's id."""
    staging.anew()
    wanted = staging.profile()
    unset(wanted)
    ran = run(tmp_path, wanted, "pick.assigns", "login.body-given")
    assert ran.verdicts == {"pick.assigns": "kept", "login.body-given": "not reached"}


def test_what_is_broken_is_told_beside_what_is_missing(staging: Staging, tmp_path: Path) -> None:
    """A partial profile hides no broken rule: the exit code is 1."""
    tenant = staging.tenancy.holds
    staging.anew()
    wanted = staging.profile()
    without_api(wanted)
    tenant.faults = frozenset(["pick-keeps-queue"])
    try:
        ran = run(tmp_path, wanted, "pick.leaves-queue", "appointment.body-given")
    finally:
        tenant.faults = frozenset()
    assert ran.code == 1
    assert ran.verdicts == {
        "pick.leaves-queue": "broken",
        "appointment.body-given": "not reached",
    }
