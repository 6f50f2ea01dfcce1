"""The workflow that a team copies: well formed, safe, and what it runs runs."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hulls.dockerfile import HOUSE, VENV
from hulls.team import with_api
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from starlette.testclient import TestClient

WORKFLOW = HOUSE / "docs" / "examples" / "github-actions.yml"
PINNED = re.compile(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    """The jobs of the workflow."""
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    return found


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A team's repository with an API folder in it."""
    return with_api(tmp_path)


def ran(folder: Path, *command: str | Path) -> tuple[int, str]:
    """Exit code and output of a command given in a folder."""
    done = subprocess.run(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def test_it_is_a_workflow() -> None:
    """The published schema of workflows finds nothing."""
    command = [VENV / "check-jsonschema", "--builtin-schema", "vendor.github-workflows"]
    code, said = ran(HOUSE, *command, WORKFLOW)
    assert code == 0, said


def test_nothing_unsafe_is_copied() -> None:
    """zizmor, at its strictest, finds nothing: rights, secrets, what others could put in."""
    code, said = ran(HOUSE, VENV / "zizmor", "--offline", "--persona", "pedantic", WORKFLOW)
    assert code == 0, said


def test_actions_stay_what_they_were(jobs: dict[str, Any]) -> None:
    """Each action is named by a commit, its version beside it."""
    used = [line.partition("uses: ")[2] for line in WORKFLOW.read_text("utf-8").splitlines()]
    assert [each for each in used if each and not PINNED.fullmatch(each)] == []
    assert len([each for each in used if each]) == sum(
        "uses" in step for job in jobs.values() for step in job["steps"]
    )


def test_the_proof_runs_as_written(jobs: dict[str, Any], team: Path) -> None:
    """Its rulebound commands end with 0 and leave what is uploaded: a page and a JUnit file."""
    steps = jobs["proof"]["steps"]
    commands = [step["run"] for step in steps if step.get("run", "").startswith("rulebound ")]
    assert len(commands) == 2
    for command in commands:
        words = shlex.split(command)
        code, said = ran(team, VENV / words[0], *words[1:])
        assert code == 0, f"{command}\n{said}"
    (uploaded,) = [step["with"]["path"] for step in steps if "upload" in step.get("uses", "")]
    assert (team / uploaded / "report.html").is_file()
    assert (team / uploaded / "junit.xml").is_file()


def test_the_report_is_uploaded_when_a_rule_is_broken(jobs: dict[str, Any]) -> None:
    """The step that uploads does not depend on what the proof found."""
    (step,) = [each for each in jobs["proof"]["steps"] if "upload" in each.get("uses", "")]
    assert step["if"] == "${{ !cancelled() }}"


def test_the_control_plane_has_what_is_asked(jobs: dict[str, Any]) -> None:
    """Each address the workflow calls, by its method and with the token's header, answers 200."""
    runs = [step.get("run", "") for step in jobs["tests"]["steps"]]
    calls = [shlex.split(run.replace("\\\n", " ")) for run in runs if "curl" in run]
    token = "sesame"
    client = TestClient(build(Settings(token=token)).app, base_url="http://stub:8400")
    assert len(calls) == 2
    for words in calls:
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        (url,) = [each for each in words if each.startswith("$API_URL")]
        name, _, value = words[words.index("-H") + 1].partition(": ")
        path = url.removeprefix("$API_URL")
        assert value == "$RULEBOUND_TOKEN"
        assert client.request(method, path).status_code == 403
        assert client.request(method, path, headers={name: token}).status_code == 200
