"""Check: each mistake in witnesses, or between them and the document, is told with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rulebound.contract_tests.apis import own
from rulebound.contract_tests.checking import check_place

TOY = Path(__file__).parent.parent / "toy" / "notes"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A copy of the toy API to spoil."""
    return Path(shutil.copytree(TOY, tmp_path / "notes"))


def _change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _findings(folder: Path) -> list[str]:
    return [str(finding) for finding in check_place(own(folder))]


def test_a_clean_place_has_no_findings(notes: Path) -> None:
    """Nothing is found where nothing is wrong."""
    assert _findings(notes) == []


D, W = "openapi.yaml", "witnesses/note.yaml"
MISTAKES = [
    (W, "body: {shelf: redder}", "body: {shelf: redder, title: 1}", "breaks note.types"),
    (W, "body: {shelf: redder}", "body: {shelf: red}", "breaks nothing"),
    (
        W,
        "[{title: ten, body: {title: {$text: x, times: 10}}}]",
        "[{title: ten, body: {title: {$text: x, times: 12}}}]",
        "should be accepted",
    ),
    (W, "    boundary: [{title: somebody}]\n", "", "has no `boundary`"),
    (W, "    refused: {status: 403, code: N-8}\n", "", "does not say how it refuses"),
    (W, "{id: {$made: id}}", "{id: {$mode: id}}", "no value form; did you mean $made?"),
    (W, "code: N-8}", "code: N-9}", "the code of note.own-shelf is N-8; the witness wants N-9"),
    (
        W,
        "status: 403,",
        "status: 400,",
        "the status of note.own-shelf is 403; the witness wants 400",
    ),
    (W, "api: notes", "api: note", "these are witnesses for note, and the API's folder is notes"),
    (W, "  note.types:", "  note.typos:", "is no rule"),
    (W, "  note.types:", "  note.typos:", "rule note.types has no witness"),
    (W, "{title: {$text: x, times: 10}}", "{title: {$of: note.gone}}", "there is no record"),
    (
        W,
        "rules:\n",
        "presence: [{path: title, user: optional}]\nrules:\n",
        "the document says nothing, the witnesses user optional",
    ),
    ("seed/actors.yaml", "user.ada", "user.eve", "eve"),
    (D, "x-world: seed", "x-world: seeds", "4 at /x-world: there is no folder 'seeds' in notes/"),
    (D, "x-world: seed", "x-world: seeds", "did you mean seed? seeds are egain, leadsquared, seed"),
    (D, "x-world: seed\n", "", "x-world is missing"),
    (D, "x-world: seed", "x-world: witnesses", "folder 'witnesses' holds no tables.yaml"),
    (D, "require: shelf != null", "require: shef != null", "shef"),
    (
        D,
        "body.shelf, table: shelf,",
        "body.shelf, table: shelfs,",
        "there is no table 'shelfs'",
    ),
    (D, "by: name", "by: nam", "table shelf has no field 'nam' (did you mean name?"),
    (
        D,
        "{one: body.shelf, table: shelf, by: name}",
        "{lookup: shelf}",
        "'shelf' is not registered",
    ),
    (D, "table: note", "table: notes", "there is no table 'notes' (did you mean note?"),
    (D, "author: actor.id}", "autor: actor.id}", "table note has no field 'autor'"),
    (D, "author: actor.id}", "autor: actor.id}", "needs its field 'author'"),
    (D, "do: create", "do: read", "which record to read"),
    (D, "{id: made.id}", "{id: made.nr}", "nothing can be at made.nr"),
    (D, "require: shelf.owner ==", "require: shelf.ownr ==", "ownr"),
]


@pytest.mark.parametrize(("file", "old", "new", "says"), MISTAKES, ids=lambda value: value[:24])
def test_a_mistake_is_told(notes: Path, file: str, old: str, new: str, says: str) -> None:
    """One mistake gives a finding that says what is wrong and in which file."""
    _change(notes, file, old, new)
    found = _findings(notes)
    assert any(says in each for each in found), found
    assert any(Path(file).name in each for each in found), found


def test_a_finding_of_a_seed_has_its_place(notes: Path) -> None:
    """A mistake of the seed is told by its file below the API's folder, and by nothing twice."""
    _change(notes, "seed/records.yaml", "name: redder", "nam: redder")
    found = _findings(notes)
    assert found and all(each.startswith("seed/records.yaml:6 ") for each in found), found


def test_a_condition_that_cannot_be_judged_is_told(notes: Path) -> None:
    """A condition that meets a value it cannot judge is told by the case that shows it."""
    _change(notes, "openapi.yaml", "shelf.owner == actor.id", "shelf.owner.size == 1")
    assert any("rule note.own-shelf cannot be judged" in each for each in _findings(notes))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("actor: ada", "actor: adda", "baseline plain: there is no actor 'adda'"),
        ("shelf: red}\n", "shelf: blue}\n", "baseline plain: breaks note.shelf-exists"),
    ],
)
def test_a_faulty_baseline_is_told_once(notes: Path, old: str, new: str, says: str) -> None:
    """A mistake of the baseline is one finding, not one for each case that stands on it."""
    _change(notes, W, old, new)
    (found,) = _findings(notes)
    assert says in found
    assert found.startswith("witnesses/note.yaml:5 at /baselines/plain: ")


def test_a_path_parameter_reaches_the_judge() -> None:
    """Cases of an operation with a path parameter are judged with the parameter they send."""
    found = _findings(TOY.parent.parent / "contract_tests" / "notes")
    assert not [each for each in found if "breaks read.path-type" in each]
