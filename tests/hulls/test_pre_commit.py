"""The hook, by pre-commit itself in a repository of its own; nothing is fetched for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hulls.dockerfile import HOUSE, VENV, context, installed
from hulls.team import with_api

CONFIG = HOUSE / "docs" / "examples" / "pre-commit-config.yaml"


def around(folder: Path, **more: str) -> dict[str, str]:
    """The variables of a developer whose pre-commit and git know nothing of this machine's."""
    return {
        **{name: text for name, text in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{VENV}:{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(folder / "hooks"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{who}_NAME": "dev" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "dev@example.com" for who in ("AUTHOR", "COMMITTER")},
        **more,
    }


def ran(folder: Path, variables: Mapping[str, str], *command: str | Path) -> tuple[int, str]:
    """Exit code and output of a command given in a folder."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    return done.returncode, done.stdout


def repository(folder: Path, variables: Mapping[str, str]) -> str:
    """Make a git repository of what lies in a folder; give its commit."""
    for command in (["init", "-q"], ["add", "--all"], ["commit", "-q", "-m", "All of it"]):
        code, said = ran(folder, variables, "git", *command)
        assert code == 0, said
    return ran(folder, variables, "git", "rev-parse", "HEAD")[1].strip()


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A team's repository with an API folder in it."""
    return with_api(tmp_path / "team")


def commits(team: Path, variables: Mapping[str, str]) -> None:
    """A commit of a sound folder goes through, one of a broken folder is held back."""
    repository(team, variables)
    assert ran(team, variables, VENV / "pre-commit", "install")[0] == 0
    document = team / "my-api" / "openapi.yaml"
    sound = document.read_text("utf-8")
    document.write_text(f"{sound}# One more line.\n", "utf-8")
    code, said = ran(team, variables, "git", "commit", "-a", "-m", "Sound")
    assert (code, "Passed" in said) == (0, True), said
    document.write_text(sound.replace("source: [N3]", "source: [N99]"), "utf-8")
    code, said = ran(team, variables, "git", "commit", "-a", "-m", "Broken")
    assert code == 1, said
    assert "N99" in said
    assert "openapi.yaml" in said


def test_manifest_and_example_are_well_formed() -> None:
    """pre-commit reads both files."""
    for what, path in (("manifest", HOUSE / ".pre-commit-hooks.yaml"), ("config", CONFIG)):
        code, said = ran(HOUSE, os.environ, VENV / "pre-commit", f"validate-{what}", path)
        assert code == 0, said


def test_the_example_holds_broken_documents_back(team: Path, tmp_path: Path) -> None:
    """Where rulebound is installed, the example's own text is all that is needed."""
    shutil.copy(CONFIG, team / ".pre-commit-config.yaml")
    commits(team, around(tmp_path))


def test_the_hook_is_installed_from_this_repository(team: Path, tmp_path: Path) -> None:
    """Named as a repository, pre-commit builds rulebound from it and runs its command."""
    source = context(tmp_path / "source")
    shutil.copy(HOUSE / ".pre-commit-hooks.yaml", source)
    variables = around(
        tmp_path,
        # What it needs is installed already; only rulebound itself is built and installed.
        PIP_NO_INDEX="1",
        PIP_NO_DEPS="1",
        PIP_NO_BUILD_ISOLATION="0",
        PYTHONPATH=str(installed(tmp_path / "installed")),
        VIRTUALENV_NO_PERIODIC_UPDATE="1",
    )
    commit = repository(source, variables)
    hook: dict[str, object] = {"id": "rulebound-check", "args": ["my-api"], "files": "^my-api/"}
    configured(team, source, commit, hook)
    commits(team, variables)
    # Without a folder's name it says so, and does not read what nobody meant.
    configured(team, source, commit, {"id": "rulebound-check"})
    code, said = ran(team, variables, VENV / "pre-commit", "run", "--all-files")
    assert code == 1, said
    assert "openapi.yaml: cannot be read" in said


def configured(team: Path, source: Path, commit: str, hook: dict[str, object]) -> None:
    """Write the team's configuration, which names the hook of a repository."""
    config = {"repos": [{"repo": str(source), "rev": commit, "hooks": [hook]}]}
    (team / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
