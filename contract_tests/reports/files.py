"""Writes the reports of a run into a folder."""

from pathlib import Path
from typing import Any

import orjson
from rulebound.contract_tests.reports.html.page import page
from rulebound.contract_tests.reports.junit import junit
from rulebound.contract_tests.reports.sarif import sarif
from rulebound.contract_tests.reports.summary import summary

FILES = ("report.json", "junit.xml", "report.html", "report.sarif", "summary.md")


def write_reports(data: dict[str, Any], folder: Path) -> None:
    """All FILES in `folder`, which is made when it is not there.

    Raises OSError where it cannot be written.
    """
    data = printable(data)
    text = orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n"
    # All of them are made before the first is written, so that none stands there alone.
    forms = (text, junit(data), page(data).encode(), sarif(data), summary(data).encode())
    made = dict(zip(FILES, forms, strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (folder / name).write_bytes(content)


def printable(value: Any) -> Any:
    """JSON values with a question mark for each lone surrogate, which no file can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() if not value.isascii() else value
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    return [printable(item) for item in value] if isinstance(value, list) else value
