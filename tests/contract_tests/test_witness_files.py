"""What a witness file may say, and what is said about one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from rulebound.contract_tests.cases.folder import load_folder
from rulebound.openapi.findings import DocumentError

HEAD = """\
api: notes
operation: createNote
baselines:
  ann: {actor: ann, expect: {status: 201}}
"""


def found(folder: Path, **files: str) -> list[tuple[str, int, str]]:
    """(file, line, message) of everything that is wrong with witness files."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    with pytest.raises(DocumentError) as caught:
        load_folder(folder, ["createNote"])
    return [
        (each.file.rpartition("/")[2], each.line, each.message) for each in caught.value.findings
    ]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("rules: {a.b: {breaks: [{titel: x}]}}\n", 5, "'title' is a required property"),
        (
            "rules:\n  a.b:\n    breaks: [{title: x, colour: red}]\n",
            7,
            "key 'colour' is not known here",
        ),
        ("rules:\n  a.b: {brakes: []}\n", 6, "key 'brakes' is not known here"),
        ("rules: {}\npresence: [{path: a, user: maybe}]\n", 6, "'maybe' is not one of"),
        ("rules:\n  a.b:\n    twin: {body: {x: {$of: 5}}}\n", 7, "$of takes a text"),
        ("rules:\n  a.b:\n    breaks:\n      - {title: x, on: bob}\n", 8, "'bob' is unknown"),
        ("rules: {a.b: {refused: {status: 200}}}\n", 5, "200 is less than the minimum"),
        ("rules:\n  a.b:\n    breaks: [{title: x, query: {unpin: yes}}]\n", 7, "unquoted yes"),
        ("rules:\n  a.b: {}\n  a.b: {}\n", 7, "stands twice"),
    ],
)
def test_what_is_wrong_is_found_by_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    """A misspelt key, a bad value, an unknown baseline: each a finding with its line."""
    findings = found(tmp_path, one=HEAD + text)
    assert any(each[1] == line and says in each[2] for each in findings), findings


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        (
            "rules: {a.b: {brakes: []}}\n",
            "did you mean breaks? keys are accepted, boundary, breaks",
        ),
        ("rules: {a.b: {breaks: [{title: x, boddy: 1}]}}\n", "did you mean body? keys are actor,"),
        ("rules: {a.b: {refused: {}}}\n", "keys are body, code, headers, status"),
        ("made: {heder: x}\nrules: {}\n", "write {header: ..} or {body: ..}"),
        ("rules: {a.b: {breaks: []}}\n", "docs/your-own-api.md"),
    ],
)
def test_what_may_be_written_instead_is_told(tmp_path: Path, text: str, instead: str) -> None:
    """A finding says which keys there are, the nearest first, or where the form is described."""
    (tmp_path / "one.yaml").write_text(HEAD + text, "utf-8")
    with pytest.raises(DocumentError) as caught:
        load_folder(tmp_path, ["createNote"])
    assert instead in caught.value.findings[0].instead


def test_an_unknown_operation_is_found(tmp_path: Path) -> None:
    """A file about an operation that the document has not is told."""
    text = HEAD.replace("createNote", "createNotes") + "rules: {}\n"
    assert found(tmp_path, one=text)[0][2] == "operation 'createNotes' is unknown"


def test_files_of_one_operation_are_taken_together(tmp_path: Path) -> None:
    """Baselines and rules may stand in several files of an operation."""
    (tmp_path / "a.yaml").write_text(HEAD + "rules: {a.b: {}}\n", "utf-8")
    more = "api: notes\noperation: createNote\nrules: {a.c: {}}\n"
    (tmp_path / "b.yaml").write_text(more, "utf-8")
    file = load_folder(tmp_path, ["createNote"])["createNote"]
    assert list(file.rules) == ["a.b", "a.c"]
    assert list(file.baselines) == ["ann"]


def test_what_is_said_twice_is_found(tmp_path: Path) -> None:
    """A rule, a baseline or `made` in two files of an operation is told."""
    text = HEAD + "made: {header: Location}\nrules: {a.b: {}}\n"
    messages = [each[2] for each in found(tmp_path, a=text, b=text)]
    assert len(messages) == 3
    assert all("too" in message for message in messages)


def test_an_operation_without_baselines_is_found(tmp_path: Path) -> None:
    """There is nothing to patch where no file has baselines."""
    text = "api: notes\noperation: createNote\nrules: {}\n"
    assert "has baselines" in found(tmp_path, a=text)[0][2]


def test_on_is_a_key_like_any_other(tmp_path: Path) -> None:
    """`on:` needs no quotes, though older readers take the word for a boolean."""
    text = HEAD + "rules: {a.b: {breaks: [{title: x, on: ann}]}}\n"
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    rule = load_folder(tmp_path, ["createNote"])["createNote"].rules["a.b"]
    assert rule.cases[0].id == "a.b/break-1"
    assert rule.cases[0].line == 5
