"""An API of one's own, by a document, a seed and witnesses alone, without a line of Python."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from acceptance.process import Served, run
from acceptance.wire import Caller

TOY = Path(__file__).resolve().parent.parent / "toy" / "notes"
ADA = {"Authorization": "Bearer token-ada"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the toy, to be altered at will."""
    return Path(shutil.copytree(TOY, tmp_path / "notes"))


def altered(folder: Path, old: str, new: str) -> Path:
    """The folder with one passage of its document written otherwise."""
    document = folder / "openapi.yaml"
    text = document.read_text(encoding="utf-8")
    assert text.count(old) == 1
    document.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_the_folder_holds_no_program(folder: Path) -> None:
    """The toy is YAML from end to end."""
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".yaml"}


def test_check_verify_and_prove_take_the_folder(folder: Path) -> None:
    """No finding, every rule kept, every switched-off rule and mutated condition noticed."""
    checked = run("check", folder)
    assert (checked.returncode, checked.stdout) == (0, "")
    verified = run("verify", "--folder", folder)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "createNote" in verified.stdout
    assert "broken note" not in verified.stdout
    proved = run("prove", "--folder", folder)
    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert "100.0%" in proved.stdout
    assert "bad targets judged rightly: 4 of 4" in proved.stdout


def test_serve_takes_the_folder(folder: Path) -> None:
    """Notes are made in its world, refused in its words, and its curl line is printed."""
    with Served("--folder", folder) as served:
        world = Caller(served.url).new_world()
        note = {"title": "Milk", "shelf": "red"}
        made = world("POST", "/notes/v1/notes", note, ADA)
        assert (made.status, made.headers["location"]) == (
            201,
            f"/notes/v1/notes/{made.json['id']}",
        )
        assert [each["title"] for each in world.records("note", "seed", id=made.json["id"])] == [
            "Milk"
        ]
        refused = world("POST", "/notes/v1/notes", {**note, "shelf": "redder"}, ADA)
        assert (refused.status, refused.rule) == (403, "note.own-shelf")
        assert refused.json == {"code": "N-8", "message": "Not your shelf."}
        assert any("token-ada" in line for line in served.printed)
        (curl,) = [line for line in served.printed if line.lstrip().startswith("curl ")]
        ended = subprocess.run(curl, shell=True, capture_output=True, text=True, check=True)
        assert ended.stdout.startswith("HTTP/1.1 201 ")


WEAKENED = {
    "note.own-shelf": ("shelf.owner == actor.id", "shelf.owner != ''"),
    "note.short": ("maxLength: 10}", "maxLength: 11}"),
}


@pytest.mark.parametrize("rule", WEAKENED)
def test_a_weakened_rule_turns_verify_red(folder: Path, rule: str) -> None:
    """Exit 1 and the rule by name, and no other one, when its condition lets more through."""
    verified = run("verify", "--folder", altered(folder, *WEAKENED[rule]))
    assert verified.returncode == 1, verified.stdout + verified.stderr
    broken = [line for line in verified.stdout.splitlines() if line.startswith("broken ")]
    assert [line.split()[1] for line in broken] == [rule]


SPOILT = {
    "no YAML": ("\npaths:\n", "\npaths: [\n", "openapi.yaml:34"),
    "no condition": ("shelf.owner == actor.id", "shelf.owner == nobody.id", "openapi.yaml:130"),
    "half a condition": ("shelf.owner == actor.id", "shelf.owner ==", "openapi.yaml:130"),
}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        *((each, "no YAML") for each in ("prove", "serve", "rules")),
        *(("verify", n) for n in SPOILT),
    ],
)
def test_a_mistake_in_the_document_is_told_with_its_place(
    folder: Path, command: str, name: str
) -> None:
    """Exit 2, file and line on standard error, no traceback, whatever is done with the folder."""
    old, new, place = SPOILT[name]
    altered(folder, old, new)
    ended = run(command, "--folder", folder, *(("--port", "0") if command == "serve" else ()))
    assert ended.returncode == 2, ended.stdout
    assert place in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


@pytest.mark.parametrize("name", SPOILT)
def test_check_lists_a_mistake_as_a_finding(folder: Path, name: str) -> None:
    """`check` exits with 1 and lists the place on standard output."""
    old, new, place = SPOILT[name]
    ended = run("check", altered(folder, old, new))
    assert ended.returncode == 1
    assert ended.stdout.startswith(f"notes: {place}")
    assert "Traceback" not in ended.stderr + ended.stdout


def test_a_missing_record_of_the_seed_is_told_with_its_place(folder: Path) -> None:
    """Exit 2, file and line on standard error, no traceback, for a dangling link of the seed."""
    records = folder / "seed" / "records.yaml"
    text = records.read_text(encoding="utf-8").replace("$id: user.ben", "$id: user.nobody")
    records.write_text(text, encoding="utf-8")
    ended = run("serve", "--port", "0", "--folder", folder)
    assert ended.returncode == 2
    assert "records.yaml" in ended.stderr
    assert "user.nobody" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
