"""The laws of the house: who may import whom, how long things may be, what a test promises."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = {
    "openapi": set(),
    "fixtures": {"openapi"},
    "mock_server": {"openapi", "fixtures"},
    "contract_tests": {"openapi", "fixtures"},
}
SOURCES = sorted(path for room in ROOMS for path in (HOUSE / room).rglob("*.py"))
TESTS = sorted((HOUSE / "tests").rglob("test_*.py"))


def _name(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, by full name"
            yield node.module or ""


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_rooms_keep_to_their_doors(path: Path) -> None:
    """A room imports only the rooms below it, and none by its short name."""
    room = path.relative_to(HOUSE).parts[0]
    for name in _imported(_tree(path)):
        parts = name.split(".")
        assert parts[0] not in ROOMS, f"{name}: write rulebound.{name}"
        if parts[0] == "rulebound":
            assert len(parts) > 1 and parts[1] in ROOMS[room] | {room}, f"{room} imports {name}"


@pytest.mark.parametrize("path", [HOUSE / "cli.py", *SOURCES], ids=_name)
def test_files_and_functions_stay_short(path: Path) -> None:
    """A file holds one idea (250 lines), a function fits in one look (30 lines of code)."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    for node in ast.walk(_tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert _length(node) <= 32, f"{node.name} has {_length(node)} lines"


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, without its docstring and the functions it defines (which count)."""
    doc = ast.get_docstring(function, clean=False)
    lines = (function.end_lineno or 0) - function.lineno + 1 - len((doc or "").splitlines())
    inner = [node for node in ast.walk(function) if node is not function]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return lines - sum(
        (node.end_lineno or 0) - node.lineno + 1 for node in inner if isinstance(node, kinds)
    )


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_public_things_are_described(path: Path) -> None:
    """Every module, public class and public function says what it is for."""
    tree = _tree(path)
    assert ast.get_docstring(tree), "the module has no docstring"
    for node in tree.body:
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        if isinstance(node, kinds) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_every_test_promises_something(path: Path) -> None:
    """Each test says in a docstring what it promises."""
    for node in ast.walk(_tree(path)):
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, kinds) and node.name.startswith("test_"):
            assert ast.get_docstring(node), f"{node.name} promises nothing"


def test_no_vague_names() -> None:
    """No file or folder is named utils, base, common or manager."""
    for path in SOURCES:
        assert not {part.removesuffix(".py") for part in path.relative_to(HOUSE).parts} & {
            "utils",
            "base",
            "common",
            "manager",
        }


def test_no_room_is_loaded_under_its_short_name() -> None:
    """Importing everything leaves no room in sys.modules under its bare name."""
    script = (
        "import sys, rulebound.cli, rulebound.openapi, rulebound.fixtures, rulebound.mock_server,"
        " rulebound.contract_tests.plugin;"
        f" print([room for room in {sorted(ROOMS)} if room in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"
