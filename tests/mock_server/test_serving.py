"""The stub as a process: how it starts, what it says, how it refuses to start, how it keeps up."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from rulebound.mock_server.sampling import sample
from stub_calls import Caller

LIBRARY = Path(__file__).parent / "library"
CARD = {"Cookie": "card=card-rosa"}


@contextmanager
def _started(*arguments: str | Path) -> Iterator[tuple[Caller, Sequence[str], Path]]:
    """A stub in a process of its own, what it said before it listened, and the file of errors."""
    command = [sys.executable, "-m", "rulebound.mock_server", "--port", "0", *map(str, arguments)]
    errors = Path(os.environ.get("TMPDIR", "/tmp")) / f"stub-errors-{os.getpid()}"
    with (
        errors.open("w") as told,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                if line.startswith("listening on http://"):
                    host, _, port = line.strip().rpartition("/")[2].partition(":")
                    yield Caller(host, int(port)), lines, errors
                    break
            else:
                pytest.fail(f"it did not listen: {lines} {errors.read_text()}")
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
    errors.unlink()


def test_it_says_who_may_ask_and_how() -> None:
    """Actors with their credentials, a command for each operation, then the address."""
    with _started() as (call, lines, errors):
        health = call("GET", "/_rulebound/health")
        said = "\n".join(lines)

        assert "token token-anna\n" in said
        assert "access key access-liam, secret secret-liam" in said
        assert said.count("  curl -i -X ") == 7
        assert lines[-1] == f"listening on http://{call.host}:{call.port}"
        assert [api["name"] for api in health.json["apis"]] == [
            "ece-v12",
            "egain-v3",
            "leadsquared-v2",
        ]
        assert errors.read_text() == ""


def test_it_can_be_quiet() -> None:
    """Then the address is all it says."""
    with _started("--quiet", LIBRARY) as (_, lines, _):
        assert len(lines) == 1


def test_a_printed_command_is_accepted() -> None:
    """What is printed for the library can be pasted and works."""
    with _started(LIBRARY) as (_, lines, _):
        command = next(line for line in lines if "-X POST" in line)

        told = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)

        assert told.stdout.startswith("HTTP/1.1 201 ")


def test_a_broken_document_is_told_and_not_served(tmp_path: Path) -> None:
    """Exit code 2, and file, line, place and remedy on standard error."""
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    root = folder / "openapi.yaml"
    root.write_text(root.read_text().replace("ensure: made.title ==", "ensure: made.title = "))

    told = _run(folder)

    assert told.returncode == 2
    assert "openapi.yaml:" in told.stderr
    assert "book.added" in told.stderr
    assert "Traceback" not in told.stderr
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("table: book\n        map: {title", "table: boks\n        map: {title", "no table 'boks'"),
        ("reader: actor.id}", "raeder: actor.id}", "no field 'raeder'"),
    ],
)
def test_a_document_that_the_world_does_not_fit_is_not_served(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    """A table or field that is not there is told at the start, not by a 500 to every request."""
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    root = folder / "openapi.yaml"
    assert old in root.read_text()
    root.write_text(root.read_text().replace(old, new))

    told = _run(folder)

    assert (told.returncode, told.stdout) == (2, "")
    assert says in told.stderr
    assert "openapi.yaml:" in told.stderr


def test_a_broken_seed_is_told_and_not_served(tmp_path: Path) -> None:
    """A dangling link in a seed is no world to serve."""
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    actors = folder / "shelves" / "actors.yaml"
    actors.write_text(actors.read_text().replace("user.rosa", "user.nobody"))

    told = _run(folder)

    assert told.returncode == 2
    assert "actors.yaml" in told.stderr


def test_a_port_that_is_taken_is_told() -> None:
    """Exit code 2 and a sentence, no trace."""
    with _started("--quiet", LIBRARY) as (call, _, _):
        told = _run(LIBRARY, "--port", str(call.port))

    assert told.returncode == 2
    assert f"cannot listen on 127.0.0.1:{call.port}" in told.stderr
    assert "choose another by --port or RULEBOUND_SERVE_PORT" in told.stderr
    assert "Traceback" not in told.stderr


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rulebound.mock_server", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_it_keeps_up_with_changes(tmp_path: Path) -> None:
    """A changed document is served anew; a broken one is told, and the last good one stays."""
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    root = folder / "openapi.yaml"
    text = root.read_text()
    with _started("--quiet", "--watch", folder) as (call, _, errors):

        def written_and_served() -> bool:
            # Written again and again: the first time may come before anybody watches.
            root.write_text(text.replace("Sorry", "Alas"))
            return "Alas" in call("GET", "/library", None, CARD).json["error"]["text"]

        _until(written_and_served)

        root.write_text(text.replace("title: Library", "title: [Library"))
        _until(lambda: "not served, mend it first" in errors.read_text())
        assert "library/openapi.yaml changed; served anew, in fresh worlds\n" in errors.read_text()

        assert "Alas" in call("GET", "/library", None, CARD).json["error"]["text"]


def _until(happened: object, seconds: float = 15) -> None:
    assert callable(happened)
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)


def test_what_only_checking_needs_is_not_imported_at_the_start() -> None:
    """The validator of OpenAPI itself, Authlib and the provers take time that a start has not."""
    code = (
        "import sys; import rulebound.mock_server.serving;"
        "print([m for m in ('openapi_spec_validator', 'authlib', 'schemathesis', 'hypothesis')"
        " if m in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "text"),
        ({"type": ["integer", "null"]}, 1),
        ({"enum": ["a", "b"]}, "a"),
        ({"const": 3}, 3),
        ({"type": "array", "items": {"type": "boolean"}}, [True]),
        ({"type": "string", "examples": ["x"], "default": "y"}, "x"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, 1.0),
        ({"required": ["a"], "properties": {"a": {"default": "d"}, "b": {}}}, {"a": "d"}),
        (True, {}),
    ],
)
def test_a_sample_comes_from_what_the_author_wrote(schema: object, value: object) -> None:
    """Examples before defaults before kinds, and only what is required."""
    assert sample(schema) == value


def test_a_pattern_of_an_answer_that_could_run_away_is_told(tmp_path: Path) -> None:
    """What an answer repeats of a request is held against it: it is not served, with a sentence."""
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    root = folder / "openapi.yaml"
    text = root.read_text()
    assert "'^/library/books/[0-9]+$'" in text
    root.write_text(text.replace("'^/library/books/[0-9]+$'", "'(?=a)(a+)+$'"))

    told = _run(folder)

    assert (told.returncode, told.stdout) == (2, "")
    assert "without look-around" in told.stderr
    assert "Traceback" not in told.stderr
