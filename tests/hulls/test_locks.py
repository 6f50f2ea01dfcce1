"""The locks of the image: of what the tests run with, the part that is needed to build and run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hulls.dockerfile import HOUSE
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"^([a-z0-9-]+)==([^ ]+)(.*?)(?=^[a-z]|\Z)", re.DOTALL | re.MULTILINE)
HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))


def pins(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Package -> version and hashes, of a lock."""
    text = (HOUSE / name).read_text("utf-8")
    return {each[1]: (each[2], frozenset(HASH.findall(each[3]))) for each in PIN.finditer(text)}


def wanted(name: str) -> list[Requirement]:
    """What pyproject.toml asks for, of the lock's part."""
    if name == "requirements-build.lock":
        return [Requirement(each) for each in PROJECT["build-system"]["requires"]]
    return [Requirement(each) for each in PROJECT["project"]["dependencies"]]


@pytest.mark.parametrize("name", ["requirements-run.lock", "requirements-build.lock"])
def test_a_lock_of_the_image_is_what_the_tests_ran_with(name: str) -> None:
    """The same versions and hashes as in requirements.lock; what is asked for is there."""
    found, all_of_it = pins(name), pins("requirements.lock")
    assert {each: all_of_it.get(each) for each in found} == found
    assert all(hashes for _, hashes in found.values())
    for each in wanted(name):
        assert each.specifier.contains(found[canonicalize_name(each.name)][0])


def test_what_only_tests_need_stays_outside() -> None:
    """No linter, browser or build tool is in the image."""
    extra = PROJECT["project"]["optional-dependencies"]["test"]
    names = {canonicalize_name(Requirement(each).name) for each in extra}
    assert len(names) > 10
    assert names & set(pins("requirements-run.lock")) == set()


# What stands for a package that is neither imported nor called by its name.
CALLED = {"pytest-cov": "--cov ", "pytest-xdist": " -n ", "cel-expr-python": "cel_expr_python"}


def test_what_tests_ask_for_is_used() -> None:
    """No package is installed for the tests that nothing imports, runs or sets up."""
    files = [HOUSE / "Makefile", HOUSE / ".ci" / "run", *(HOUSE / "tests").rglob("*.py")]
    text = "\n".join(each.read_text("utf-8") for each in files if each != Path(__file__))
    needed = {Requirement(each).name for each in PROJECT["build-system"]["requires"]}
    for each in PROJECT["project"]["optional-dependencies"]["test"]:
        name = canonicalize_name(Requirement(each).name)
        if name.startswith("types-") or name in needed or name in PROJECT["tool"]:
            continue  # types are for mypy, of what the product imports
        word = re.escape(name.replace("-", "_"))
        command = re.escape(name.removesuffix("-bin"))
        imported = rf"^\s*(?:import|from) {word}\b|importorskip\(.{word}"
        called = rf"-m {command}\b|\$\(BIN\)/{command}\b|[\"']{command}[\"']"
        found = CALLED.get(name, "") in text if name in CALLED else False
        used = found or re.search(f"{imported}|{called}", text, re.MULTILINE)
        assert used, f"{name} is used by nothing"


@pytest.mark.parametrize("path", sorted(HOUSE.glob("requirements*.lock")), ids=lambda p: p.name)
def test_a_lock_names_no_place(path: object) -> None:
    """Where packages come from is the machine's own setting."""
    text = (HOUSE / str(path)).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^--", text, re.MULTILINE)
