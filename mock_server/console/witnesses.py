"""What the proof tries for each rule, by title: read from its files as data, never run here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from rulebound.openapi.model import Document

KINDS = {
    "breaks": "must be refused",
    "boundary": "only just passes",
    "accepted": "must be accepted",
    "near-miss": "is refused for another reason",
    "observed": "must have this effect",
    "counter": "must not have this effect",
    "untestable": "cannot be tried from outside",
}
"""Kind of witness -> what is said of the titles below it."""


def witnesses_of(document: Document, rule: str) -> dict[str, list[str]]:
    """Words -> the titles of a rule's witnesses; nothing where there are none to read."""
    known = _read(document.name, document.folder).get(rule, {})
    found = {words: list(_titles(known.get(kind))) for kind, words in KINDS.items()}
    return {words: titles for words, titles in found.items() if titles}


@cache
def _read(name: str, folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """Rule -> its witnesses, from beside the document or from those that come with Rulebound."""
    own = folder / "witnesses"
    room = Path(str(files("rulebound.mock_server"))).parent / "contract_tests" / "witnesses" / name
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((own if own.is_dir() else room).glob("*.yaml")):
        for rule, kinds in _rules(path):
            for kind, listed in kinds.items():
                found.setdefault(rule, {}).setdefault(kind, []).extend(_list(listed))
    return found


def _rules(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rules of a file; none of one that cannot be read, which `rulebound check` tells of."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        whole = yaml.load(path.read_text("utf-8"), Loader=loader)
    except (OSError, UnicodeError, yaml.YAMLError):
        return
    rules = whole.get("rules") if isinstance(whole, dict) else None
    for rule, kinds in (rules if isinstance(rules, dict) else {}).items():
        if isinstance(kinds, dict):
            yield str(rule), kinds


def _list(listed: Any) -> list[Any]:
    return listed if isinstance(listed, list) else [listed]


def _titles(listed: Any) -> Iterator[str]:
    for each in listed or ():
        if isinstance(each, dict) and "title" in each:
            yield str(each["title"])
        elif isinstance(each, str):
            yield each
