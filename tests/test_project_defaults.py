"""What a project sets for itself in its pyproject.toml, and what a shell completes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from rulebound.cli import main


def run(folder: Path, text: str, *words: str, **variables: str) -> tuple[int, str]:
    """Exit code and output of the command in a project with this pyproject.toml."""
    (folder / "pyproject.toml").write_text(text, "utf-8")
    below = folder / "deep" / "below"
    below.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "rulebound.cli", *words],
        cwd=below,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


VERIFY = ("verify", "--operation", "logout")


def test_a_project_sets_options(tmp_path: Path) -> None:
    """For one command or all that have it; found from any folder below."""
    report = tmp_path / "out"
    text = f"[tool.rulebound.verify]\nreport = '{report}'\nseed = 3\n[tool.other]\nx = 1\n"
    code, said = run(tmp_path, text, *VERIFY)
    assert code == 0 and (report / "report.json").exists(), said


def test_the_line_and_the_environment_come_first(tmp_path: Path) -> None:
    """An option that is given is taken before the project's, and a variable too."""
    text = "[tool.rulebound]\nrule = ['logout.*']\n"
    assert "logoutUser" in run(tmp_path, text, "verify")[1]
    code, said = run(tmp_path, text, "verify", "--rule", "login.known-user")
    assert "logoutUser" not in said
    code, said = run(tmp_path, text, "verify", RULEBOUND_VERIFY_RULE="login.known-user")
    assert "logoutUser" not in said and code in (0, 2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.rulebound.verify]\nreprot = 'x'\n", "did you mean report?"),
        ("[tool.rulebound.verfy]\n", "did you mean verify?"),
        ("[tool.rulebound]\nverify = 3\n", "write a table"),
        ("[tool]\nrulebound = 3\n", "is no table"),
        ("[tool.rulebound\n", "cannot be read"),
        ("[tool.rulebound.serve]\nport = 'x'\n", "'x' is not a valid int"),
    ],
)
def test_what_a_project_writes_wrongly_is_told(tmp_path: Path, text: str, says: str) -> None:
    """A name nobody knows, or a value that is none, ends with a sentence and 2."""
    words = ("serve", "--quiet") if "serve" in text else ("rules", "pick.action")
    code, said = run(tmp_path, text, *words)
    assert code == 2 and says in said and "Traceback" not in said


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(shell: str) -> None:
    """Each shell gets a script of its own."""
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0 and "_RULEBOUND_COMPLETE" in result.output


def test_rules_are_completed() -> None:
    """What begins like a rule is completed, with its sentence."""
    completed = subprocess.run(
        [str(Path(sys.executable).with_name("rulebound"))],
        env={
            **os.environ,
            "_RULEBOUND_COMPLETE": "fish_complete",
            "COMP_WORDS": "rulebound explain ",
            "COMP_CWORD": "pick.at-",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    words = [line.partition(",")[2].partition("\t")[0] for line in completed.stdout.splitlines()]
    assert words == ["pick.at-least-one", "pick.at-most-75"]
