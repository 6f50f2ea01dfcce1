"""What code hosts read of a run: SARIF, annotations of a workflow, and a summary in Markdown."""

from __future__ import annotations

import copy
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from rich.console import Console
from rulebound import cli
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.reports.annotations import MOST, annotations, in_repository
from rulebound.contract_tests.reports.sarif import sarif
from rulebound.contract_tests.reports.summary import summary
from rulebound.contract_tests.runs.accepted import Accepted, write_accepted
from rulebound.contract_tests.verify import VerifyOptions, verify

from tests.contract_tests.notes_profile import one_run, written_profile
from tests.contract_tests.notes_server import Notes, serving
from tests.contract_tests.sarif_schema import SARIF
from tests.contract_tests.test_accepting import TODAY

ACCEPTED = "note.signed-in"
NASTY = "50% \r\n::error file=x::owned, a:b | `c` <b>*d*</b> @team #1 http://x \x1b]0;"
LINE = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


@pytest.fixture(scope="module")
def run(notes_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of a deployment that breaks rules, of which one is accepted."""
    folder = tmp_path_factory.mktemp("hosts")
    write_accepted(folder / "state", [Accepted(ACCEPTED, "ticket 7", TODAY, TODAY)])
    one_run(folder, notes_place)
    code, _, _ = one_run(folder, notes_place, "lenient-401", "undeclared")
    assert code == 1
    return folder / "report"


@pytest.fixture(scope="module")
def data(run: Path) -> Any:
    """Its report.json."""
    return json.loads((run / "report.json").read_text("utf-8"))


def twelve(data: Any, number: int = 12, operations: int = 12) -> Any:
    """The report with so many broken rules and operations, and all that can change besides."""
    made = copy.deepcopy(data)
    rule = next(each for each in made["rules"] if each["verdict"] == "broken")
    rule.pop("accepted", None)
    rules = [{**rule, "id": f"note.rule-{at}"} for at in range(number)]
    states = [verdict.value for verdict in Verdict] * 3
    others = [
        {**rule, "id": f"other.{at}", "verdict": verdict, "why": f"reason {at}", "cases": []}
        for at, verdict in enumerate(states)
        if verdict != "broken"
    ]
    made["rules"] = [*rules, *others]
    made["flipped"] = [each["id"] for each in made["rules"]]
    for each in made["rules"]:
        each["history"] = {**rule["history"], "was": "broken" if each in others else "kept"}
    found = [each["verdict"] for each in made["rules"]]
    made["totals"] = {name: found.count(name) for name in data["totals"]}
    made["operations"] = [
        {**data["operations"][0], "operation": f"operation{at}"} for at in range(operations)
    ]
    made["accepted"] = [
        {"rule": f"note.rule-{at}", "state": state, "reason": NASTY, "until": "2099-01-01"}
        for at, state in enumerate(["accepted", "expired", "vanished", "unknown"])
    ]
    return made


def test_sarif_is_well_formed(data: Any, run: Path) -> None:
    """It is SARIF 2.1.0, and nothing else stands in it."""
    written = json.loads((run / "report.sarif").read_text("utf-8"))
    checker = Draft202012Validator(SARIF, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for each in (written, json.loads(sarif(twelve(data)))):
        assert [f"{error.json_path}: {error.message}" for error in checker.iter_errors(each)] == []


def test_sarif_has_every_rule_and_every_failure(data: Any) -> None:
    """Each rule once; a result for each that is broken or differs, at the line where it stands;
    what is accepted is suppressed."""
    (found,) = json.loads(sarif(data))["runs"]
    rules = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule["id"] for rule in data["rules"]]
    bad = {rule["id"]: rule for rule in data["rules"] if rule["verdict"] in ("broken", "differs")}
    assert {each["ruleId"] for each in found["results"]} == set(bad) and len(bad) > 1
    for each in found["results"]:
        rule = bad[each["ruleId"]]
        assert rules[each["ruleIndex"]]["id"] == rule["id"]
        assert bool(each.get("suppressions")) == (rule["id"] == ACCEPTED)
        place = each["locations"][0]["physicalLocation"]
        lines = Path(place["artifactLocation"]["uri"]).read_text("utf-8").splitlines()
        assert rule["id"] in lines[place["region"]["startLine"] - 1]


def test_a_failure_is_known_again(data: Any) -> None:
    """The fingerprint of a rule is that of the same rule and target on another day."""
    later = {**copy.deepcopy(data), "started": "2027-01-01T00:00:00+00:00", "run": "another"}
    later["target"]["url"] = "http://127.0.0.1:1"

    def prints(report: Any) -> Any:
        return [
            each["partialFingerprints"] for each in json.loads(sarif(report))["runs"][0]["results"]
        ]

    assert prints(data) == prints(later)
    later["target"]["profile"] = "production"
    assert not [each for each in prints(data) if each in prints(later)]


def test_a_rule_of_the_kit_has_no_place_in_the_repository(data: Any) -> None:
    """A file that is not below the folder we are in is named from the API's folder, and annotated
    without a file."""
    made = copy.deepcopy(data)
    for rule in made["rules"]:
        rule["place"] = {"file": "egain-v3/rules/pick.yaml", "line": 3, "local": False}
    (found,) = json.loads(sarif(made))["runs"]
    for each in found["results"]:
        place = each["locations"][0]["physicalLocation"]["artifactLocation"]
        assert place["uriBaseId"] in found["originalUriBaseIds"]
    assert "file=" not in "".join(annotations(made))
    for rule in made["rules"]:
        rule["place"] = None
    assert json.loads(sarif(made))["runs"][0]["results"][0]["locations"] == []


def test_annotations_stand_at_the_rules(data: Any) -> None:
    """A line for each failure, with file and line; an error for what is broken, a notice for what
    is accepted."""
    told = [LINE.fullmatch(line) for line in annotations(data)]
    assert all(told)
    by_rule = {re.search("title=([^%]+)", each[2])[1]: each for each in told if each}  # type: ignore[index]
    bad = {rule["id"]: rule for rule in data["rules"] if rule["verdict"] in ("broken", "differs")}
    assert set(by_rule) == set(bad)
    for id, each in by_rule.items():
        assert each[1] == ("notice" if id == ACCEPTED else "error")
        place = bad[id]["place"]
        assert each[2].startswith(f"file={place['file']},line={place['line']},")
        assert bad[id]["says"] in each[3]


def test_no_text_escapes_its_annotation(data: Any) -> None:
    """Line ends, percent signs, colons and commas of others are no part of the command."""
    made = twelve(data, 1)
    for rule in made["rules"]:
        rule |= {"says": NASTY, "why": NASTY, "id": f"a,b:c\n{rule['id']}"}
    made["flipped"] = []
    for line in annotations(made):
        found = LINE.fullmatch(line)
        assert found and "\n" not in line and "\r" not in line and "\x1b" not in line
        names = [part.partition("=")[0] for part in found[2].split(",")]
        assert names == ["file", "line", "title"]
        assert "%0A" in found[2] and "50%25" in found[3]


def test_annotations_end_somewhere(data: Any) -> None:
    """However many rules are broken, the lines are few, and the last says how many are left."""
    told = list(annotations(twelve(data, 500)))
    assert len(told) == MOST + 1 and " more rules are not kept" in told[-1]


def test_files_are_named_from_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a workflow works in a folder of the repository, that folder stands in front."""
    (tmp_path / "apis" / "mine").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "apis")
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert in_repository("mine/openapi.yaml") == "mine/openapi.yaml"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert in_repository("mine/openapi.yaml") == "apis/mine/openapi.yaml"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert in_repository("mine/openapi.yaml") == "mine/openapi.yaml"


def test_what_a_target_says_is_no_command(
    notes_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is printed besides stands where a workflow obeys nothing, and the word that ends
    this is another one each time."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "step.md"))
    (tmp_path / "step.md").write_text("before\n", "utf-8")
    words = []
    for _ in range(2):
        out = io.StringIO()
        with serving(Notes("markup")) as url:
            wish = {"target": url, "stub": True, "places": (notes_place,)}
            code = verify(VerifyOptions(annotations="github", **wish), Console(file=out))
        assert code == 1
        first, *lines = out.getvalue().splitlines()
        word = first.removeprefix("::stop-commands::")
        end = lines.index(f"::{word}::")
        words.append(word)
        assert any("exit 1" in line for line in lines[:end])
        assert lines[end + 1 :] and all(map(LINE.fullmatch, lines[end + 1 :]))
    assert words[0] != words[1]
    step = (tmp_path / "step.md").read_text("utf-8")
    assert step.startswith("before\n## ✗ ") and step.count("## ✗ ") == 2


@pytest.mark.parametrize(
    ("options", "actions", "marked"),
    [([], "true", True), ([], "", False), (["--annotations", "none"], "true", False)],
)
def test_a_workflow_gets_annotations_unasked(  # noqa: PLR0917
    notes_place: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    actions: str,
    marked: bool,
) -> None:
    """On GitHub they are the default, elsewhere not; the option decides."""
    monkeypatch.setenv("GITHUB_ACTIONS", actions)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    with serving(Notes("lenient-401", control=False)) as url:
        profile = str(written_profile(tmp_path, url))
        words = ["verify", "--profile", profile, "--folder", str(notes_place.document), *options]
        done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 1
    assert ("::error file=" in done.output) is marked


def test_the_summary_is_what_the_report_says(data: Any, run: Path) -> None:
    """Totals, each broken rule with its sentence and since when, what is accepted."""
    text = (run / "summary.md").read_text("utf-8")
    assert text == summary(data)
    for rule in data["rules"]:
        if rule["verdict"] == "broken" and rule["id"] != ACCEPTED:
            assert f"| {rule['id']} | {rule['says'].rstrip('.')} |" in text
    assert f"- Accepted: {ACCEPTED}" in text
    for operation in data["operations"]:
        totals = operation["totals"]
        assert f"| {operation['operation']} | {totals['kept']} | {totals['broken']} |" in text


@pytest.mark.parametrize(("rules", "operations"), [(12, 7), (12, 12), (300, 40)])
def test_the_summary_is_short(data: Any, rules: int, operations: int) -> None:
    """Forty lines, however much is broken, changed and not reached; the tables are whole."""
    text = summary(twelve(data, rules, operations))
    assert len(text.splitlines()) <= 40
    assert text.count("| note.rule-") == 12
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} <= {5, 7} and all(line.endswith("|") for line in rows)


def test_no_text_escapes_its_cell(data: Any) -> None:
    """What others wrote is neither markup, nor a link, nor somebody's name."""
    made = twelve(data, 1)
    for rule in made["rules"]:
        rule |= {"says": NASTY, "why": NASTY}
    text = summary(made)
    for never in ("`c`", "<b>", "*d*", "@team", " #1", "a:b |", "\x1b", "http://"):
        assert never not in text
    assert "&#64;team" in text


@pytest.mark.parametrize("made", ["missing", "text", "other"])
def test_what_is_no_report_cannot_stand_beside(
    notes_place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str], made: str
) -> None:
    """It is told before anything is sent or taken away, by the file and what is wrong with it."""
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "report.html").write_text("of an earlier run", "utf-8")
    if made != "missing":
        text = {"text": "no JSON", "other": "[]"}[made]
        (tmp_path / "report" / "report.json").write_text(text, "utf-8")
    wish = {"target": "http://127.0.0.1:9", "places": (notes_place,)}
    options = VerifyOptions(report=tmp_path / "report", beside=(tmp_path / "report",), **wish)
    assert verify(options, Console(file=io.StringIO())) == 2
    assert str(tmp_path / "report" / "report.json") in capsys.readouterr().err
    assert (tmp_path / "report" / "report.html").exists()


def test_the_last_report_may_stand_beside_the_next(notes_place: Place, tmp_path: Path) -> None:
    """Also where the new one takes its folder."""
    with serving(Notes()) as url:
        wish = {"target": url, "stub": True, "places": (notes_place,), "report": tmp_path}
        verify(VerifyOptions(**wish), Console(file=io.StringIO()))
        first = json.loads((tmp_path / "report.json").read_text("utf-8"))
        verify(VerifyOptions(beside=(tmp_path,), **wish), Console(file=io.StringIO()))
    (told,) = json.loads((tmp_path / "report.json").read_text("utf-8"))["beside"]
    verdicts = {rule["id"]: rule["verdict"] for rule in first["rules"]}
    assert {rule["id"]: rule["verdict"] for rule in told["rules"]} == verdicts
    assert told["started"] == first["started"]
