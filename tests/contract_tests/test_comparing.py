"""Two runs compared: the rules that changed, by name, and nothing that changes by itself."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.runs.accepted import Accepted, write_accepted
from rulebound.contract_tests.runs.comparing import KINDS, Snapshot, changes, compare, snapshot
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.history import PastRun, remember
from rulebound.contract_tests.verify import VerifyOptions, verify

from tests.contract_tests.notes_profile import one_run
from tests.contract_tests.notes_server import Notes, serving

VERDICTS = ("kept", "broken", "differs", "not reached", "not testable")


def found(was: str | None, now: str | None, accepted: bool = False) -> list[tuple[str, bool]]:
    """Kind and weight of the change of one rule beside another that stays kept."""
    before = {"same": "kept"} | ({} if was is None else {"a": was})
    after = {"same": "kept"} | ({} if now is None else {"a": now})
    there = Snapshot("b", after, {}, frozenset("a") if accepted else frozenset())
    return [(each.kind, each.worse) for each in changes(Snapshot("a", before, {}), there)]


@pytest.mark.parametrize(
    ("was", "now", "kind", "worse"),
    [
        ("kept", "broken", "broken now", True),
        ("not reached", "broken", "broken now", True),
        ("differs", "broken", "broken now", True),
        ("kept", "differs", "differs now", True),
        ("broken", "differs", "mended", False),
        ("broken", "kept", "mended", False),
        ("differs", "kept", "mended", False),
        ("kept", "not reached", "newly unreachable", True),
        ("broken", "not reached", "newly unreachable", False),
        ("not reached", "kept", "newly reached", False),
        ("not testable", "kept", "newly reached", False),
        (None, "broken", "added", False),
        ("kept", None, "removed", False),
    ],
)
def test_each_change_has_a_name(was: str | None, now: str | None, kind: str, worse: bool) -> None:
    """Broken, mended, out of reach, in reach, added, removed, and whether something was lost."""
    assert found(was, now) == [(kind, worse)]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_what_did_not_change_is_not_told(verdict: str) -> None:
    """The same verdict is no change; nor is another reason for not trying a rule."""
    assert found(verdict, verdict) == []
    assert found("not reached", "not testable") == []


def test_an_accepted_deviation_makes_nothing_worse() -> None:
    """It is named, and does not fail the comparison."""
    assert found("kept", "broken", accepted=True) == [("broken now", False)]


@pytest.fixture(scope="module")
def reports(notes_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of a sound stub, of the same once more, and of one with two faults."""
    folder = tmp_path_factory.mktemp("reports")
    for name, faults in (("sound", ()), ("again", ()), ("faulty", ("lenient-401",))):
        with serving(Notes(*faults)) as url:
            wish = VerifyOptions(target=url, stub=True, places=(notes_place,), seed=len(name))
            options = {**wish.__dict__, "report": folder / name}
            verify(VerifyOptions(**options), Console(file=io.StringIO()))
    return folder


def test_two_runs_alike_have_no_difference(reports: Path) -> None:
    """Another port, other times, another order: no rule changed."""
    before, after = (snapshot(str(reports / name), None) for name in ("sound", "again"))
    assert compare(before, after, "text") == ("no rule changed", 0)
    assert json.loads(compare(before, after, "json")[0])["changes"] == []
    assert "No rule changed." in compare(before, after, "markdown")[0]


def test_a_change_is_told_in_every_form(reports: Path) -> None:
    """Text, JSON and Markdown name rule, both verdicts and the sentence; exit 1 when worse."""
    before = snapshot(str(reports / "sound"), None)
    after = snapshot(str(reports / "faulty" / "report.json"), None)
    text, code = compare(before, after, "text")
    assert code == 1
    assert text.splitlines() == [
        "broken now: 2",
        "  note.signed-in (kept, now broken): A request carries a token.",
        "  read.signed-in (kept, now broken): A request carries a token.",
    ]
    data = json.loads(compare(before, after, "json")[0])
    assert data["changes"][0] == {
        "rule": "note.signed-in",
        "kind": "broken now",
        "was": "kept",
        "now": "broken",
        "worse": True,
        "says": "A request carries a token.",
    }
    told = compare(before, after, "markdown")[0]
    assert "- `note.signed-in` (kept, now broken): A request carries a token." in told
    assert compare(after, before, "text")[1] == 0
    assert set(KINDS) >= {each["kind"] for each in data["changes"]}


def test_runs_of_a_deployment_are_known_by_id(notes_place: Place, tmp_path: Path) -> None:
    """A run id, `last`, and `last~1` stand for runs of the history; what is accepted counts."""
    _, _, first = one_run(tmp_path, notes_place)
    one_run(tmp_path, notes_place, "lenient-401")
    state = tmp_path / "state"
    before, after = snapshot(first["run"], state), snapshot("last", state)
    assert snapshot("last~1", state).verdicts == before.verdicts
    assert compare(before, after, "text")[1] == 1
    today = datetime.now(UTC).date()
    accepted = [
        Accepted(rule, "why", today, today) for rule in ("note.signed-in", "read.signed-in")
    ]
    write_accepted(state, accepted)
    assert compare(before, snapshot("last", state), "text")[1] == 0


@pytest.mark.parametrize(
    ("name", "state", "says"),
    [
        ("nowhere", False, "there is no report nowhere; for a run of a deployment give --profile"),
        ("nowhere", True, "there is neither a report nowhere nor such a run in .*; the latest"),
        ("last~1", True, "there is no last~1: of the runs in .* 1 is of the plan of the last one"),
        ("last~x", True, "there is neither a report last~x"),
        ("last~²", True, "there is neither a report last~²"),
        ("last~99999999", True, "there is neither a report last~9"),
    ],
)
def test_a_run_that_is_not_there_is_told(tmp_path: Path, name: str, state: bool, says: str) -> None:
    """One sentence that says what could be given instead."""
    remember(tmp_path, PastRun("r0", "t0", "", "other plan", 0, {"a": "kept"}))
    remember(tmp_path, PastRun("r1", "t1", "", "plan", 0, {"a": "kept"}))
    with pytest.raises(RunFault, match=says):
        snapshot(name, tmp_path if state else None)


def test_the_run_before_is_one_of_the_same_plan(tmp_path: Path) -> None:
    """`last~1` steps over runs that chose other rules, or were another shard of the same ones."""
    for run, time, plan, rules in (
        ("r1", "t1", "whole", "ab"),
        ("r2", "t2", "whole", "ab"),
        ("r3", "t3", "some", "a"),
        ("r4", "t4", "whole", "b"),
        ("r5", "t5", "whole", "ab"),
    ):
        remember(tmp_path, PastRun(run, time, "", plan, 0, dict.fromkeys(rules, run)))
    found = [snapshot(name, tmp_path).verdicts["b"] for name in ("last", "last~1", "last~2")]
    assert found == ["r5", "r2", "r1"]


def test_runs_with_nothing_in_common_cannot_be_compared() -> None:
    """Two APIs have no rule to compare."""
    with pytest.raises(RunFault, match="a and b have no rule in common"):
        compare(Snapshot("a", {"x": "kept"}, {}), Snapshot("b", {"y": "kept"}, {}), "text")


def rulebound(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A run of the command."""
    command = [sys.executable, "-m", "rulebound.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_has_three_exit_codes(reports: Path) -> None:
    """0 nothing worse, 1 something worse, 2 nothing to compare."""
    sound, faulty = reports / "sound", reports / "faulty"
    assert rulebound("diff", faulty, sound).returncode == 0
    worse = rulebound("diff", sound, faulty, "--format", "json")
    assert worse.returncode == 1 and len(json.loads(worse.stdout)["changes"]) == 2
    nothing = rulebound("diff", sound, reports / "nowhere")
    assert nothing.returncode == 2 and "Traceback" not in nothing.stderr
    assert nothing.stderr.startswith("rulebound: there is no report ")


def test_nobody_need_read_to_the_end(reports: Path) -> None:
    """The exit code is that of the comparison, though the pipe is closed at its other end."""
    command = [sys.executable, "-m", "rulebound.cli", "diff", "--format", "json"]
    command += [str(reports / "sound"), str(reports / "faulty")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
