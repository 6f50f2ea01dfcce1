"""`verify` prints and writes what it found, in every form, and ends with the right code."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.planning import Selection
from rulebound.contract_tests.reports.files import FILES
from rulebound.contract_tests.verify import VerifyOptions, verify

from tests.contract_tests.notes_profile import written_profile
from tests.contract_tests.notes_server import Notes, Request, serving


def run(place: Place, report: Path | None = None, *faults: str, **options: Any) -> tuple[int, str]:
    """Exit code and output of a verification of the notes server as a stub."""
    out = io.StringIO()
    console = Console(file=out, width=100, highlight=False)
    with serving(Notes(*faults)) as url:
        choice = VerifyOptions(target=url, stub=True, places=(place,), report=report, **options)
        code = verify(choice, console)
    return code, out.getvalue()


@pytest.fixture(scope="module")
def broken_report(notes_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a stub that accepts requests without a token."""
    folder = tmp_path_factory.mktemp("out") / "deep" / "report"
    code, _ = run(notes_place, folder, "lenient-401")
    assert code == 1
    return folder


def test_the_terminal_shows_totals_and_failures(notes_place: Place) -> None:
    """The table counts each operation's rules; a failure shows its sentence and its curl line."""
    code, text = run(notes_place, None, "lenient-401")
    assert code == 1
    assert "broken note.signed-in (N1): A request carries a token." in text
    assert "expected 401 401-1 by note.signed-in and nothing changed" in text
    assert "curl -i -X POST http://127.0.0.1:" in text
    table = [
        line.split()
        for line in text.splitlines()
        if line.startswith(("createNote ", "readNote ", "all "))
    ]
    assert [row[:6] for row in table] == [
        ["createNote", "9", "1", "0", "0", "1"],
        ["readNote", "2", "1", "0", "0", "1"],
        ["all", "11", "2", "0", "0", "2"],
    ]


def test_the_table_is_not_cut(notes_place: Place) -> None:
    """On a narrow terminal the names of operations stay whole."""
    out = io.StringIO()
    with serving(Notes()) as url:
        options = VerifyOptions(target=url, stub=True, places=(notes_place,))
        verify(options, Console(file=out, width=30, highlight=False))
    lines = out.getvalue().splitlines()
    assert any(line.startswith("createNote  ") and line.endswith(" s") for line in lines)


def test_progress_is_plain_where_there_is_no_terminal(
    notes_place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal each operation that is done is a line on stderr, without an escape, and
    nothing of it stands in the summary."""
    code, text = run(notes_place)
    said = capsys.readouterr().err
    assert code == 0
    assert "createNote: 24 cases done\n" in said
    assert "cases done" not in text and "\x1b" not in said + text


def test_report_json_holds_everything(broken_report: Path) -> None:
    """report.json has totals, every rule with its cases and steps, and every statement."""
    text = (broken_report / "report.json").read_text("utf-8")
    data = json.loads(text)
    assert data["exit_code"] == 1 and data["totals"]["broken"] == 2
    rule = next(each for each in data["rules"] if each["id"] == "note.signed-in")
    assert rule["verdict"] == "broken" and rule["source"] == ["N1"]
    steps = rule["cases"][0]["steps"]
    assert [step["name"] for step in steps] == ["twin", "break"]
    assert steps[1]["problems"] == ["accepted with 201, not 401"]
    assert steps[0]["request"].startswith("curl ")
    assert {each["id"] for each in data["statements"]} == {f"N{n}" for n in range(1, 14)}
    assert "token-ann" not in text and "$TOKEN_ANN" in text


def test_junit_has_a_case_for_each_rule(broken_report: Path) -> None:
    """JUnit XML: a suite for each operation, a case for each rule, failures with their evidence."""
    suites = ET.parse(broken_report / "junit.xml").getroot()
    create, read = suites
    assert (create.get("tests"), create.get("failures"), create.get("skipped")) == ("11", "1", "1")
    assert read.get("name") == "notes.readNote"
    case = next(each for each in create if each.get("name") == "note.signed-in")
    failure = case.find("failure")
    assert failure is not None
    assert "curl" in (failure.text or "") and "accepted with 201" in (failure.get("message") or "")


def test_the_page_stands_alone(broken_report: Path) -> None:
    """report.html shows rules, statements and failures and asks for nothing from elsewhere."""
    page = (broken_report / "report.html").read_text("utf-8")
    for wanted in ("note.signed-in", "A request carries a token.", "N1 (Security)", "curl -i"):
        assert wanted in page
    for never in ("src=", "<link", "@import", "token-ann"):
        assert never not in page


def test_what_a_target_says_cannot_break_the_page(notes_place: Place, tmp_path: Path) -> None:
    """Markup in an answer is shown as text, on the page and on the terminal."""
    code, text = run(notes_place, tmp_path, "markup")
    assert code == 1
    assert "[/bold]<script>" in text
    assert "[/bold]&lt;script&gt;" in (tmp_path / "report.html").read_text("utf-8")
    ET.parse(tmp_path / "junit.xml")


def test_a_folder_is_named_as_it_is(notes_place: Place, tmp_path: Path) -> None:
    """What looks like markup, or like the name of an emoji, is part of a name."""
    _, text = run(notes_place, tmp_path / "o[b]")
    assert f"report in {tmp_path / 'o[b]'}\n" in text
    _, text = run(notes_place, tmp_path / "o[" / "x] :bee:")
    assert f"report in {tmp_path / 'o[' / 'x] :bee:'}\n" in text


def test_a_text_that_is_none_is_printed(notes_place: Place, tmp_path: Path) -> None:
    """Half a character in an error code can be printed and written, with a mark in its place."""
    with serving(Surrogate()) as url:
        wish = VerifyOptions(target=url, stub=True, places=(notes_place,), report=tmp_path)
        printed = io.TextIOWrapper(io.BytesIO(), "utf-8")
        assert verify(wish, Console(file=printed, width=100)) == 1
        printed.flush()
    assert b"401 ?" in printed.buffer.getvalue()  # type: ignore[attr-defined]
    assert b"401 ?" in (tmp_path / "report.html").read_bytes()


class Surrogate(Notes):
    """Refuses with a code of half a character."""

    def answer(self, request: Request) -> tuple[int, dict[str, str], Any]:
        """As Notes does, but for the code."""
        status, headers, body = super().answer(request)
        if status == 401:
            body = {**body, "code": "\ud800"}
        return status, headers, body


def test_a_run_that_cannot_judge_leaves_no_report(notes_place: Place, tmp_path: Path) -> None:
    """The report of an earlier run is taken away when a run begins, and nothing else is."""
    run(notes_place, tmp_path)
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    options = {"places": (notes_place,), "report": tmp_path}
    silent = VerifyOptions("http://127.0.0.1:9", **options)
    misspelt = VerifyOptions(
        "http://127.0.0.1:9", selection=Selection(rules=("no.such",)), **options
    )
    for wish in (silent, misspelt):
        for name in FILES:
            (tmp_path / name).write_text("old", "utf-8")
        assert verify(wish, Console(file=io.StringIO())) == 2
        assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("plan", [True, False], ids=["plan", "run"])
def test_nobody_need_read_to_the_end(notes_place: Place, tmp_path: Path, plan: bool) -> None:
    """A pipe that is closed at its other end changes no exit code, keeps no case from being tried,
    and is no traceback."""
    with serving(Notes(control=False)) as url:
        profile = str(written_profile(tmp_path, url))
        folder = str(notes_place.document)
        command = [sys.executable, "-m", "rulebound.cli", "verify", "--profile", profile]
        command += [
            "--folder",
            folder,
            *(["--plan"] if plan else ["--report", str(tmp_path / "r")]),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.close()
            said = process.stderr.read().decode()
            assert all(line.endswith(" cases done") for line in said.splitlines()), said
    assert process.returncode == 0
    if not plan:
        data = json.loads((tmp_path / "r" / "report.json").read_text("utf-8"))
        assert data["totals"]["kept"] > 5


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"target": "nonsense"}, "'nonsense' is no URL of a target; write http://host:port"),
        ({"selection": Selection(rules=("no.such",))}, "no rule is chosen"),
        ({"places": (Place(Path("/nowhere"), Path("/nowhere")),)}, "cannot be read"),
    ],
)
def test_what_keeps_it_from_judging_is_told(
    notes_place: Place, options: dict[str, Any], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong URL, an empty choice, a missing document: exit code 2 and one clear line."""
    wish = {"target": "http://127.0.0.1:9", "places": (notes_place,), **options}
    assert verify(VerifyOptions(**wish), Console(file=io.StringIO())) == 2
    assert says in capsys.readouterr().err


def test_a_stub_that_is_none_is_told(
    notes_place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """A target without a control plane, given as a stub, ends with code 2."""
    with serving(Notes(control=False)) as url:
        options = VerifyOptions(target=url, stub=True, places=(notes_place,))
        assert verify(options, Console(file=io.StringIO())) == 2


def test_an_interrupt_ends_it_at_once(notes_place: Place, tmp_path: Path) -> None:
    """Ctrl-C ends a run within seconds, with code 130 and a word, not a traceback."""
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from rulebound.contract_tests.apis import own\n"
        "from rulebound.contract_tests.verify import VerifyOptions, verify\n"
        "places = (own(Path(sys.argv[2])),)\n"
        "print('begins', flush=True)\n"
        "sys.exit(verify(VerifyOptions(target=sys.argv[1], places=places)))\n"
    )
    with serving(Notes("slow", control=False)) as url:
        process = subprocess.Popen(
            [sys.executable, "-c", script, url, str(notes_place.document)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert process.returncode == 130, out + error
    assert "Traceback" not in error and "interrupted" in error
