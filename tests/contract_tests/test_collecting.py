"""What the pytest plugin collects and does, called directly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rulebound.contract_tests import plugin
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.collecting import CannotCollect, Collection, collect
from rulebound.contract_tests.test_rules import test_rule as conduct_rule

from tests.contract_tests.notes_server import Notes, serving


class Config:
    """The options of a pytest run."""

    def __init__(self, **given: Any) -> None:
        self._given = {"seed": 0, "stub": False, **given}

    def getoption(self, name: str) -> Any:
        """An option, or what it is when not given."""
        short = name.removeprefix("--rulebound-")
        listed = short in ("api", "operation", "rule", "folder")
        return self._given.get(short, [] if listed else None)


def collected(place: Place, **given: Any) -> Collection:
    """What a run with these options collects."""
    return collect(Config(folder=[str(place.document)], **given))  # type: ignore[arg-type]


def outcomes(collection: Collection) -> dict[str, str]:
    """Test id -> how it ended."""
    found: dict[str, str] = {}
    with collection.opened():
        for item in collection.items:
            try:
                conduct_rule(item, collection)
                found[item.id] = "passed"
            except (pytest.fail.Exception, pytest.skip.Exception, pytest.xfail.Exception) as ended:
                found[item.id] = str(ended)
    return found


def test_each_case_passes_or_says_why_not(notes_place: Place, tmp_path: Path) -> None:
    """Kept cases pass, untestable rules are skipped, and the report is written at the end."""
    with serving(Notes()) as url:
        options = {"target": url, "stub": True, "report": str(tmp_path)}
        found = outcomes(collected(notes_place, **options))
    assert found["note.only-known/break-2"] == "passed"
    assert found["read.path-type"] == "a path always has an id"
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["totals"]["kept"] == 13


def test_a_broken_case_fails_with_its_evidence(notes_place: Place) -> None:
    """A failure names rule, statement, sentence, what is wrong, and the request as curl."""
    with serving(Notes("one-more")) as url:
        found = outcomes(collected(notes_place, target=url, stub=True, rule=["*at-most*"]))
    text = found["note.title-at-most-20/break-1"]
    assert text.startswith("note.title-at-most-20 (N4): A title has at most 20 characters.")
    assert "break: accepted with 201, not 400" in text and f"curl -i -X POST {url}" in text


def test_what_a_deployment_cannot_show_is_skipped(notes_place: Place) -> None:
    """A case that needs a control plane is skipped with the reason."""
    with serving(Notes(control=False)) as url:
        found = outcomes(collected(notes_place, target=url, rule=["note.open-only"]))
    assert found["note.open-only/break-1"].startswith("not reached: it needs the setting open")


def test_what_cannot_be_collected_is_told(notes_place: Place, tmp_path: Path) -> None:
    """An empty choice, a wrong folder, a wrong shard: each is told."""
    with pytest.raises(CannotCollect, match="no rule is chosen"):
        collected(notes_place, rule=["no.such"])
    with pytest.raises(CannotCollect, match="cannot be read"):
        collect(Config(folder=[str(tmp_path)]))  # type: ignore[arg-type]
    with pytest.raises(CannotCollect, match="--shard: '2/1' is no shard"):
        collected(notes_place, shard="2/1")


@pytest.mark.parametrize(
    ("arguments", "become"),
    [
        (
            ["--pyargs", "rulebound.contract_tests", "--target", "u", "--report=r"],
            [
                "--pyargs",
                "rulebound.contract_tests",
                "--rulebound-target",
                "u",
                "--rulebound-report=r",
            ],
        ),
        (["tests", "--target", "u"], ["tests", "--target", "u"]),
        (
            ["rulebound.contract_tests.test_rules::test_rule", "--rule", "a"],
            ["rulebound.contract_tests.test_rules::test_rule", "--rulebound-rule", "a"],
        ),
    ],
)
def test_plain_names_work_in_runs_of_the_proof(arguments: list[str], become: list[str]) -> None:
    """`--target` stands for `--rulebound-target` where the proof's package is what is run."""
    plugin.pytest_load_initial_conftests(arguments)
    assert arguments == become
