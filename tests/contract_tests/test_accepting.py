"""Known deviations of a deployment: accepted for a reason and a time, and told as such."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.runs.accepted import (
    Accepted,
    accept,
    deviation,
    read_accepted,
    remove,
    write_accepted,
)
from rulebound.contract_tests.runs.accepting import AcceptOptions, accepting
from rulebound.contract_tests.runs.faults import RunFault

from tests.contract_tests.notes_profile import one_run, run_at, written_profile
from tests.contract_tests.notes_server import Notes, serving
from tests.contract_tests.test_collecting import collected, outcomes

TODAY = datetime.now(UTC).date()
RULE = "note.signed-in"


def rule_of(data: Any, rule: str = RULE) -> Any:
    """The entry of a rule."""
    return next(each for each in data["rules"] if each["id"] == rule)


@pytest.mark.parametrize(
    ("days", "faults", "wanted"),
    [
        (0, ("lenient-401",), ("accepted", 0)),
        (-1, ("lenient-401",), ("expired", 1)),
        (9, (), ("vanished", 0)),
    ],
)
def test_a_known_deviation_is_reported_as_such(
    notes_place: Place, tmp_path: Path, days: int, faults: tuple[str, ...], wanted: tuple[str, int]
) -> None:
    """Accepted and not expired, it does not fail the run; expired or vanished, it is named."""
    until = TODAY + timedelta(days)
    state, code = wanted
    told = {
        "accepted": f"broken, accepted until {TODAY} because why",
        "expired": f"{RULE} was accepted only until {until} and counts again",
        "vanished": f"rulebound accept --remove {RULE}",
    }[state]
    known = [Accepted(rule, "why", until, TODAY) for rule in (RULE, "read.signed-in", "gone.rule")]
    write_accepted(tmp_path / "state", known)
    found, text, data = one_run(tmp_path, notes_place, *faults)
    assert found == data["exit_code"] == code
    assert rule_of(data)["accepted"]["state"] == state
    assert {"rule": RULE, "state": state, "reason": "why", "until": str(until)} in data["accepted"]
    assert data["accepted"][-1]["state"] == "unknown"
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert told in page
    # The summary brings several of them together.
    assert (told if state != "accepted" else f"broken and accepted, 2 rules: {RULE}") in text
    assert "gone.rule is accepted, and no document has such a rule" in text
    suite = ET.parse(tmp_path / "report" / "junit.xml").getroot()[0]
    case = next(each for each in suite if each.get("name") == RULE)
    assert (case.find("failure") is not None) == (code == 1)
    assert int(suite.get("failures") or 0) == code


def test_only_what_is_accepted_is_excused(notes_place: Place, tmp_path: Path) -> None:
    """Another rule that is broken still ends the run with 1."""
    write_accepted(tmp_path / "state", [Accepted(RULE, "why", TODAY, TODAY)])
    code, _, data = one_run(tmp_path, notes_place, "lenient-401")
    assert code == 1 and rule_of(data)["accepted"]["state"] == "accepted"


def test_an_accepted_file_is_written_to_be_read(tmp_path: Path) -> None:
    """Sorted by rule, with reason, last day and the day it was decided; rules can be taken off."""
    wanted = [deviation(rule, " a  reason: 'x' ", "2999-01-31", TODAY) for rule in ("b.x", "a.y")]
    path = accept(tmp_path, wanted, ["a.y", "b.x"])
    lines = path.read_text("utf-8").splitlines()
    assert [line for line in lines if line.endswith("x:") or line.endswith("y:")] == [
        "a.y:",
        "b.x:",
    ]
    found = read_accepted(tmp_path)
    assert found["a.y"] == Accepted("a.y", "a reason: 'x'", date(2999, 1, 31), TODAY)
    remove(tmp_path, ["a.y", "b.x"])
    assert read_accepted(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "accepted.yaml:2: is no YAML"),
        ("[]", "is no map of rules"),
        ("a.b: 1", "accepted.yaml:1: a.b needs reason, until, since and nothing else"),
        ("\na.b: {reason: x, until: soon, since: 2026-01-01}", "yaml:2: a.b: until is 'soon'"),
        ("a.b: {reason: ' ', until: 2026-01-01, since: 2026-01-01}", "a.b has no reason"),
    ],
)
def test_a_wrong_accepted_file_stops_before_the_run(
    notes_place: Place, tmp_path: Path, text: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """File, line and what to write: told before the first request."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "accepted.yaml").write_text(text, "utf-8")
    server = Notes(control=False)
    with serving(server) as url:
        code, _ = run_at(written_profile(tmp_path, url), notes_place)
    assert (code, server.log) == (2, [])
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"rules": ("note.signed-on",)}, "no rule 'note.signed-on'; did you mean note.signed-in"),
        ({"rules": (RULE,), "until": "soon"}, "--until is 'soon', which is no day"),
        ({"rules": (RULE,), "until": "2020-01-01"}, "--until 2020-01-01 is over"),
        ({"rules": (RULE,), "until": None}, "--until is missing"),
        ({"rules": (RULE,), "reason": None}, "--reason is missing"),
        ({"rules": (RULE,), "reason": " "}, "--reason is empty"),
        ({"rules": ()}, "name the rules that are accepted"),
        ({"rules": (), "removed": True, "listed": True}, "rules that are no longer accepted"),
        ({"rules": (RULE,), "removed": True}, "there is no accepted rule 'note.signed-in'"),
    ],
)
def test_what_cannot_be_accepted_is_told(
    notes_place: Place, tmp_path: Path, wish: dict[str, Any], says: str
) -> None:
    """An unknown rule, a day that is over, a missing reason: one sentence, and no file."""
    profile = written_profile(tmp_path, "http://127.0.0.1:9")
    options = {"reason": "why", "until": "2999-01-01", "places": (notes_place,), **wish}
    with pytest.raises(RunFault) as told:
        list(accepting(AcceptOptions(profile, **options)))
    assert says in str(told.value)
    assert not (tmp_path / "state").exists()


def test_accepting_says_what_it_did(notes_place: Place, tmp_path: Path) -> None:
    """Accepted, listed, taken off."""
    profile = written_profile(tmp_path, "http://127.0.0.1:9")
    options = AcceptOptions(profile, (RULE,), "why", "2999-01-01", places=(notes_place,))
    path = tmp_path / "state" / "accepted.yaml"
    assert list(accepting(options)) == [f"accepted: {RULE} ({path})"]
    listed = AcceptOptions(profile, (), listed=True)
    assert list(accepting(listed)) == [f"{RULE}  until 2999-01-01: why"]
    removed = AcceptOptions(profile, (RULE,), removed=True)
    assert list(accepting(removed)) == [f"no longer accepted: {RULE} ({path})"]
    assert list(accepting(listed)) == ["nothing is accepted"]


def test_what_is_accepted_is_written_at_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full costs nothing of what was accepted before, and leaves nothing behind."""
    path = write_accepted(tmp_path, [Accepted(RULE, "why", TODAY, TODAY)])
    before = path.read_bytes()

    def full(self: Path, content: bytes) -> int:
        self.open("wb").close()
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space left"):
        write_accepted(tmp_path, [])
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_pytest_knows_what_is_accepted(notes_place: Place, tmp_path: Path) -> None:
    """In a run of pytest a known deviation is an expected failure, told with its reason."""
    write_accepted(tmp_path / "state", [Accepted(RULE, "why", TODAY, TODAY)])
    with serving(Notes("lenient-401", control=False)) as url:
        profile = str(written_profile(tmp_path, url))
        collection = collected(notes_place, profile=profile, rule=["*.signed-in"])
        found = outcomes(collection)
    assert found[f"{RULE}/break-1"] == f"accepted until {TODAY} because why"
    assert found["read.signed-in/break-1"].startswith("read.signed-in (N1): A request carries")
