"""Runs of pytest over a user's tests: the marker, the report, and where the stub runs."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from rulebound.contract_tests.targets.process import StubProcess

pytest_plugins = ["pytester"]

NOTES = Path(__file__).parent.parent / "toy" / "notes"
SPREAD = pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["one process", "two"])
ONE = """
import pytest

@pytest.mark.rule("note.short")
def test_it(stub, actor):
    body = {"title": "x" * 11, "shelf": "red"}
    answer = stub.post("createNote", json=body, headers=actor("ada"))
    assert answer.headers["Rulebound-Rule"] == "note.short"
"""

# Other plugins that are here take their time, and bring modules of their own.
WITHOUT = tuple(
    f"-pno:{name}" for name in ("cacheprovider", "schemathesis", "hypothesispytest", "anyio")
)


@dataclass(frozen=True)
class Done:
    """A run of pytest that ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Run:
    """Runs pytest over one file of tests, on the stub of the toy API, in an empty folder."""

    folder: Path
    inside: pytest.Pytester

    def __call__(self, test: str, *arguments: str) -> Done:
        """A run in this very process."""
        result = self.inside.runpytest_inprocess(*self._written(test), *arguments)
        return Done(int(result.ret), result.stdout.str(), result.stderr.str())

    def apart(self, test: str, *arguments: str) -> Done:
        """A run in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *self._written(test), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def _written(self, test: str) -> tuple[str, ...]:
        ini = f"[pytest]\nrulebound_folders = {NOTES}\n"
        (self.folder / "pytest.ini").write_text(ini, "utf-8")
        (self.folder / "test_it.py").write_text(test, "utf-8")
        return (*WITHOUT, "--strict-markers", "--strict-config", "-W", "error")


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A folder to run pytest in."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return Run(pytester.path, pytester)


def rules(folder: Path) -> dict[str, dict[str, Any]]:
    """The rules of a report by their ids."""
    data = json.loads((folder / "report.json").read_text("utf-8"))
    return {rule["id"]: rule for rule in data["rules"]}


MANY = """
import pytest
from rulebound.contract_tests.pytest_stub.faults import StubFault

short = pytest.mark.rule("note.short")

@pytest.fixture
def broken():
    raise OSError("no disk")

@pytest.fixture
def untidy():
    yield
    assert False, "left behind"

def post(stub, actor, **body):
    return stub.post("/notes/v1/notes", json=body, headers=actor("ada"))

@short
@pytest.mark.parametrize("length", [11, 12])
def test_short(stub, actor, length):
    answer = post(stub, actor, title="x" * length, shelf="red")
    assert answer.headers["Rulebound-Rule"] == "note.short"

@short
@pytest.mark.rule("note.created")
def test_created(stub, actor, world):
    post(stub, actor, title="x" * 10, shelf="red")
    assert len(world.records("note", title="x" * 10)) == 1

@pytest.mark.rule("note.signed-in", "note.title")
def test_wrong(stub, actor):
    answer = post(stub, actor, shelf="red")
    assert answer.headers["Rulebound-Rule"] == "note.signed-in", "seen with token-ada"

@pytest.mark.rule("note.shelf")
def test_skipped():
    pytest.skip("no shelf today")

@pytest.mark.rule("note.shelf-exists")
@pytest.mark.xfail(reason="known since May")
def test_expected():
    assert False

@pytest.mark.rule("note.media")
def test_not_set_up(broken):
    pass

@pytest.mark.rule("note.readable")
def test_not_cleared_away(untidy):
    pass

@pytest.mark.rule("note.body")
def test_stub_fault(actor):
    actor("nobody")

@pytest.mark.rule("note.nothing-else")
def test_in_parts(subtests):
    for n in range(3):
        with subtests.test(n=n):
            assert n != 1

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.rule("note.types"))])
def test_by_case(n):
    assert n == 2 or n == 1

def test_of_no_rule():
    pass
"""
VERDICTS = {
    "note.signed-in": (
        "broken",
        "test_it.py::test_wrong: test_it.py:34: AssertionError: seen with",
    ),
    "note.media": ("not reached", "its setup failed: OSError: no disk"),
    "note.readable": ("not reached", "its teardown failed: AssertionError: left behind"),
    "note.body": ("not reached", "there is no actor 'nobody'; actors are ada"),
    "note.types": ("kept", None),
    "note.title": ("broken", "seen with"),
    "note.shelf": ("not reached", "skipped: no shelf today"),
    "note.short": ("kept", None),
    "note.nothing-else": ("broken", "assert 1 != 1"),
    "note.shelf-exists": ("not reached", "expected to fail: known since May"),
    "note.created": ("kept", None),
}


@SPREAD
def test_marked_tests_are_reported(more: tuple[str, ...], run: Run) -> None:
    """Each marked rule has the verdict of its tests, alike from one process and several."""
    done = run(MANY, "--rulebound-report", "out", *more)
    assert done.code == 1
    assert "4 failed, 7 passed, 1 skipped, 1 xfailed, 2 errors" in done.out, done.out
    counted = "3 broken, 5 not reached, 3 kept; report in out"
    assert f"rulebound: rules shown by marked tests: {counted}" in done.out
    found = rules(run.folder / "out")
    assert list(found) == list(VERDICTS)
    for id, (verdict, why) in VERDICTS.items():
        assert found[id]["verdict"] == verdict, id
        assert (found[id]["why"] is None) if why is None else (why in found[id]["why"]), id
    assert [case["title"] for case in found["note.short"]["cases"]] == [
        "test_it.py::test_short[11]",
        "test_it.py::test_short[12]",
        "test_it.py::test_created",
    ]


def test_a_broken_rule_has_its_evidence_in_every_report(run: Run) -> None:
    """Test, message and curl line stand in the JSON, JUnit and HTML reports, and no token."""
    run(MANY, "--rulebound-report", "out", "-k", "wrong or short")
    texts = [
        (run.folder / "out" / name).read_text("utf-8")
        for name in ("report.json", "junit.xml", "report.html")
    ]
    for text in texts:
        assert "test_it.py::test_wrong" in text and "seen with $TOKEN_ADA" in text
        assert "curl -i -X POST http://127.0.0.1:8400/notes/v1/notes" in text
        assert "token-ada" not in text
    data = json.loads(texts[0])
    assert (data["exit_code"], data["target"]["own"]) == (1, True)
    assert {each["id"]: each["verdict"] for each in data["statements"]}["N2"] == "broken"
    assert list(rules(run.folder / "out")) == ["note.signed-in", "note.title", "note.short"]


def test_what_was_not_run_is_not_kept(run: Run) -> None:
    """A rule one of whose tests was not run any more is not reached."""
    late = "@pytest.mark.rule('note.short')\ndef test_later():\n    pass\n"
    failing = "def test_fails():\n    assert False\n"
    run(f"{ONE}\n{failing}\n{late}", "--rulebound-report", "out", "-x")
    assert rules(run.folder / "out")["note.short"]["verdict"] == "not reached"


@SPREAD
def test_an_unknown_rule_is_a_usage_error(more: tuple[str, ...], run: Run) -> None:
    """The test, the id and what may be meant are told, and no test is run."""
    test = ONE.replace("note.short", "note.shrot")
    done = run(test, "--rulebound-report", "out", *more)
    assert done.code == pytest.ExitCode.USAGE_ERROR, done.out + done.err
    says = "rulebound: test_it.py::test_it: there is no rule 'note.shrot'; did you mean note.short"
    assert says in done.out + done.err
    assert "Traceback" not in done.out + done.err
    assert "passed" not in done.out and not (run.folder / "out" / "report.json").exists()


def test_a_mark_made_while_a_test_runs_counts(run: Run) -> None:
    """Its rule has a verdict; an unknown one leaves no report, and is a usage error at the end."""
    test = "def test_it(request):\n    request.node.add_marker(pytest.mark.rule('note.short'))\n"
    marked = f"import pytest\n{test}"
    assert run(marked, "--rulebound-report", "out").code == 0
    assert rules(run.folder / "out")["note.short"]["verdict"] == "kept"
    done = run(marked.replace("note.short", "note.shrot"), "--rulebound-report", "out")
    assert done.code == pytest.ExitCode.USAGE_ERROR
    assert "could not be written: there is no rule 'note.shrot'; did you mean" in done.out


@pytest.mark.parametrize("arguments", ["", "('note.short', why='x')", "(7)"])
def test_a_mark_without_an_id_is_a_usage_error(arguments: str, run: Run) -> None:
    """What the marker takes is said."""
    done = run(ONE.replace('("note.short")', arguments))
    assert done.code == pytest.ExitCode.USAGE_ERROR
    assert "test_it.py::test_it: the marker takes ids of rules" in done.err


def test_a_worker_that_dies_shows_nothing(run: Run) -> None:
    """The rule of a test in which the process ended is not reached; others are as they are."""
    died = "import os\n@pytest.mark.rule('note.created')\ndef test_ends():\n    os._exit(3)\n"
    done = run.apart(f"{ONE}\n{died}", "--rulebound-report", "out", "-n", "2")
    assert "test_ends" in done.out and done.code == 1, done.out
    found = rules(run.folder / "out")
    assert {id: rule["verdict"] for id, rule in found.items()} == {
        "note.short": "kept",
        "note.created": "not reached",
    }


def test_a_run_without_marks_has_no_report(run: Run) -> None:
    """It says so, and passes; the report of an earlier run does not stand for it."""
    run(ONE, "--rulebound-report", "out")
    done = run("def test_it():\n    pass\n", "--rulebound-report", "out")
    assert (done.code, "1 passed" in done.out) == (0, True)
    assert "rulebound: no test is marked with a rule, so there is no report" in done.out
    assert not (run.folder / "out" / "report.json").exists()


def test_a_report_that_cannot_be_written_is_told_first(run: Run) -> None:
    """A file where the folder should be: a sentence, and no test is run."""
    (run.folder / "out").write_text("", "utf-8")
    done = run(ONE, "--rulebound-report", "out")
    assert done.code == pytest.ExitCode.USAGE_ERROR
    assert "--rulebound-report out: " in done.err and "Traceback" not in done.err


def test_the_cases_of_the_kit_are_reported_apart(run: Run) -> None:
    """In one run with marked tests there would be two reports in one folder."""
    both = ("--pyargs", "rulebound.contract_tests", "test_it.py", "--rulebound-rule=note.short")
    (run.folder / "out").mkdir()
    done = run.apart(ONE, *both, f"--folder={NOTES}", "--report=out")
    assert done.code == pytest.ExitCode.USAGE_ERROR
    assert "cannot be in one report; run them one after the other" in done.err


THREADED = (
    "import threading\n"
    + ONE
    + """
    assert "rulebound stub" in [each.name for each in threading.enumerate()]
"""
)


def test_the_stub_may_be_a_thread(run: Run) -> None:
    """By the ini file; another word is a usage error."""
    done = run.apart(THREADED, "-orulebound_stub=thread")
    assert (done.code, "1 passed" in done.out) == (0, True), done.out
    done = run(ONE, "-orulebound_stub=tread")
    assert done.code == pytest.ExitCode.USAGE_ERROR
    assert "rulebound_stub is 'tread'; write process or thread" in done.err


def test_a_running_stub_can_be_used(run: Run) -> None:
    """With --rulebound-target and --rulebound-stub no other is started."""
    with StubProcess(["--quiet", str(NOTES)]) as process:
        target = (f"--rulebound-target={process.url}", "--rulebound-stub")
        test = ONE + f"\n    assert stub.url() == {process.url!r}\n"
        done = run(test, *target)
        assert "1 passed" in done.out, done.out
        wrong = run(test, target[0])
    assert f"where {process.url} is one, add --rulebound-stub" in wrong.out + wrong.err
    gone = run(test, *target)
    assert "1 error" in gone.out and "does not answer" in gone.out


def test_names_that_two_apis_have_are_told_apart(run: Run) -> None:
    """An actor and an operation of two APIs: which one is asked for, and how to say it."""
    memos = Path(shutil.copytree(NOTES, run.folder / "memos"))
    for name, old, new in (
        ("openapi.yaml", "/notes/v1", "/memos/v1"),
        ("openapi.yaml", "x-world: seed", "x-world: paper"),
        ("seed/actors.yaml", "token-ada", "token-of-ada"),
    ):
        path = memos / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    (memos / "seed").rename(memos / "paper")
    test = """
import pytest
def test_it(stub, actor, world):
    for ask, says in (
        (lambda: actor("ada"), "there is an actor 'ada' for memos, notes; add api='memos' or api="),
        (lambda: stub.url("createNote"), "createNote is an operation of notes and memos; write"),
        (lambda: world.records("note"), "is in the seeds seed, paper; write seed.note"),
    ):
        with pytest.raises(Exception) as caught:
            ask()
        assert says in str(caught.value)
    note = {"title": "Milk", "shelf": "red"}
    made = stub.post("/memos/v1/notes", json=note, headers=actor("ada", api="memos"))
    assert made.status_code == 201
    assert len(world.records("paper.note")) == len(world.records("seed.note")) + 1
"""
    done = run(test, f"--rulebound-folder={NOTES}", "--rulebound-folder=memos")
    assert "1 passed" in done.out, done.out


@pytest.mark.parametrize("form", ["process", "thread"])
def test_a_stub_that_cannot_start_is_told(form: str, run: Run) -> None:
    """A folder that is none, and a document that does not load, are a sentence for the tests."""
    (run.folder / "mine").mkdir()
    test = "def test_it(stub):\n    pass\n"
    for folder, says in (("nosuch", "there is no API folder"), ("mine", "openapi.yaml")):
        how = (f"--rulebound-folder={folder}", f"--rulebound-stub-in={form}")
        done = run(test, *how)
        assert (done.code, "1 error" in done.out) == (1, True), done.out
        assert says in done.out and "Traceback" not in done.out, done.out


def test_names_of_ones_own_win(run: Run) -> None:
    """A user's own fixture `world` is the one that tests get, and the stub needs it not."""
    own = "import pytest\n@pytest.fixture\ndef world():\n    return 'mine'\n"
    test = "def test_it(world, stub, clock):\n    assert world == 'mine' and stub.world.id\n"
    done = run(own + test)
    assert "1 passed" in done.out


def test_runs_that_ask_for_nothing_load_nothing(run: Run) -> None:
    """Without mark and fixture no document, no stub and no client is loaded."""
    test = (
        "import sys\ndef test_it():\n"
        "    heavy = {'requests', 'yaml', 'rulebound.openapi', 'rulebound.fixtures'}\n"
        "    assert not heavy & set(sys.modules)\n"
    )
    done = run.apart(test)
    assert "1 passed" in done.out, done.out


def test_each_worker_has_a_stub_of_its_own(run: Run) -> None:
    """Two workers, two stubs, and neither is there when the run is over."""
    test = """
import pathlib, pytest
@pytest.mark.parametrize("n", range(8))
def test_it(stub, n, worker_id):
    pathlib.Path(f"{worker_id}-{stub.url().rpartition(':')[2]}.port").touch()
"""
    done = run.apart(test, "-n", "2", "--dist=each")
    assert done.code == 0, done.out
    found = {each.stem.split("-")[0]: each.stem.split("-")[1] for each in run.folder.glob("*.port")}
    assert sorted(found) == ["gw0", "gw1"] and len(set(found.values())) == 2
    assert len(list(run.folder.glob("*.port"))) == 2
    assert not any(answers("127.0.0.1", int(port)) for port in found.values())


def test_a_killed_run_leaves_no_stub(run: Run) -> None:
    """When the tests are killed the stub ends by itself."""
    test = (
        "import os, pathlib, signal\ndef test_it(stub):\n"
        "    pathlib.Path('url').write_text(stub.url())\n"
        f"    os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
    )
    assert run.apart(test).code == -signal.SIGKILL
    address = urlsplit((run.folder / "url").read_text("utf-8"))
    assert address.hostname is not None and address.port is not None
    until = time.monotonic() + 60
    while answers(address.hostname, address.port) and time.monotonic() < until:
        time.sleep(0.1)
    assert not answers(address.hostname, address.port)


def answers(host: str, port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0
