"""The pictures of the pages: each is there, small, and made by the script."""

from __future__ import annotations

import importlib.util
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from docs.pages import ROOT, pictures

FOLDER = ROOT / "docs" / "screenshots"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MOST_BYTES = 150 * 1024
SMALLEST = 5 * 1024
"""A window with nothing in it takes less."""


def script() -> ModuleType:
    """The script, as a module."""
    found = importlib.util.spec_from_file_location("make_pictures", FOLDER / "make.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


def size(file: Path) -> tuple[int, int]:
    """Width and height of a PNG."""
    head = file.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", file
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def test_the_pages_show_what_the_script_makes() -> None:
    """Every picture of a page is one that the script makes for the pages, and lies there; no other
    lies there, and none is left unshown. The plot of the benchmark is drawn by the benchmark."""
    shown = {
        (page.parent / path).resolve() for page in PAGES for path in pictures(page.read_text())
    } - {ROOT / "docs" / "benchmarks.svg"}
    assert shown == {FOLDER / f"{name}.png" for name in script().SHOWN}
    assert shown == set(FOLDER.glob("*.png"))


def test_the_pictures_are_small_and_show_both_widths_and_both_schemes() -> None:
    """A page with pictures is no burden to open; a phone, a desktop, dark and light are seen."""
    for file in FOLDER.glob("*.png"):
        assert file.stat().st_size <= MOST_BYTES, file
    kinds = {tuple(name.rsplit("-", 2)[1:]) for name in script().SHOWN}
    assert {width for width, _ in kinds} == {"1440", "390"}
    assert {scheme for _, scheme in kinds} == {"light", "dark"}


def test_the_script_makes_them(tmp_path: Path) -> None:
    """It runs, and makes each picture of the pages: as wide as it says, small, and not empty."""
    done = subprocess.run(
        [sys.executable, FOLDER / "make.py", "--into", tmp_path],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = {file.stem: file for file in tmp_path.glob("*.png")}
    assert set(made) == set(script().SHOWN)
    for name, file in made.items():
        assert size(file)[0] == int(name.rsplit("-", 2)[1])
        assert SMALLEST < file.stat().st_size <= MOST_BYTES, name


def test_a_name_that_is_no_picture_is_told() -> None:
    """A misspelt name ends with 2 and a sentence, before anything is started."""
    done = subprocess.run(
        [sys.executable, FOLDER / "make.py", "requets-1440-light"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "there is no picture requets-1440-light" in done.stderr
