"""How far a command is: live on a terminal, in plain lines elsewhere, and never on stdout."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.progress import BETWEEN_LINES, Telling, is_live

TOY = str(Path(__file__).parent / "toy" / "notes")
OF_A_TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
UNWANTED = ("CI", "NO_COLOR", "FORCE_COLOR", "TTY_INTERACTIVE", "TTY_COMPATIBLE")
CURSOR_HIDDEN, COLOUR, ERASED = "\x1b[?25l", "\x1b[3", "\x1b[2K"


@dataclass(frozen=True)
class Seen:
    """What a person at the terminal saw on stderr, and what stdout was, piped or not."""

    code: int
    terminal: str
    stdout: str


def watched(*words: str, piped: bool = True, **variables: str) -> Seen:
    """A command whose stderr is a terminal, its stdout a pipe or that terminal too."""
    known = {name: text for name, text in os.environ.items() if name not in UNWANTED}
    mine, theirs = pty.openpty()
    heard: list[bytes] = []
    with ExitStack() as stack:
        stack.callback(os.close, mine)
        reader = threading.Thread(target=_read, args=(mine, heard), daemon=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "rulebound.cli", *words],
            env=known | OF_A_TERMINAL | variables,
            stdout=subprocess.PIPE if piped else theirs,
            stderr=theirs,
        )
        os.close(theirs)
        reader.start()
        stdout, _ = process.communicate(timeout=120)
        reader.join(10)
    return Seen(process.returncode, b"".join(heard).decode(), (stdout or b"").decode())


def _read(terminal: int, heard: list[bytes]) -> None:
    # Linux ends the read of a terminal that nobody holds any more with an error.
    try:
        while part := os.read(terminal, 65536):
            heard.append(part)
    except OSError:
        return


@pytest.fixture(scope="module")
def live() -> Seen:
    """A verification that a person watches, its summary piped to a file."""
    return watched("verify", "--folder", TOY)


def test_a_terminal_shows_what_is_under_way(live: Seen) -> None:
    """What is tried, how many cases of how many, and the time left, redrawn in place."""
    assert live.code == 0
    said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", live.terminal)
    assert re.search(r"(createNote|readNote) .*\d+/\d+ .*left", said)
    assert ERASED in live.terminal


def test_nothing_of_it_is_left(live: Seen) -> None:
    """At the end its lines are erased, and the cursor is there."""
    assert live.terminal.rstrip().endswith(ERASED)
    assert live.terminal.rfind("\x1b[?25h") > live.terminal.rfind(CURSOR_HIDDEN)


def test_stdout_is_clean(live: Seen) -> None:
    """The summary alone is on stdout, without an escape, and ends with the exit code."""
    assert "\x1b" not in live.stdout and "cases" not in live.stdout
    assert live.stdout.splitlines()[-1].startswith("exit 0: nothing broken")


def test_a_terminal_for_both_ends_with_the_summary() -> None:
    """Where stdout is the same terminal, the summary stands below the erased bar, whole."""
    seen = watched("verify", "--folder", TOY, piped=False)
    last = seen.terminal.rstrip().splitlines()[-1]
    assert seen.code == 0 and "exit 0: nothing broken" in last
    assert "\x1b" not in last and ERASED in seen.terminal


def test_a_narrow_terminal_without_colours_is_no_wall() -> None:
    """On 30 columns the bar stays in one line; NO_COLOR leaves the live lines, without colours."""
    seen = watched("verify", "--folder", TOY, COLUMNS="30", NO_COLOR="1")
    assert ERASED in seen.terminal and not re.search(r"\x1b\[[0-9;]*3[0-9]m", seen.terminal)
    for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.terminal).split("\r"):
        assert len(line.strip("\n")) <= 30 and "\n\n" not in line


def test_a_terminal_that_cannot_redraw_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """TERM=dumb, no TERM and CI are told in plain lines; a terminal else is live."""
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.delenv("CI", raising=False)
    for name, expected in (("xterm", True), ("dumb", False)):
        monkeypatch.setenv("TERM", name)
        assert is_live() is expected
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("CI", "true")
    assert not is_live()


class Terminal(io.StringIO):
    """A text that says that it is a terminal."""

    def isatty(self) -> bool:
        """It does."""
        return True


def test_ci_gets_lines() -> None:
    """In CI, though it is a terminal: a line for each operation, without escapes."""
    seen = watched("verify", "--folder", TOY, CI="true")
    assert "\x1b" not in seen.terminal
    assert re.search(r"^createNote: \d+ cases done\r?$", seen.terminal, re.MULTILINE)


def test_quiet_is_quiet() -> None:
    """With --quiet only the last line is printed, and nothing on the terminal."""
    seen = watched("verify", "--folder", TOY, "-q")
    assert (seen.code, seen.terminal) == (0, "")
    assert len(seen.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("prove", "--folder", TOY, "--rule", "note.short"), "one rule off: note.short"),
        (("compare", "stub", "stub", "--folder", TOY, "--examples", "2"), "createNote"),
    ],
    ids=["prove", "compare"],
)
def test_other_commands_say_how_far_they_are(words: tuple[str, ...], shown: str) -> None:
    """prove and compare are watched as verify is, and their stdout stays clean."""
    seen = watched(*words)
    assert shown in seen.terminal and "left" in seen.terminal and ERASED in seen.terminal
    assert "\x1b" not in seen.stdout and "left" not in seen.stdout.replace("left:", "")
    assert seen.stdout.splitlines()[-1].startswith(f"exit {seen.code}: ")


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock, for a stderr that is no terminal (pytest's is none)."""
    monkeypatch.delenv("CI", raising=False)
    yield Clock()


def test_a_long_run_tells_now_and_then(piped: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    """At most one line in ten seconds: how many of how many, what is broken, the time left."""
    with Telling(clock=piped) as telling:
        stage = telling.stage("cases", 100, ["createNote"] * 100)
        for number in range(60):
            piped.now += BETWEEN_LINES / 4
            stage.ends("createNote", "note.short" if number % 2 else None)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 15
    assert lines[0] == "4 of 100 cases, 1 broken, about 4 min left"
    assert lines[-1] == "60 of 100 cases, 1 broken, about 2 min left"


def test_a_part_that_is_over_is_a_line(piped: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    """Each operation is a line when all its cases are done; quiet, none."""
    for loudness in (Loudness.NORMAL, Loudness.QUIET):
        with Telling(loudness, piped) as telling:
            stage = telling.stage("cases", 3, ["a", "b", "a"])
            for part in ("a", "b", "a"):
                stage.ends(part)
    assert capsys.readouterr().err == "b: 1 case done\na: 2 cases done\n"
