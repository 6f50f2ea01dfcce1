"""The page about tests of one's own: its files are right, and its commands print what it shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest
from docs.pages import ROOT, Command, File, anchors, missing, steps
from rulebound.contract_tests.pytest_stub.actors import Actors
from rulebound.contract_tests.pytest_stub.stub import Stub
from rulebound.contract_tests.pytest_stub.world import Clock, World

PAGE = (ROOT / "docs" / "pytest.md").read_text("utf-8")
STEPS = steps(PAGE)
COMMANDS = [step for step in STEPS if isinstance(step, Command)]
TYPES = {"stub": Stub, "world": World, "clock": Clock, "actor": Actors}


@dataclass(frozen=True)
class Walk:
    """Everything written and done as the page says; `outputs` are those of its commands."""

    folder: Path
    outputs: list[str]

    def run(self, command: str) -> str:
        """What a command prints."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            command.split(),
            env={**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """One walk through the page, beside an API of one's own."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(ROOT / "tests" / "toy" / "notes", folder / "notes")
    walk = Walk(folder, [])
    with chdir(folder):
        for step in STEPS:
            if isinstance(step, File):
                (folder / step.name).write_text(step.text, "utf-8")
            else:
                walk.outputs.append(walk.run(step.text))
        yield walk


def test_every_command_prints_what_the_page_shows(walk: Walk) -> None:
    """Every line shown below a command is printed by it, in that order."""
    assert len(COMMANDS) == 3
    for command, output in zip(COMMANDS, walk.outputs, strict=True):
        assert missing(command.shown, output) == [], output


def test_every_test_of_the_page_passes(walk: Walk) -> None:
    """But for the one that is to show a failure, and the misspelt one."""
    printed = walk.run("pytest test_pick.py test_world.py test_client.py")
    assert "5 passed" in printed, printed
    assert "1 failed, 2 passed" in walk.outputs[1], walk.outputs[1]
    report = (walk.folder / "report" / "report.html").read_text("utf-8")
    assert "test_the_shelf_of_somebody_else" in report


@pytest.mark.parametrize("name", TYPES)
def test_the_page_names_all_that_a_fixture_has(name: str) -> None:
    """Every public name of a fixture that the page names is there, and none is left out."""
    (row,) = re.findall(rf"^\| `{name}` \| (.*) \|$", PAGE, re.MULTILINE)
    internal = {"close", "control", "set_clock", "now", "keys", "answers", "root", "world"}
    public = {each for each in vars(TYPES[name]) if not each.startswith("_")}
    told = {each for each in public if re.search(rf"[`.]{each}\b", row)}
    assert public - told <= internal


def test_links_of_the_page_lead_somewhere() -> None:
    """Each link is to a title of the page, or to a file that is there."""
    for link in re.findall(r"\]\(([^)]+)\)", PAGE):
        path, _, anchor = link.partition("#")
        assert (ROOT / "docs" / path).exists(), link
        assert path or anchor in anchors(PAGE), link
