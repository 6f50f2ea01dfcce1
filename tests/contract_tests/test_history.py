"""What a deployment kept before: told in each report, bounded, and never in the way."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.planning import Selection
from rulebound.contract_tests.reports.delivery import Wanted, deliver
from rulebound.contract_tests.reports.headline import readable
from rulebound.contract_tests.runs import history
from rulebound.contract_tests.runs.history import PastRun, RulePast, read_history, remember
from rulebound.contract_tests.runs.lines import read_lines
from rulebound.contract_tests.verify import VerifyOptions, verify

from tests.contract_tests.notes_profile import one_run
from tests.contract_tests.notes_server import Notes, serving

TODAY = datetime.now(UTC).date()
RULE = "note.signed-in"


def past(run: str, time: str, **verdicts: str) -> PastRun:
    """An earlier run; the names of rules stand with _ for a dot."""
    found = {
        rule.replace("_", "."): verdict.replace("_", " ") for rule, verdict in verdicts.items()
    }
    return PastRun(run, time, "0.1.0", "p", 0, found)


def rule_of(data: Any, rule: str = RULE) -> Any:
    """The entry of a rule."""
    return next(each for each in data["rules"] if each["id"] == rule)


@pytest.mark.parametrize(
    ("verdict", "runs", "wanted"),
    [
        ("kept", (), RulePast(None, None, "now", "now")),
        ("broken", (), RulePast(None, None, "now", None)),
        ("broken", ("kept",), RulePast("kept", "t0", "now", "t0")),
        ("broken", ("kept", "broken", "broken"), RulePast("broken", "t2", "t1", "t0")),
        ("kept", ("broken", "kept"), RulePast("kept", "t1", "t1", "now")),
        ("not reached", ("kept", "not reached"), RulePast("not reached", "t1", "t1", "t0")),
        ("kept", ("kept", "broken", "kept"), RulePast("kept", "t2", "t2", "now")),
        # An outage in between changes nothing.
        (
            "broken",
            ("kept", "broken", "not reached"),
            RulePast("not reached", "t2", "t1", "t0"),
        ),
        ("broken", ("broken", "not reached", "broken"), RulePast("broken", "t2", "t0", None)),
    ],
)
def test_a_rule_has_a_past(verdict: str, runs: tuple[str, ...], wanted: RulePast) -> None:
    """What it was, since when it is what it is, and when it was last kept."""
    known = [PastRun("r", f"t{n}", "", "", 0, {"a": each}) for n, each in enumerate(runs)]
    # A run without the rule says nothing about it.
    known.insert(1, PastRun("r", "t9", "", "", 0, {"b": "broken"}))
    assert history.rule_past("a", verdict, "now", known) == wanted


def test_a_flip_is_told_everywhere(notes_place: Place, tmp_path: Path) -> None:
    """JSON, page and terminal name what flipped, since when, and when it was last kept."""
    _, _, first = one_run(tmp_path, notes_place)
    assert first["flipped"] == [] and rule_of(first)["history"]["was"] is None
    code, text, data = one_run(tmp_path, notes_place, "lenient-401")
    assert code == 1 and data["flipped"] == [RULE, "read.signed-in"]
    assert rule_of(data)["history"] == {
        "was": "kept",
        "seen": first["started"],
        "since": data["started"],
        "confirmed": first["started"],
    }
    line = f"flipped: {RULE} is broken, was kept until {first['started']}"
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert line in text and f"was kept until {readable(first['started'])}" in page
    _, text, third = one_run(tmp_path, notes_place, "lenient-401")
    assert third["flipped"] == [] and "flipped" not in text
    assert f"broken since {data['started']}" in text
    assert f"last kept {first['started']}" in text


def test_what_was_not_reached_says_when_it_last_was(notes_place: Place, tmp_path: Path) -> None:
    """A rule out of reach tells how many of its cases were conducted and when it was last kept."""
    state = tmp_path / "state"
    remember(state, past("r1", "2026-01-01T00:00:00+00:00", **{"note_open-only": "kept"}))
    remember(state, past("r2", "2026-01-02T00:00:00+00:00", **{"note_open-only": "not_reached"}))
    _, text, data = one_run(tmp_path, notes_place)
    rule = rule_of(data, "note.open-only")
    assert (rule["conducted"], rule["planned"], rule["verdict"]) == (1, 2, "not reached")
    assert rule["history"]["confirmed"] == "2026-01-01T00:00:00+00:00"
    assert rule["history"]["since"] == "2026-01-02T00:00:00+00:00"
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    for told in ("1 of 2 cases conducted", "last kept 2026-01-01 00:00 UTC"):
        assert told in page
    assert "not reached, 1 rule" in text


def test_a_damaged_history_is_skipped_with_a_note(notes_place: Place, tmp_path: Path) -> None:
    """A half-written last line costs nothing but itself, and is told."""
    one_run(tmp_path, notes_place)
    path = tmp_path / "state" / "history.jsonl"
    with path.open("a") as file:
        file.write('{"run": "x", "verdicts": {"note.si')
    code, text, data = one_run(tmp_path, notes_place)
    assert code == 0 and "warning: 1 damaged line was skipped in " in text
    assert len(data["warnings"]) == 1 and rule_of(data)["history"]["was"] == "kept"
    assert len(read_history(path.parent)[0]) == 2
    path.write_text(
        '{"run": 1}\n{"run": "", "time": "", "tool": "", "plan": "", "exit_code": 0, '
        '"verdicts": 3}\n'
    )
    assert read_history(path.parent) == ((), 2)


def test_the_history_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many runs are kept, the latest; a run that is resumed stands there once."""
    monkeypatch.setattr(history, "MOST_RUNS", 3)
    for number in range(5):
        remember(tmp_path, past(f"r{number}", "t", a="kept"))
    remember(tmp_path, past("r3", "t", a="broken"))
    runs, _ = read_history(tmp_path)
    assert [run.run for run in runs] == ["r2", "r4", "r3"]
    assert runs[-1].verdicts == {"a": "broken"}
    assert [path.name for path in tmp_path.iterdir()] == ["history.jsonl"]


def test_the_history_is_in_the_order_of_time(tmp_path: Path) -> None:
    """A run that is resumed and ends after younger ones is not the last; it stands where it began,
    in a file that was written otherwise as well."""
    for run, time in (("r1", "t1"), ("r2", "t2"), ("r3", "t3"), ("r1", "t1"), ("r0", "t0")):
        remember(tmp_path, past(run, time, a="kept"))
    assert [run.run for run in read_history(tmp_path)[0]] == ["r0", "r1", "r2", "r3"]
    lines, _ = read_lines(tmp_path / "history.jsonl")
    assert [line["run"] for line in lines] == ["r0", "r1", "r2", "r3"]
    text = (tmp_path / "history.jsonl").read_text("utf-8")
    (tmp_path / "history.jsonl").write_text("\n".join(reversed(text.splitlines())), "utf-8")
    assert [run.run for run in read_history(tmp_path)[0]] == ["r0", "r1", "r2", "r3"]


def test_after_an_outage_it_is_told_since_when(notes_place: Place, tmp_path: Path) -> None:
    """Broken, not reached, broken: broken since the first time, and what lies ahead of a run that
    is resumed is not its past."""
    state, times = tmp_path / "state", ("2026-01-01", "2026-01-02", "2026-01-03", "2999-01-01")
    verdicts = ("kept", "broken", "not_reached", "kept")
    for number, (day, verdict) in enumerate(zip(times, verdicts, strict=True)):
        run = past(f"r{number}", f"{day}T00:00:00+00:00", **{"note_signed-in": verdict})
        remember(state, run)
    _, text, data = one_run(tmp_path, notes_place, "lenient-401")
    assert rule_of(data)["history"] == {
        "was": "not reached",
        "seen": "2026-01-03T00:00:00+00:00",
        "since": "2026-01-02T00:00:00+00:00",
        "confirmed": "2026-01-01T00:00:00+00:00",
    }
    assert "broken since 2026-01-02T00:00:00+00:00" in text


def test_a_stub_leaves_no_history(notes_place: Place, tmp_path: Path) -> None:
    """Only a deployment with a profile is remembered: nothing else says anything of a past."""
    with serving(Notes()) as url:
        wish = VerifyOptions(target=url, stub=True, places=(notes_place,), report=tmp_path)
        assert verify(wish, Console(file=io.StringIO())) == 0
    data = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert "history" not in data["rules"][0] and "run" not in data
    assert data["accepted"] == data["flipped"] == []


def test_notes_are_counted_and_shown(notes_place: Place, tmp_path: Path) -> None:
    """What was tolerated stands in the table, under its rule, and does not break it."""
    _, _, data = one_run(tmp_path, notes_place)
    rule = rule_of(data)
    rule["notes"] = ["500 is tolerated here"]
    rule["cases"][0]["steps"][-1]["notes"] = ["500 is tolerated here"]
    data["noted"] = data["operations"][0]["noted"] = 1
    out = io.StringIO()
    assert deliver(data, Wanted(tmp_path / "noted"), Console(file=out, width=100)) == 0
    table = [line.split() for line in out.getvalue().splitlines() if line.startswith("createNote ")]
    assert table[-1][-3:-1] == ["1", table[-1][-2]]
    assert f"kept {RULE}" in out.getvalue() and "noted: 500 is tolerated here" in out.getvalue()
    assert "noted: 500 is tolerated here" in (tmp_path / "noted" / "report.html").read_text("utf-8")
    assert "noted: 500 is tolerated" in (tmp_path / "noted" / "junit.xml").read_text("utf-8")


def test_a_run_is_one_line(notes_place: Place, tmp_path: Path) -> None:
    """Run id, time, version, plan, exit code and the verdict of each rule of the run, no other."""
    code, _, data = one_run(tmp_path, notes_place, selection=Selection(rules=("read.exists",)))
    (line,), _ = read_lines(tmp_path / "state" / "history.jsonl")
    assert line == {
        "run": data["run"],
        "time": data["started"],
        "tool": data["tool"]["version"],
        "plan": data["plan"],
        "exit_code": code,
        "verdicts": {"read.exists": "kept"},
    }
