"""What somebody may have meant who wrote a name that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


def near(name: str, known: Iterable[str], what: str = "known") -> str:
    """`did you mean shelf? tables are shelf, note`: the nearest name if one is near, then all.

    `what` says what the names are; without any there is nothing to say.
    """
    names = sorted(set(map(str, known)))
    if not names:
        return ""
    found = difflib.get_close_matches(str(name), names, n=1)
    hint = f"did you mean {found[0]}? " if found else ""
    return f"{hint}{what} are {', '.join(names)}"


def guess(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """`; did you mean last or lost?`, for the end of a sentence: up to three known names, the
    nearest first. Where none is near, `otherwise` behind a semicolon, or nothing."""
    found = difflib.get_close_matches(str(name), list(map(str, known)), n=3)
    if found:
        return f"; did you mean {' or '.join(found)}?"
    return f"; {otherwise}" if otherwise else ""


def guess_path(path: Path, besides: Iterable[str] = ()) -> str:
    """`guess` for a path that is not there: among what lies in its folder, and `besides`."""
    try:
        there = sorted(each.name for each in path.parent.iterdir())
    except (OSError, ValueError):
        there = []
    names = {name: str(path.with_name(name)) for name in there}
    found = difflib.get_close_matches(path.name, [*besides, *names], n=3)
    told = " or ".join(names.get(name, name) for name in found)
    return f"; did you mean {told}?" if found else ""
