"""The passage of a page that shows the results of a run."""

from __future__ import annotations

import shutil
from pathlib import Path

BEGIN, END = "<!-- results -->\n", "<!-- end of results -->\n"


class NoPassage(Exception):
    """A page has no place for results; the text says what is missing."""


def show(page: Path, table: str, picture: Path | None) -> None:
    """Put a table, and a copy of the picture beside the page, into a page. Raises NoPassage."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoPassage(f"{page} has no lines {BEGIN.strip()} and {END.strip()}")
    shown = f"\n```text\n{table.strip()}\n```\n\n"
    if picture is not None:
        copy = page.with_suffix(".svg")
        shutil.copy(picture, copy)
        alt = "Processor time of each server, and each figure as a part of its bar"
        shown = f"\n![{alt}]({copy.name})\n{shown}"
    page.write_text(before + begin + shown + end + after, encoding="utf-8")
