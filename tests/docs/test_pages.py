"""The pages for the three people: what they have one do works, and what they show is what comes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from docs.pages import ROOT, Command, File, anchors, links, missing, steps
from docs.shell import desk

WALKED = (
    "README.md", "docs/front-end.md", "docs/ci.md", "docs/your-own-api.md", "docs/limits.md"
)  # fmt: skip
LINKED = ("README.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))))


@pytest.mark.parametrize("name", WALKED)
def test_what_a_page_has_one_do_works(name: str, tmp_path: Path) -> None:
    """Every command of a page, one after the other, prints every line that is shown below it, and
    ends with 0 where the page does not show another exit code. Files are written as they come."""
    todo = steps((ROOT / name).read_text("utf-8"))
    assert any(isinstance(step, Command) for step in todo)
    shutil.copytree(ROOT / "tests" / "toy", tmp_path / "tests" / "toy")
    with desk(tmp_path, ROOT) as terminals:
        for step, after in zip(todo, [*todo[1:], None], strict=True):
            if isinstance(step, File):
                (tmp_path / step.name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / step.name).write_text(step.text, "utf-8")
                continue
            done = terminals.give(step.text)
            told = f"$ {step.text}\nexit code {done.code}\n{done.output}"
            assert "Traceback" not in done.output, told
            assert missing(step.shown, done.output) == [], told
            asked = isinstance(after, Command) and after.text == "echo $?"
            assert asked or done.code == 0, told


@pytest.mark.parametrize("name", LINKED)
def test_what_a_page_links_to_is_there(name: str) -> None:
    """No link of a page leads nowhere: each path is there, and each title a path is asked for."""
    page = ROOT / name
    for path, anchor in links(page.read_text("utf-8")):
        there = page.parent / path if path else page
        assert there.exists(), path
        assert not anchor or anchor in anchors(there.read_text("utf-8")), (path, anchor)


def test_readme_is_short_and_shows_a_test_of_three_lines() -> None:
    """At most 200 lines, of which the example for pytest has three."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 200
    (example,) = [step for step in steps(text) if isinstance(step, File)]
    assert len(example.text.splitlines()) == 3


def test_the_newcomer_finds_what_to_type() -> None:
    """README's first command is the one that .ci/newcomer gives, its first request a creation."""
    first, request, *_ = [
        step for step in steps((ROOT / "README.md").read_text("utf-8")) if isinstance(step, Command)
    ]
    assert first.text == "make serve"
    assert request.text.startswith("curl ") and request.shown[0] == "HTTP/1.1 201 Created"
    assert re.search(r"^\.ci/newcomer$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)
