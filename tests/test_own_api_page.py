"""The page about an API of one's own: what it has one write is right, and proved."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from rulebound import cli
from rulebound.contract_tests.cases.values import COMPANIONS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "your-own-api.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n# notes/([^\n]+)\n(.*?)```", PAGE, re.DOTALL)
BELOW = re.compile(r"openapi\.yaml, below `(\w+:)`")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A copy of the toy, as the page has one begin."""
    return Path(shutil.copytree(ROOT / "tests" / "toy" / "notes", tmp_path / "notes"))


def run(*arguments: object) -> tuple[int, str]:
    """Exit code and output of a command."""
    done = CliRunner().invoke(cli.main, [str(each) for each in arguments])
    return done.exit_code, done.output


def write(folder: Path, blocks: list[tuple[str, str]]) -> None:
    """What the page has one write: whole files, and lines below a key of the document."""
    for where, text in blocks:
        found = BELOW.fullmatch(where)
        path = folder / ("openapi.yaml" if found else where)
        if found:
            before, key, after = path.read_text("utf-8").partition(f"{found[1]}\n")
            assert key
            path.write_text(before + key + text + after, "utf-8")
        else:
            path.write_text(text, "utf-8")


def test_one_operation_more(notes: Path) -> None:
    """The five steps leave nothing to find; every rule is kept, and noticed when it is off."""
    steps = [block for block in BLOCKS if block[0] != "witnesses/note.yaml"]
    assert len(steps) == 5
    write(notes, steps[:1])
    assert "no rule carries statement N9" in run("check", notes)[1]
    write(notes, steps[1:])
    assert run("check", notes) == (0, "0 findings\n")
    code, said = run("prove", "--folder", notes)
    assert code == 0, said
    assert re.search(r"readNote +5 +5 ", said)


def test_the_case_of_each_kind(notes: Path) -> None:
    """The commented witness file is well formed, and its cases are kept."""
    (witnesses,) = [block for block in BLOCKS if block[0] == "witnesses/note.yaml"]
    write(notes, [witnesses])
    found = run("check", notes)[1].splitlines()
    assert all("has no witness" in line or "findings" in line for line in found), found
    chosen = [
        f"--rule=note.{name}" for name in ("short", "title", "readable", "signed-in", "created")
    ]
    code, said = run("verify", "--folder", notes, *chosen)
    assert code == 0, said


def test_every_form_of_a_value_is_shown() -> None:
    """The page names each value form there is."""
    assert [form for form in COMPANIONS if form not in PAGE] == []


@pytest.mark.parametrize("page", ["README.md", "docs/your-own-api.md"])
def test_what_a_page_links_to_is_there(page: str) -> None:
    """No link of these pages leads nowhere."""
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8"))
    local = [link for link in links if not link.startswith("http")]
    assert [link for link in local if not (ROOT / page).parent.joinpath(link).exists()] == []
