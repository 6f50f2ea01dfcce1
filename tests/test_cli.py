"""The command line: what it says, what it chooses, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rulebound import cli

TOY = str(Path(__file__).parent / "toy" / "notes")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


@pytest.mark.parametrize(
    "command",
    [
        *("", "serve", "verify", "prove", "check", "rules"),
        *("profile new", "profile check", "merge", "diff", "accept", "compare"),
    ],
)
def test_help_teaches(command: str) -> None:
    """Every command explains itself, with examples that name it."""
    found = _run(*command.split(), "--help")
    assert found.exit_code == 0
    assert f"rulebound {command or 'serve'}" in found.output


def test_version() -> None:
    """The version is that of the installed kit."""
    found = _run("--version")
    assert (found.exit_code, found.output.startswith("rulebound, version ")) == (0, True)


def test_rules_lists_sentences() -> None:
    """A rule is shown by id, source, answer and sentence."""
    found = _run("rules", "pick.at-most-75")
    assert found.exit_code == 0
    assert "pick.at-most-75  [P13, P56]  400" in found.output


def test_rules_as_data() -> None:
    """Patterns choose, and --json gives everything that is known."""
    found = json.loads(_run("rules", "note.s*", "--folder", TOY, "--json").output)
    assert [rule["id"] for rule in found if rule["kind"] == "reject"]
    assert {rule["id"].split(".")[1][0] for rule in found} == {"s"}


def test_rules_guesses_what_was_meant() -> None:
    """A rule that is not there ends with 2 and names its neighbours."""
    found = _run("rules", "pick.at-mst-75")
    assert found.exit_code == 2
    assert "did you mean pick.at-most-75" in found.output


def test_rules_of_an_operation() -> None:
    """The short name of an operation, or its id, lists all of its rules."""
    short, long = _run("rules", "pick"), _run("rules", "pickActivities")
    assert (short.exit_code, short.output) == (0, long.output)
    assert "pick.at-most-75" in short.output and "task." not in short.output


def test_rules_as_data_have_their_place_and_words() -> None:
    """--json tells the operation, the file and line, and what the page says."""
    (rule,) = json.loads(_run("rules", "note.own-shelf", "--folder", TOY, "--json").output)
    assert (rule["api"], rule["operation"]) == ("notes", "createNote")
    place = Path(TOY, rule["file"]).read_text("utf-8").splitlines()[rule["line"] - 1]
    assert "note.own-shelf:" in place
    assert rule["statements"] == [
        {"id": "N5", "page": "Notes", "section": "Create", "hint": "only on one's own shelf"}
    ]


@pytest.mark.parametrize(
    "command",
    [
        ("check", TOY),
        ("rules", "note.title", "--folder", TOY),
        ("explain", "note.title", "--folder", TOY),
    ],
    ids=lambda command: command[0],
)
def test_json_is_asked_for_in_one_way_everywhere(command: tuple[str, ...]) -> None:
    """--format json and, for short, --json give the same in every command that has a form."""
    told = [_run(*command, *way).output for way in (("--json",), ("--format", "json"))]
    assert told[0] == told[1] and json.loads(told[0]) is not None
    assert _run(*command, "--json", "--format", "text").exit_code == 2


@pytest.mark.parametrize(
    "command", ["check", "rules", "explain", "diff", "compare", "profile check"]
)
def test_both_ways_to_ask_for_json_are_in_the_help(command: str) -> None:
    """A command that knows one knows the other."""
    text = _run(*command.split(), "--help").output
    assert "--json" in text and "--format" in text


def test_rules_guess_among_the_folder_given() -> None:
    """What is offered for a rule that is not there are those of the folder."""
    found = _run("rules", "note.shrot", "--folder", TOY)
    assert (found.exit_code, "did you mean note.short" in found.output) == (2, True)


def test_rules_of_a_broken_document(tmp_path: Path) -> None:
    """A document that does not load ends with 2 and a sentence, never a traceback."""
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    found = _run("rules", "--folder", str(tmp_path))
    assert found.exit_code == 2
    assert "openapi.yaml" in found.output


def test_check_of_a_clean_folder() -> None:
    """Nothing wrong ends with 0."""
    found = _run("check", TOY)
    assert (found.exit_code, "0 findings" in found.output) == (0, True)


def test_check_as_data(tmp_path: Path) -> None:
    """Findings end with 1; as JSON each has its file, line and what to write instead."""
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\nx: 1\n", encoding="utf-8")
    found = _run("check", str(tmp_path), "--format", "json")
    assert found.exit_code == 1
    first = json.loads(found.output)[0]
    assert {"api", "file", "line", "pointer", "message", "instead"} == set(first)
    assert first["api"] == tmp_path.name


def test_verify_ends_with_the_proofs_code(tmp_path: Path) -> None:
    """A kept API ends with 0, nothing chosen with 2."""
    assert _run("verify", "--folder", TOY, "--report", str(tmp_path)).exit_code == 0
    assert (tmp_path / "report.json").is_file()
    assert _run("verify", "--folder", TOY, "--rule", "nothing.*").exit_code == 2


def test_prove_ends_with_the_proofs_code() -> None:
    """A proved API ends with 0."""
    assert _run("prove", "--folder", TOY).exit_code == 0


def test_serve_of_a_broken_document(tmp_path: Path) -> None:
    """A document that does not load is not served."""
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    assert _run("serve", "--folder", str(tmp_path)).exit_code == 2


@pytest.mark.parametrize("other", [("--target", "http://127.0.0.1:1"), ("--stub",)])
def test_a_profile_stands_alone(tmp_path: Path, other: tuple[str, ...]) -> None:
    """A profile beside what names another target is refused, and told what to leave out."""
    file = tmp_path / "staging.yaml"
    file.write_text("profile: staging\n", "utf-8")
    found = _run("verify", "--profile", str(file), *other)
    assert found.exit_code == 2
    assert f"leave out {other[0]}" in found.output
