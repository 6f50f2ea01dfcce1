"""`rulebound verify --har` as it is called: which rules it takes, and what it leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from rulebound.cli import main

from tests.contract_tests.har_recording import Entry, written

GENERAL = ("no-server-error", "answer-as-declared", "refused-for-a-reason")


def entry(status: int = 200) -> Entry:
    """A request of LeadSquared that was answered so."""
    headers = [{"name": "Content-Type", "value": "application/json"}]
    return {
        "startedDateTime": "2026-11-22T09:00:00.000Z",
        "time": 12,
        "request": {
            "method": "POST",
            "url": "https://crm.example.com/v2/Task.svc/Create",
            "headers": headers,
            "postData": {"mimeType": "application/json", "text": "{}"},
        },
        "response": {
            "status": status,
            "headers": headers,
            "content": {"mimeType": "application/json", "text": "{}"},
        },
    }


def said(folder: Path, *rules: str) -> tuple[int, str]:
    """The exit code and the words of a call that chooses rules."""
    options = [part for rule in rules for part in ("--rule", rule)]
    command = ["verify", "--har", str(written(folder, [entry()])), "--api", "leadsquared-v2"]
    result = CliRunner().invoke(main, [*command, *options, "--report", str(folder / "out")])
    return result.exit_code, result.output


def rules_in(folder: Path) -> list[str]:
    """The rules of the report."""
    report = json.loads((folder / "out" / "report.json").read_text("utf-8"))
    return [rule["id"] for rule in report["rules"]]


@pytest.mark.parametrize("name", GENERAL)
def test_a_general_rule_can_be_chosen(tmp_path: Path, name: str) -> None:
    """Each rule that a report shows can be chosen by its name, alone too."""
    said(tmp_path, f"appointment.{name}")
    assert rules_in(tmp_path) == [f"appointment.{name}"]


def test_general_rules_are_chosen_beside_others(tmp_path: Path) -> None:
    """A pattern takes them, and they stand behind the rules of the page."""
    code, words = said(tmp_path, "*.no-server-error", "appointment.answers-*")
    assert code in (0, 1), words
    assert rules_in(tmp_path)[-1] == "appointment.no-server-error"
    assert all(rule.startswith("appointment.answers-") for rule in rules_in(tmp_path)[:-1])


def test_a_misspelt_general_rule_is_told(tmp_path: Path) -> None:
    """A name that no rule has is refused, with the nearest one."""
    code, words = said(tmp_path, "appointment.no-server-eror")
    assert code == 2
    assert "did you mean appointment.no-server-error" in words


def test_a_rule_of_another_operation_chooses_nothing(tmp_path: Path) -> None:
    """A rule and an API that do not meet are told."""
    path = written(tmp_path, [entry()])
    command = ["verify", "--har", str(path), "--operation", "appointment"]
    result = CliRunner().invoke(main, [*command, "--rule", "pick.no-server-error"])
    assert result.exit_code == 2
    assert "no rule fits all that was named at once" in result.output


@pytest.mark.parametrize("status", [200, 500])
def test_whoever_hangs_up_changes_nothing(tmp_path: Path, status: int) -> None:
    """With nobody to read what is printed the report is written, and the exit code is the same."""
    command = ["verify", "--har", str(written(tmp_path, [entry(status)])), "--api"]
    command += ["leadsquared-v2", "--rule", "appointment.no-server-error", "--report"]
    heard = CliRunner().invoke(main, [*command, str(tmp_path / "heard")])
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from rulebound.cli import main; main()",
            *command,
            str(tmp_path / "out"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        words = process.stderr.read()
    assert process.returncode == heard.exit_code
    assert words == "createAppointment: 1 entry done\n"
    assert rules_in(tmp_path) == ["appointment.no-server-error"]


def test_nobody_hears_that_there_is_nothing_to_judge(tmp_path: Path) -> None:
    """Also without a report the code says what came of it."""
    other = entry()
    other["request"]["url"] = "https://example.com/"
    command = ["verify", "--har", str(written(tmp_path, [other])), "--api", "leadsquared-v2"]
    with subprocess.Popen(
        [sys.executable, "-c", "from rulebound.cli import main; main()", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        words = process.stderr.read()
    assert process.returncode == 2
    assert words.startswith("rulebound: no recorded entry is for an operation")


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file in the place of the folder is named before anything is judged."""
    (tmp_path / "out").write_text("mine", "utf-8")
    code, words = said(tmp_path)
    assert code == 2
    assert "is a file; name a folder" in words and "entries judged" not in words


def test_a_number_without_end_is_not_known(tmp_path: Path) -> None:
    """A number that is larger than any is as one that was not recorded."""
    odd = entry()
    odd["time"] = 10**400
    odd["request"]["bodySize"] = odd["response"]["bodySize"] = 10**400
    odd["response"]["content"]["size"] = -(10**400)
    command = ["verify", "--har", str(written(tmp_path, [odd])), "--api", "leadsquared-v2"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code in (0, 1), result.output
    assert "1 of 1 entries judged" in result.output
