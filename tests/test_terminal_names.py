"""A name that nobody knows is told with the one that may have been meant, wherever it is typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from rulebound.cli import main
from rulebound.contract_tests.targets.process import StubProcess

PROFILE = """\
profile: staging
apis: {ece-v13: {url: 'http://127.0.0.1:1'}}
worlds:
  egian: {actors: {anna: {token: x}}}
  egain: {actors: {annaa: {token: x}}, records: {customer.serch: {id: '1'}}}
"""


def said(*words: str) -> str:
    """What a command prints that ends with 2 or 1, without a traceback."""
    found = CliRunner().invoke(main, words)
    assert found.exit_code in (1, 2), found.output
    assert isinstance(found.exception, SystemExit)
    return " ".join(found.output.split())


@pytest.fixture
def profile(tmp_path: Path) -> str:
    """A profile with names that are nearly right."""
    path = tmp_path / "staging.yaml"
    path.write_text(PROFILE, "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("verfy", "verify"),
        ("verify --oepration pick", "--operation"),
        ("verify --operation pik", "pick"),
        ("verify --api egain-v2", "egain-v3"),
        ("prove --rule pick.exsts", "pick.exists"),
        ("rules pick task.due-dat-future", "task.due-date-future"),
        ("explain pick.exsts", "pick.exists"),
        ("compare stbu stub", "stub"),
        ("compare stub stub --ignore pick.exsts", "pick.exists"),
    ],
)
def test_a_name_on_the_command_line(words: str, near: str) -> None:
    """Commands, options, operations, APIs and rules."""
    text = said(*words.split())
    assert "did you mean" in text.lower() and near in text.lower().partition("did you mean")[2]


@pytest.mark.parametrize(
    "words",
    [
        ("profile", "check", "{}"),
        ("verify", "--profile", "{}"),
        ("verify", "--har", "{}"),
        ("check", "{}"),
        ("compare", "stub", "{}"),
    ],
    ids=" ".join,
)
def test_a_path(words: tuple[str, ...], profile: str) -> None:
    """A file or folder that is not there: the one beside it that is."""
    misspelt = profile.replace(".yaml", ".yml")
    text = said(*(word.format(misspelt) for word in words))
    assert f"did you mean {profile}?" in text


def test_what_a_profile_names(profile: str) -> None:
    """APIs, worlds, actors and records of a profile, each with the line."""
    text = said("profile", "check", profile, "--offline")
    for near in ("ece-v12", "egain", "anna", "customer.search"):
        assert f"; write {near}" in text


def test_a_key_of_a_profile(tmp_path: Path) -> None:
    """A key that a profile does not have."""
    path = tmp_path / "staging.yaml"
    path.write_text("profile: staging\nallwo: [read]\n", "utf-8")
    assert "allwo is no key of a profile; write allow" in said("profile", "check", str(path))


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--resume", "lsat", "--profile", "{}"),
        ("diff", "lsat", "last", "--profile", "{}"),
    ],
    ids=["resume", "diff"],
)
def test_a_run(words: tuple[str, ...], profile: str) -> None:
    """A run that is not there."""
    assert "did you mean last?" in said(*(word.format(profile) for word in words))


def test_an_accepted_rule(profile: str) -> None:
    """A rule whose deviation is to be accepted."""
    day = ("--reason", "known", "--until", "2099-01-01")
    assert "did you mean pick.exists" in said("accept", "pick.exsts", "--profile", profile, *day)


@pytest.fixture(scope="module")
def stub() -> Iterator[str]:
    """The address of a stub."""
    with StubProcess() as process:
        yield process.url


def test_a_world(stub: str) -> None:
    """A world that a stub has not."""
    text = said("explain", "last", "--world", "defualt", "--url", stub)
    assert "there is no world defualt; did you mean default?" in text
