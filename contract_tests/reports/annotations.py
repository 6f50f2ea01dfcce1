"""What is broken as annotations of a GitHub workflow, beside the lines of a change."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from rulebound.contract_tests.reports.findings import CONTROLS, Found, findings
from rulebound.contract_tests.reports.hearing import heard
from rulebound.contract_tests.reports.summary import summary

MOST = 50
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def annotations(data: dict[str, Any]) -> Iterator[str]:
    """A line for each rule that is broken or differs, the gravest first. A file is named where it
    lies in the repository that is checked out."""
    found = list(findings(data))
    for each in found[:MOST]:
        yield _line(each)
    if len(found) > MOST:
        rest = len(found) - MOST
        yield f"::error title=rulebound::{rest} more rules are not kept; see the report"


def _line(found: Found) -> str:
    properties = {"title": found.title}
    if found.file is not None and found.local:
        properties = {"file": in_repository(found.file), "line": str(found.line), **properties}
    written = ",".join(f"{name}={_property(text)}" for name, text in properties.items())
    return f"::{_COMMANDS[found.level]} {written}::{_data(found.says)}"


def in_repository(file: str) -> str:
    """A file below the folder we are in, named from the top of the repository that a workflow has
    checked out; as it is elsewhere."""
    top, here = os.environ.get("GITHUB_WORKSPACE"), Path.cwd().resolve()
    if not top or not here.is_relative_to(Path(top).resolve()):
        return file
    return str(PurePosixPath(here.relative_to(Path(top).resolve()).as_posix(), file))


def _data(text: str) -> str:
    safe = CONTROLS.sub("\ufffd", text)
    return safe.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


@contextmanager
def no_commands(file: IO[str], form: str) -> Iterator[None]:
    """Whatever is printed within is no command of a workflow: it holds what a target answered."""
    if form != "github":
        yield
        return
    word = uuid.uuid4().hex
    with heard(file):
        file.write(f"::stop-commands::{word}\n")
    try:
        yield
    finally:
        with heard(file):
            file.write(f"::{word}::\n")


def announce(data: dict[str, Any], file: IO[str], form: str) -> None:
    """Print the annotations, and append the summary to that of the step where there is one.

    Raises OSError where the summary cannot be written.
    """
    if form != "github":
        return
    with heard(file):
        file.writelines(f"{line}\n" for line in annotations(data))
    if step := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(step).open("a", encoding="utf-8") as written:
            written.write(summary(data))
