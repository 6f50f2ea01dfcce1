"""The command line as it is installed: exit codes, what is printed, and Ctrl-C."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from acceptance.process import COMMAND, Served, run
from acceptance.wire import Caller

TOY = Path(__file__).resolve().parent.parent / "toy" / "notes"
ESCAPE = "\x1b["


def test_a_kept_api_exits_with_0() -> None:
    """Every rule of an operation kept: exit 0, a table, and on standard error how far it is."""
    ended = run("verify", "--operation", "logoutUser")
    assert ended.returncode == 0
    assert re.fullmatch(r"logoutUser: \d+ cases done\n", ended.stderr)
    assert re.search(r"logoutUser +\d+ +0 +0 +0 +0 ", ended.stdout)


def test_a_deployment_that_breaks_a_rule_exits_with_1(tmp_path: Path) -> None:
    """A target that lets too much through is told by rule, sentence and curl line: exit 1."""
    document = tmp_path / "openapi.yaml"
    text = (TOY / "openapi.yaml").read_text(encoding="utf-8")
    document.write_text(text.replace("maxLength: 10}", "maxLength: 11}"), encoding="utf-8")
    (tmp_path / "seed").symlink_to(TOY / "seed")
    with Served("--folder", tmp_path, "--quiet") as served:
        for how in ((), ("--stub",)):
            ended = run("verify", "--folder", TOY, "--target", served.url, *how)
            assert ended.returncode == 1, ended.stdout + ended.stderr
            assert "broken note.short (N3): A title has at most ten characters." in ended.stdout
            assert f"curl -i -X POST {served.url}/notes/v1/notes" in ended.stdout


CANNOT = {
    "no such operation": (("--operation", "nothing"), "no rule is chosen"),
    "no such rule": (("--rule", "note.x*"), "no rule is chosen"),
    "no URL": (("--target", "nonsense"), "is no URL of a target"),
    "another scheme": (("--target", "ftp://127.0.0.1"), "is no URL of a target"),
    "no host": (("--target", "http://"), "is no URL of a target"),
    "impossible port": (("--target", "http://127.0.0.1:99999"), "is no URL of a target"),
    "half a host": (("--target", "http://[::1"), "is no URL of a target"),
    "half a host of a stub": (("--target", "http://[::1", "--stub"), "is no URL of a target"),
    "nobody there": (("--target", "http://127.0.0.1:9"), "nothing answers at"),
    "no stub there": (("--target", "http://127.0.0.1:9", "--stub"), "nothing answers at"),
    "no such folder": (("--folder", "/nowhere"), "/nowhere"),
    "no jobs": (("--jobs", "0"), "--jobs"),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_judged_exits_with_2(name: str) -> None:
    """Exit 2 with a sentence and without a traceback, soon, and nothing called kept."""
    arguments, words = CANNOT[name]
    ended = run("verify", "--folder", TOY, *arguments, timeout=60)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert words in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


@pytest.mark.parametrize("command", ["check", "verify", "prove", "rules"])
def test_a_folder_without_a_document_is_told(tmp_path: Path, command: str) -> None:
    """A folder that holds no openapi.yaml is named as the file that is missing."""
    ended = run(command, *(() if command == "check" else ("--folder",)), tmp_path)
    assert ended.returncode == (1 if command == "check" else 2)
    assert "openapi.yaml: cannot be read" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


PROGRESS = re.compile(r"[a-zA-Z ]+: \d+( cases? done)?|\d+ of \d+ .*")
INTERRUPTED = {
    "verify at work": (("verify",), 3.5),
    "verify starting its stub": (("verify",), 1.5),
    "prove": (("prove",), 3.0),
    "check": (("check",), 1.2),
}


@pytest.mark.parametrize("name", INTERRUPTED)
def test_ctrl_c_exits_with_130_and_leaves_nothing_behind(name: str) -> None:
    """Interrupted at any moment: exit 130, one sentence after what was done so far, no traceback,
    no stub left running."""
    arguments, seconds = INTERRUPTED[name]
    process = subprocess.Popen(
        [COMMAND, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(seconds)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    *progress, last = said.splitlines()
    assert (process.returncode, last) == (130, "rulebound: interrupted")
    assert all(PROGRESS.fullmatch(line) for line in progress)
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def test_a_stub_ends_at_ctrl_c() -> None:
    """An interrupted stub ends by itself, soon and without a traceback, with exit 0."""
    with Served("--quiet") as served:
        assert Caller(served.url).control("GET", "/health").status == 200
        assert served.stop() == 0
        assert "Traceback" not in "".join(served.printed)


def test_a_port_in_use_is_told() -> None:
    """A second stub on the same port exits with 2 and says which port it was."""
    with Served("--quiet", "--folder", TOY) as served:
        port = served.url.rpartition(":")[2]
        ended = run("serve", "--folder", TOY, "--port", port)
        assert ended.returncode == 2
        assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr


def test_options_may_come_from_the_environment() -> None:
    """RULEBOUND_SERVE_QUIET and the like stand for options."""
    with Served("--folder", TOY, environment={"RULEBOUND_SERVE_QUIET": "1"}) as served:
        assert served.printed == [f"listening on {served.url}\n"]


def test_a_stub_greets_with_actors_and_curl_lines(served: Served) -> None:
    """A typical actor of each kind with a credential, where all of them are listed, and a curl
    line for each operation."""
    said = "".join(served.printed)
    for words in ("anna  ", "token token-anna", "secret secret-liam", "session 5244fb6f-"):
        assert words in said
    assert "anna-calltrack" not in said and "actors of leadsquared (1 of " in said
    everybody = re.search(r"all of them, .* at http://[^/]+(/\S+)", said)
    assert everybody and "anna-calltrack" in Caller(served.url)("GET", everybody[1]).text
    lines = [line for line in served.printed if line.lstrip().startswith("curl ")]
    assert len(lines) == 7


def test_the_curl_lines_of_the_greeting_work(served: Served, stub: Caller) -> None:
    """Each line, pasted into a shell in the order printed, is accepted, and again after a reset."""
    world = stub.new_world()
    lines = [line.strip() for line in served.printed if line.lstrip().startswith("curl ")]
    for line in (*lines, None, *lines):
        if line is None:
            assert world.in_world("POST", "/reset").status == 200
            continue
        more = f" -s -o /dev/null -w '%{{http_code}}' -H 'Rulebound-World: {world.world}'"
        ended = subprocess.run(line + more, shell=True, capture_output=True, text=True, check=True)
        assert ended.stdout.startswith("2"), f"{line}\n{ended.stdout}"
    assert f"curl -X POST {served.url}/_rulebound/worlds/default/reset" in "".join(served.printed)


def in_terminal(*arguments: str, **environment: str) -> str:
    """What a command prints when its output is a terminal."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env={**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, **environment},
    ):
        os.close(follower)
        pieces = []
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                break
            if not piece:
                break
            pieces.append(piece)
    os.close(leader)
    return b"".join(pieces).decode()


COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-7]|9[0-7]|4[0-7]|38;|48;)[0-9;]*m")


def test_colours_are_for_terminals_that_want_them() -> None:
    """A terminal shows the table; with NO_COLOR it shows no colour."""
    arguments = ("verify", "--folder", str(TOY), "--rule", "note.short")
    plain = in_terminal(*arguments, NO_COLOR="1", TERM="xterm-256color")
    assert "createNote" in plain
    assert not COLOUR.search(plain)
    assert "createNote" in in_terminal(*arguments, TERM="xterm-256color")


def test_what_is_piped_has_no_escapes() -> None:
    """Output that goes into a file holds no control sequences."""
    ended = run("verify", "--folder", TOY, environment={"TERM": "xterm-256color"})
    assert ESCAPE not in ended.stdout + ended.stderr


def test_rules_are_listed_and_near_names_offered() -> None:
    """A pattern lists rules with their sentences; a near miss offers names and exits with 2."""
    listed = run("rules", "pick.at-*")
    assert listed.returncode == 0
    assert re.findall(r"^(\S+)  \[", listed.stdout, re.M) == [
        "pick.at-least-one",
        "pick.at-most-75",
    ]
    assert "A request picks at most 75 activities." in listed.stdout
    missed = run("rules", "pick.at-most-57")
    assert (missed.returncode, missed.stdout) == (2, "")
    assert "did you mean pick.at-most-75" in missed.stderr


@pytest.mark.parametrize("command", ["", "serve", "verify", "prove", "check", "rules"])
def test_help_has_examples(command: str) -> None:
    """Every command explains itself, with an example to copy."""
    ended = run(*([command] if command else []), "--help")
    assert ended.returncode == 0
    assert "  rulebound" in ended.stdout
    assert "Traceback" not in ended.stderr
