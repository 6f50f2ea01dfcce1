"""Any text as an XML name and back: what a name cannot hold is written `_xHHHH_`."""

from __future__ import annotations

import re
from functools import lru_cache

_START = re.compile(r"[A-Za-z_]")
_PART = re.compile(r"[A-Za-z0-9_.-]")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4,6})_")


@lru_cache(maxsize=4096)
def to_name(text: str) -> str:
    """`text` as an XML name in ASCII."""
    if not text:
        return "_"
    written = []
    for index, char in enumerate(text):
        allowed = (_PART if index else _START).match(char)
        ambiguous = char == "_" and _CODED.match(text, index)
        written.append(char if allowed and not ambiguous else f"_x{ord(char):04X}_")
    return "".join(written)


def from_name(name: str) -> str:
    """The text that `to_name` wrote as `name`."""
    return _CODED.sub(_decoded, name)


def _decoded(found: re.Match[str]) -> str:
    point = int(found[1], 16)
    return chr(point) if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else found[0]
