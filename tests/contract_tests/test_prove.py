"""`prove`: the proof notices each rule that is off and each condition that is changed."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rulebound.contract_tests.apis import Place, own
from rulebound.contract_tests.planning import Selection
from rulebound.contract_tests.prove import ProveOptions, prove
from rulebound.contract_tests.proving.bad_targets import always
from rulebound.contract_tests.proving.exceptions import load_exceptions, shipped_exceptions
from rulebound.contract_tests.wire.line import Line
from rulebound.contract_tests.wire.message import WireRequest
from rulebound.openapi.findings import DocumentError

from tests.contract_tests.conftest import NOTES
from tests.contract_tests.notes_server import Notes, serving

EXCEPTION = "exceptions: [{off: note.answers-201, also: ['note.*'], because: the status tells}]\n"


def run(
    place: Place, tmp_path: Path, server: Notes | None = None, text: str = EXCEPTION, **options: Any
) -> tuple[int, str, dict[str, Any]]:
    """Exit code, output and data of a proof on the notes server."""
    exceptions = tmp_path / "exceptions.yaml"
    exceptions.write_text(text, "utf-8")
    out = io.StringIO()
    with serving(server or Notes()) as url:
        choice = ProveOptions(
            stub=url, places=(place,), exceptions=exceptions, report=tmp_path / "r", **options
        )
        code = prove(choice, Console(file=out, width=120, highlight=False))
    written = tmp_path / "r" / "prove.json"
    data = json.loads(written.read_text("utf-8")) if written.exists() else {}
    return code, out.getvalue(), data


def test_a_sound_proof_notices_everything(notes_place: Place, tmp_path: Path) -> None:
    """Every rule that is off turns exactly its cases red, every change of a condition is seen,
    every bad target is judged rightly, and no world is left behind."""
    server = Notes()
    code, text, data = run(notes_place, tmp_path, server)
    assert code == 0, text
    assert len(data["switches"]) == 12 and not data["red"]
    assert sum(each["changes"] for each in data["mutations"]) == 5
    assert [each["answers"] for each in data["bad_targets"]] == ["200", "400", "401", "nothing"]
    assert not any(each["wrong"] for each in data["bad_targets"])
    assert set(server.worlds) == {"default"}
    assert "100.0%" in text


def test_other_cases_turning_red_are_told(notes_place: Place, tmp_path: Path) -> None:
    """Without its exception a rule that takes others along is told with the cases."""
    code, text, data = run(notes_place, tmp_path, text="exceptions: []\n")
    assert code == 1
    assert "note.answers-201 off, red besides: note.signed-in/break-1" in text
    spilled = [each["rule"] for each in data["switches"] if each["spilled"]]
    assert spilled == ["note.answers-201"]


def test_a_switch_that_does_nothing_is_told(notes_place: Place, tmp_path: Path) -> None:
    """A case that stays green although its rule is off is told."""
    code, text, _ = run(notes_place, tmp_path, Notes("stuck:note.only-known"))
    assert code == 1
    assert "note.only-known off, not noticed by note.only-known/break-1" in text


def test_a_change_that_nobody_notices_lowers_the_score(notes_place: Place, tmp_path: Path) -> None:
    """Changed conditions that stay green count against the floor and are listed."""
    code, text, data = run(notes_place, tmp_path, Notes("unchangeable"))
    assert code == 1
    assert "note.folder-exists changed, not noticed: require: != becomes ==" in text
    assert "the floor is 92%" in text
    assert all(each["unnoticed"] for each in data["mutations"])


def test_a_red_case_comes_first(notes_place: Place, tmp_path: Path) -> None:
    """With a case red from the start nothing else is tried."""
    code, text, data = run(notes_place, tmp_path, Notes("one-more"))
    assert code == 1
    assert "red with nothing switched off: note.title-at-most-20/break-1" in text
    assert data["switches"] == []


def test_a_choice_of_rules_is_proved_alone(notes_place: Place, tmp_path: Path) -> None:
    """Only the chosen rules are switched off, against all cases of their operation."""
    selection = Selection(rules=("read.exists",))
    code, _, data = run(notes_place, tmp_path, selection=selection)
    assert code == 0
    assert [(each["rule"], each["cases"]) for each in data["switches"]] == [("read.exists", 9)]


def test_a_rule_without_a_case_is_told(tmp_path: Path) -> None:
    """A rule that nobody tries is named, and the proof does not end with 0."""
    folder = Path(shutil.copytree(NOTES, tmp_path / "notes"))
    witness = folder / "witnesses" / "read.yaml"
    text = witness.read_text("utf-8")
    rule = text[text.index("  read.exists:") :].partition("\n  read.")[0]
    witness.write_text(text.replace(rule + "\n", ""), "utf-8")
    code, said, data = run(own(folder), tmp_path, selection=Selection(rules=("read.*",)))
    assert code == 1
    assert "read.exists has no case" in said
    assert data["untried"] == ["read.exists"]


def test_no_witness_at_all_is_no_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without any case there is nothing to prove: exit 2."""
    folder = Path(shutil.copytree(NOTES, tmp_path / "notes"))
    shutil.rmtree(folder / "witnesses")
    code, said, _ = run(own(folder), tmp_path)
    assert (code, said) == (2, "")
    assert "there is no case for any of the " in capsys.readouterr().err


def test_an_exception_needs_its_reason(notes_place: Place, tmp_path: Path) -> None:
    """An exception without a reason is a finding, and nothing is proved."""
    code, text, _ = run(notes_place, tmp_path, text="exceptions: [{off: a, also: [b]}]\n")
    assert (code, text) == (2, "")
    with pytest.raises(DocumentError, match="'because' is a required property"):
        load_exceptions(tmp_path / "exceptions.yaml")


def test_the_shipped_exceptions_have_reasons() -> None:
    """The kit's own exceptions are well written."""
    assert all(len(each.because) > 10 for each in load_exceptions(shipped_exceptions()))


@pytest.mark.parametrize("status", [200, 401])
def test_a_bad_target_answers_the_same_to_everything(status: int) -> None:
    """The targets that answer one status do so on kept connections, to any request."""
    with always(status) as url, Line(url) as line:
        requests = [WireRequest("GET", "/"), WireRequest("POST", "/x", body=b"abc")]
        assert [line.send(each).status for each in requests * 2] == [status] * 4
