"""Readings of unclear sentences in words: the ids that a document counts its readings by left out.

A reading is written `A-45: the page is silent on ..`, and elsewhere only cited, as `A-45, by
analogy.` The ids stand in a list that readers of the document do not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_IDS = r"A-\d+(?:(?:, | and )A-\d+)*"
_SAID = re.compile(rf"({_IDS}): (.*)", re.DOTALL)
_CITED = re.compile(rf"({_IDS})(?=[,.;]|$)(.*)", re.DOTALL)
_INSIDE = re.compile(rf"{_IDS}: (\w)|\s*\({_IDS}\)")
_ID = re.compile(r"A-\d+")


class Readings:
    """What each id of a document says: the nearest reading before, else the first one at all."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._texts: dict[str, str] = {}
        for text in _all(root):
            for id, said in _texts(text):
                self._texts.setdefault(id, said)

    def in_words(self, text: str) -> str | None:
        """A reading without ids, told in full where it only cites; None where nothing is left."""
        self._texts.update(_texts(text))
        said = _SAID.match(text)
        cited = None if said else _CITED.match(text)
        words = said[2] if said else text
        if cited:
            known = self._texts.get(_ID.findall(cited[1])[0], "")
            rest = cited[2] if known else cited[2].lstrip(",.; ")
            words = _plain(known).rstrip(".") + rest
        words = _plain(words).strip()
        first = words.partition(" ")[0]
        words = words[:1].upper() + words[1:] if first.islower() else words
        return words if words.strip(".,; ") else None


def _plain(text: str) -> str:
    return _INSIDE.sub(lambda found: (found[1] or "").upper(), text)


def _texts(text: str) -> Iterator[tuple[str, str]]:
    said = _SAID.match(text)
    for id in _ID.findall(said[1]) if said else ():
        yield id, said[2] if said else ""


def _all(root: Mapping[str, Any]) -> Iterator[str]:
    for item in root["paths"].values():
        for operation in item.values() if isinstance(item, dict) else ():
            rules = operation.get("x-rules", {}) if isinstance(operation, dict) else {}
            yield from (rule["reading"] for rule in rules.values() if "reading" in rule)
