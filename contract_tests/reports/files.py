"""Writes the reports of a run into a folder."""

from pathlib import Path
from typing import Any

import orjson
from rulebound.contract_tests.reports.junit import junit
from rulebound.contract_tests.reports.page import page


def write_reports(data: dict[str, Any], folder: Path) -> None:
    """report.json, junit.xml and report.html in `folder`, which is made when it is not there.

    Raises OSError where it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = orjson.dumps(_printable(data), option=orjson.OPT_INDENT_2)
    (folder / "report.json").write_bytes(text + b"\n")
    (folder / "junit.xml").write_bytes(junit(data))
    (folder / "report.html").write_text(page(_printable(data)), "utf-8")


def _printable(value: Any) -> Any:
    """The same with lone surrogates, which no file can hold, as U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() if not value.isascii() else value
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value] if isinstance(value, list) else value
