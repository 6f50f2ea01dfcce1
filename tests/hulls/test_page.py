"""The page about containers: its files are well formed, its commands run, its links lead on."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from hulls.dockerfile import HOUSE, VENV
from hulls.team import with_api

PAGE = HOUSE / "docs" / "containers.md"
TEXT = PAGE.read_text("utf-8")
FILES = dict(re.findall(r"```yaml\n# ([^\n]+)\n(.*?)```", TEXT, re.DOTALL))
INSIDE = re.findall(r"-v \S+ rulebound (\w.*)\n", TEXT)


def test_what_it_links_to_is_there() -> None:
    """No link leads nowhere."""
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert len(links) > 3
    assert [link for link in links if not (PAGE.parent / link).exists()] == []


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (
            "docker-compose.yml",
            ["check-jsonschema", "--builtin-schema", "vendor.compose-spec"],
        ),
        (".pre-commit-config.yaml", ["pre-commit", "validate-config"]),
    ],
)
def test_its_files_are_well_formed(name: str, command: list[str], tmp_path: Path) -> None:
    """What the page has one write is what the tool reads."""
    (tmp_path / name).write_text(FILES[name], "utf-8")
    done = subprocess.run(
        [VENV / command[0], *command[1:], tmp_path / name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_what_is_given_to_the_image_runs(tmp_path: Path) -> None:
    """Each rulebound command behind a mounted folder ends with 0 in such a folder."""
    with_api(tmp_path)
    given = [shlex.split(each) for each in INSIDE if not each.startswith("serve ")]
    assert [words[0] for words in given] == ["check", "verify"]
    for words in given:
        done = subprocess.run(
            [VENV / "rulebound", *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_the_locks_are_made_as_it_says() -> None:
    """The page names every lock there is, as what a command writes."""
    made = re.findall(r"-o (requirements\S*\.lock)", TEXT)
    assert sorted(made) == sorted(path.name for path in HOUSE.glob("requirements*.lock"))
