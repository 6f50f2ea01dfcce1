"""What somebody may have meant who wrote a name that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


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
