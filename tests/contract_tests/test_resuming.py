"""A run is kept case by case, so that it can be gone on with after an interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from rulebound.contract_tests.apis import Apis, Place
from rulebound.contract_tests.judging.outcome import CaseResult, Problem, Step, Verdict
from rulebound.contract_tests.planning import EVERYTHING, Selection, Shard, plan
from rulebound.contract_tests.reports.wording import Wording
from rulebound.contract_tests.runs import journal as journals
from rulebound.contract_tests.runs.lines import append_line, read_lines
from rulebound.contract_tests.runs.results import cases_of, read_result, result_data
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.verify import VerifyOptions, verify
from rulebound.contract_tests.wire.message import WireRequest

from tests.contract_tests.notes_profile import run_at, written_profile
from tests.contract_tests.notes_server import Notes, serving
from tests.contract_tests.raw_server import answering, behaving

SECRET = "token-ann"


def test_a_result_comes_back_as_it_was(notes: Apis) -> None:
    """Verdict, problems, faults and notes survive JSON; of the request a curl line is left."""
    case = plan(notes, EVERYTHING)[0].cases[0]
    problems = (
        Problem(Verdict.NOT_REACHED, f"target fault: {SECRET} \ud800", fault=True),
        Problem(Verdict.KEPT, "tolerated"),
    )
    request = WireRequest("GET", "/v1/notes", headers=(("Authorization", f"Bearer {SECRET}"),))
    step = Step("break", "401", f"got {SECRET}", problems, request, None, "note.signed-in")
    wording = Wording(Vault([(SECRET, "TOKEN_ANN")]), "http://here")
    text = json.dumps(result_data(CaseResult(case, (step,), 0.25), wording))
    assert SECRET not in text
    back = read_result(json.loads(text), cases_of(plan(notes, EVERYTHING)))
    assert (back.case, back.seconds, back.verdict) == (case, 0.25, Verdict.NOT_REACHED)
    assert back.has_fault and back.deciding == {"note.signed-in"}
    assert [note.says for _, note in back.notes] == ["tolerated"]
    assert (
        back.steps[0].curl == 'curl -i http://here/v1/notes -H "Authorization: Bearer $TOKEN_ANN"'
    )


@pytest.mark.parametrize("tail", ['{"run": "b", "tim', "[1]\n", "\n\n", '{"n": \xff}'])
def test_a_damaged_line_costs_only_itself(tmp_path: Path, tail: str) -> None:
    """What a crash left half-written is skipped, and what is written later stands on its own."""
    path = tmp_path / "deep" / "lines.jsonl"
    append_line(path, {"n": 1})
    with path.open("a", encoding="latin-1") as file:
        file.write(tail)
    append_line(path, {"n": 2})
    lines, damaged = read_lines(path)
    assert lines == [{"n": 1}, {"n": 2}]
    assert damaged == (0 if tail == "\n\n" else 1)


def cut(profile: Path, lines: int) -> Path:
    """The journal of the only run, cut after some lines as if the run had been stopped there."""
    (path,) = (profile.parent / "state" / "runs").iterdir()
    text = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(text[:lines]) + '{"case": "note.si', "utf-8")
    return path


def test_what_a_killed_run_was_sending_is_told(
    notes_place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Resumed or begun anew, a run says where the lines of such requests are; those of a run that
    goes on are left out."""
    sending = tmp_path / "state" / "sending"
    sending.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", ""]) as dead, serving(Notes(control=False)) as url:
        dead.wait()
        (sending / f"20261122T084925Z-df982f-{os.getpid()}-0.json").touch()
        profile = written_profile(tmp_path, url)
        run_at(profile, notes_place)
        assert "being sent" not in capsys.readouterr().err
        (sending / f"20261122T084925Z-df982f-{dead.pid}-0.json").touch()
        run_at(profile, notes_place, resume="last")
    told = capsys.readouterr().err
    assert "rulebound: 1 request was being sent when a run was killed" in told
    assert f"{sending} says by which operation; look for it, then delete the file" in told


def report_of(folder: Path) -> Any:
    """report.json without what differs between runs of a deployment."""
    data = json.loads((folder / "report.json").read_text("utf-8"))
    for rule in data["rules"]:
        rule["seconds"] = 0
        rule.pop("history")
        for case in rule["cases"]:
            case["seconds"] = 0
            case["steps"] = [step["verdict"] for step in case["steps"]]
    return {key: data[key] for key in ("rules", "totals", "statements", "exit_code", "plan")}


def test_a_run_goes_on_where_it_was_stopped(notes_place: Place, tmp_path: Path) -> None:
    """What was finished is taken as it is and not sent again, and the report is whole."""
    server = Notes("one-more", control=False)
    with serving(server) as url:
        profile = written_profile(tmp_path, url)
        assert run_at(profile, notes_place, tmp_path / "whole")[0] == 1
        path = cut(profile, 25)
        finished = {json.loads(line)["case"] for line in path.read_text().splitlines()[1:25]}
        sent = len(server.log)
        code, _ = run_at(profile, notes_place, tmp_path / "resumed", resume="last")
    assert code == 1
    assert 0 < len(server.log) - sent < sent / 2
    assert report_of(tmp_path / "resumed") == report_of(tmp_path / "whole")
    lines, damaged = read_lines(path)
    again = [line["case"] for line in lines[25:]]
    # These two were finished, but had nothing sent: perhaps a budget was used up.
    unsent = {"note.open-only/break-1", "note.any-title/accepted-3"}
    assert damaged == 1 and not finished & {*again} - unsent
    runs, _ = read_lines(tmp_path / "state" / "history.jsonl")
    assert [run["run"] for run in runs] == [path.stem]


def test_what_the_target_did_not_answer_is_tried_again(notes_place: Place, tmp_path: Path) -> None:
    """A case that ended in a target fault was not finished: resumed, it is conducted anew."""
    with serving(Notes(control=False)) as url:
        profile = written_profile(tmp_path, url)
        choice = Selection(rules=("read.exists",))
        run_at(profile, notes_place, selection=choice)
        (path,) = (tmp_path / "state" / "runs").iterdir()
        lines = path.read_text("utf-8").splitlines()
        line = json.loads(lines[1])
        line["steps"][-1]["problems"] = [["not reached", "target fault: gone", True]]
        path.write_text("\n".join([lines[0], json.dumps(line), *lines[2:]]) + "\n", "utf-8")
        assert run_at(profile, notes_place, selection=choice, resume=path.stem)[0] == 0
    assert [each["case"] for each in read_lines(path)[0][3:]] == [line["case"]]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"seed": 1}, "its seed was 0, here it is 1"),
        ({"seed": 0, "shard": Shard(1, 2)}, "its shard was none, here it is 1/2"),
        ({"selection": Selection(rules=("note.*",))}, "chooses other rules (without read.exists"),
        ({"resume": "20200101T000000Z-000000"}, "there is no run '20200101T000000Z-000000'"),
    ],
)
def test_another_run_cannot_be_resumed(
    notes_place: Place,
    tmp_path: Path,
    options: dict[str, Any],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Another seed, shard or choice, or no such run: exit 2 and one sentence that says so."""
    server = Notes(control=False)
    with serving(server) as url:
        profile = written_profile(tmp_path, url)
        run_at(profile, notes_place)
        sent = len(server.log)
        assert run_at(profile, notes_place, **{"resume": "last", **options})[0] == 2
    assert says in capsys.readouterr().err
    assert len(server.log) == sent


def test_another_target_or_document_is_noticed(
    notes_place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run of another address, or whose documents were others, is not gone on with."""
    with serving(Notes(control=False)) as url:
        run_at(written_profile(tmp_path, url), notes_place)
        (path,) = (tmp_path / "state" / "runs").iterdir()
        head, rest = path.read_text("utf-8").split("\n", 1)
        changed = {**json.loads(head), "plan": "0" * 64}
        path.write_text(json.dumps(changed) + "\n" + rest, "utf-8")
        assert run_at(tmp_path / "notes.yaml", notes_place, resume="last")[0] == 2
    assert "the documents, seeds, witnesses or rulebound itself changed" in capsys.readouterr().err
    with serving(Notes(control=False)) as other:
        profile = written_profile(tmp_path, other)
        assert run_at(profile, notes_place, resume="last")[0] == 2
    assert f"its target was {url}, here it is {other}" in capsys.readouterr().err


def test_only_a_profile_can_be_resumed(
    notes_place: Place, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Without a state folder there is nothing to go on with, and that is said."""
    with serving(Notes()) as url:
        options = VerifyOptions(target=url, stub=True, places=(notes_place,), resume="last")
        assert verify(options) == 2
    assert "--resume needs a profile" in capsys.readouterr().err


def test_an_interrupted_run_says_how_to_go_on(notes_place: Place, tmp_path: Path) -> None:
    """Ctrl-C: the finished cases are on the disk, and the id to resume is told."""
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from rulebound.contract_tests.apis import own\n"
        "from rulebound.contract_tests.verify import VerifyOptions, verify\n"
        "places = (own(Path(sys.argv[2])),)\n"
        "sys.exit(verify(VerifyOptions(profile=Path(sys.argv[1]), places=places)))\n"
    )
    with serving(Notes("slow", control=False)) as url:
        profile = written_profile(tmp_path, url)
        process = subprocess.Popen(
            [sys.executable, "-c", script, profile, notes_place.document],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        runs = tmp_path / "state" / "runs"
        while process.poll() is None and not any(
            path.read_bytes().count(b"\n") > 2 for path in runs.glob("*.jsonl")
        ):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    (path,) = runs.iterdir()
    assert process.returncode == 130, error
    assert "Traceback" not in error
    assert f"add --resume {path.stem} to the same command" in error


def test_what_got_no_answer_can_be_tried_again(notes_place: Place, tmp_path: Path) -> None:
    """A run with target faults ends with 2 and says how only those cases are tried again."""
    with behaving(answering(b"nonsense")) as url:
        profile = written_profile(tmp_path, url)
        code, text = run_at(profile, notes_place, selection=Selection(rules=("read.exists",)))
    (path,) = (tmp_path / "state" / "runs").iterdir()
    assert code == 2
    assert f"unanswered: add --resume {path.stem} to the same command" in text


def test_old_journals_go(
    notes_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A state folder does not grow with every run."""
    monkeypatch.setattr(journals, "MOST_JOURNALS", 3)
    choice = Selection(rules=("read.exists",))
    with serving(Notes(control=False)) as url:
        profile = written_profile(tmp_path, url)
        for number in range(4):
            append_line(tmp_path / "state" / "runs" / f"2020010{number}T000000Z-0.jsonl", {})
        run_at(profile, notes_place, selection=choice)
    names = sorted(path.stem for path in (tmp_path / "state" / "runs").iterdir())
    assert len(names) == 3 and names[:2] == ["20200102T000000Z-0", "20200103T000000Z-0"]
