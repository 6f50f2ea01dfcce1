"""Files that survive a crash: of JSON lines a half-written one is skipped, and told; others are
replaced at one go."""

import os
from pathlib import Path
from typing import Any

import orjson
from rulebound.contract_tests.reports.files import printable


def append_line(path: Path, data: dict[str, Any]) -> None:
    """Add one line, on the disk when this returns; the folder is made when it is not there.

    A half-written line before it is ended first. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = orjson.dumps(printable(data)) + b"\n"
    with path.open("ab+", buffering=0) as file:
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                text = b"\n" + text
        file.write(text)


def replace_file(path: Path, content: bytes) -> None:
    """Give a file this content at one go, so that nobody ever reads half of it. Raises OSError."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def read_lines(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The lines of a file, none when it is not there, and how many could not be read.

    Raises OSError.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    found: list[dict[str, Any]] = []
    damaged = 0
    for line in raw.split(b"\n"):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            value = None
        if isinstance(value, dict):
            found.append(value)
        else:
            damaged += 1
    return found, damaged
