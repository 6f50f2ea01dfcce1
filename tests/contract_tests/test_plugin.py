"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rulebound.contract_tests.apis import Place

from tests.contract_tests.notes_server import Notes, serving


def pytest_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of pytest in an empty folder."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "120"}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment
    )


def proof(folder: Path, place: Place, url: str, *more: str) -> subprocess.CompletedProcess[str]:
    """A run of the proof's own tests against a server of the notes API."""
    plain = ("--pyargs", "rulebound.contract_tests", "--target", url, "--stub")
    return pytest_run(folder, *plain, "--folder", str(place.document), "-k", "test_rule", *more)


def test_every_case_is_a_test(notes_place: Place, tmp_path: Path) -> None:
    """Each case is a test whose id is the rule's; what cannot be tested is skipped with why."""
    with serving(Notes()) as url:
        done = proof(tmp_path, notes_place, url, "-v", "-rs", "--report", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_rule[note.title-at-most-20/break-1] PASSED" in done.stdout
    assert "33 passed, 2 skipped" in done.stdout
    assert "a path always has an id" in done.stdout
    assert (tmp_path / "out" / "report.json").is_file()
    assert "rulebound: report in out" in done.stdout


def test_a_broken_rule_fails_its_case(notes_place: Place, tmp_path: Path) -> None:
    """A failure shows the sentence, what is wrong and the curl line."""
    with serving(Notes("one-more")) as url:
        done = proof(tmp_path, notes_place, url, "--rule", "note.title-*")
    assert done.returncode == 1
    assert "1 failed, 4 passed" in done.stdout
    assert "A title has at most 20 characters." in done.stdout
    assert "break: accepted with 201, not 400" in done.stdout
    assert "curl -i -X POST http" in done.stdout


def test_a_wrong_choice_is_told(notes_place: Place, tmp_path: Path) -> None:
    """What cannot be collected is told without a traceback."""
    done = proof(tmp_path, notes_place, "http://127.0.0.1:9", "--rule=no.such")
    assert done.returncode == 2
    assert "no rule is chosen" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_other_runs_do_not_see_the_plain_names(tmp_path: Path) -> None:
    """In a run of something else `--report` stays free for others."""
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--report')\n", "utf-8"
    )
    test = "def test_it(request):\n    assert request.config.getoption('--report') == 'x'\n"
    (tmp_path / "test_it.py").write_text(test, "utf-8")
    done = pytest_run(tmp_path, "--report", "x", "test_it.py")
    assert done.returncode == 0, done.stdout


def test_the_plugin_brings_nothing_heavy() -> None:
    """Loading the plugin imports neither Schemathesis nor the rooms."""
    code = (
        "import sys, rulebound.contract_tests.plugin\n"
        "heavy = {'schemathesis', 'hypothesis', 'rich', 'jsonschema', 'rulebound.openapi'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
